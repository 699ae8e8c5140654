import { describe, expect, it } from "vitest";
import { endpointAt } from "../../endpoint-at.ts";
import type { HostSnapshot } from "../../../src/host/snapshot.ts";
import { observeImages } from "../../../src/host/images.ts";
import type { Realization } from "../../../src/deployment/realization.ts";
import { specHash } from "../../../src/deployment/spec.ts";
import { deploymentFrom } from "../resolve/sample.ts";
import { hostAt } from "./host-at.ts";
import { fakeDocker } from "../docker/fake-docker.ts";
import { noteOf, remedyOf } from "../report/shown.ts";

const missing = async (deployments: readonly Realization[], endpoint: string) =>
  (await observeImages(deployments, [await hostAt(endpoint, deployments)])).findings;

const blueprintYaml = `services:
  db:
    image: postgres:16
  worker:
    image: shop:1
  app:
    image: shop:1
    ports: ["8000:8000"]
x-berth: { app: app, health: false }
`;

it("each missing image is reported once, at the line that names it", async () => {
  const fake = await fakeDocker();
  try {
    const shop = (keys: string) =>
      deploymentFrom(`config:\n  berth:endpoint: ${fake.endpoint}\n${keys}`, { stack: "shop", blueprintYaml });
    const found = await missing([shop(""), shop("  berth:images: { worker: shop:2 }\n")], fake.endpoint);
    expect(found.map((finding) => [finding.key, finding.wanted, noteOf(finding)])).toEqual([
      at("postgres:16", "db", { file: "blueprints/sample.yaml", path: "services.db.image", line: 3 }),
      at("shop:1", "app", { file: "blueprints/sample.yaml", path: "services.app.image", line: 7 }),
      at("postgres:16", "db", { file: "blueprints/sample.yaml", path: "services.db.image", line: 3 }),
      at("shop:2", "app", { file: "Pulumi.shop.yaml", path: "berth:images.worker", line: 3 }),
    ]);
    expect(remedyOf(found[0])).toBe(`docker -H ${fake.endpoint} pull postgres:16`);
  } finally {
    await fake.close();
  }
});

it.each([
  ["berth-sample/eqmd:1", "DOCKER_HOST=E npx tsx scripts/images/sample-image.ts --tag berth-sample/eqmd:1"],
  ["berth-sample/records:1.0", "DOCKER_HOST=E npx tsx scripts/images/records-image.ts --tag berth-sample/records:1.0"],
  ["berth-postgres:15", "DOCKER_HOST=E npm run database-images"],
  ["eqmd:latest", "pulumi config set --path berth:images.app berth-sample/eqmd:1 -s shop"],
  ["eqmd:2", "docker -H E pull eqmd:2"],
])("the missing image %s has the remedy %s", async (image, remedy) => {
  const fake = await fakeDocker();
  try {
    const blueprint = `services: { app: { image: "${image}", ports: ["8000"] } }\n`;
    const text = `config:\n  berth:endpoint: ${fake.endpoint}\n`;
    const [found] = await missing([deploymentFrom(text, { stack: "shop", blueprintYaml: blueprint })], fake.endpoint);
    expect(remedyOf(found)).toBe(remedy.replace("E ", `${fake.endpoint} `));
  } finally {
    await fake.close();
  }
});

describe("an image whose name was removed from the host while containers have it", () => {
  const text = `services:
  app: { image: "shop:1" }
  worker: { image: "shop:1", command: work }
`;
  const look = async ({ running = true, there = true, change = "", of = "organization/berth/shop" } = {}) => {
    const fake = await fakeDocker();
    try {
      const made = (yaml: string) =>
        deploymentFrom(`config:\n  berth:endpoint: ${fake.endpoint}\n  berth:running: ${running}\n`, {
          stack: "shop",
          blueprintYaml: yaml,
        });
      const wanted = made(text);
      const containers = wanted.containers.map((service) => ({
        name: service.name,
        imageId: "sha256:one",
        labels: {
          "berth.stack": of,
          "berth.prefix": wanted.prefix,
          "berth.service": service.key,
          "berth.spec": specHash(service, wanted.prefix),
        },
      }));
      const images = there ? { "sha256:one": { kind: "here", image: {} } } : {};
      const host = { endpoint: endpointAt(fake.endpoint), containers, images } as unknown as HostSnapshot;
      const { findings, held } = await observeImages([made(text + change)], [host]);
      return [findings.map(({ code }) => code), held];
    } finally {
      await fake.close();
    }
  };
  const held = { "organization/berth/shop": { "shop:1": "sha256:one" } };

  it("is not missing for a stop, whether the image itself is there or not", async () => {
    expect(await look({ running: false })).toEqual([[], held]);
    expect(await look({ running: false, there: false })).toEqual([[], held]);
  });

  it("is not missing for a start while the image itself is there", async () => {
    expect(await look()).toEqual([[], held]);
    expect(await look({ there: false })).toEqual([["image-missing"], {}]);
  });

  it.each([
    ["another service wants it", { change: "  other: { image: shop:1 }\n" }],
    ["a container is somebody else's", { of: "organization/other/shop" }],
  ])("is missing where %s", async (_, difference) => {
    expect(await look({ running: false, ...difference })).toEqual([["image-missing"], {}]);
    expect(await look(difference)).toEqual([["image-missing"], {}]);
  });
});

const at = (image: string, service: string, source: { file: string; path: string; line: number }) => [
  image,
  { stack: "shop", service, ...source },
  `or name another:\npulumi config set --path berth:images.${service} -s shop`,
];
