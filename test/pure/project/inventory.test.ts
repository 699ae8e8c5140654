import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { inventoryFor } from "../../../src/project/inventory.ts";
import { openProject, readSiblings } from "../../../src/project/project.ts";
import { liveReport } from "../../../src/host/live-report.ts";
import { fakeDocker } from "../docker/fake-docker.ts";
import { liveOf, sampleDeployment } from "../drift/sample.ts";
import { repliesOf } from "../host/replies.ts";

const root = mkdtempSync(join(tmpdir(), "berth-test-inventory-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const stack = (name: string, endpoint: string, ...more: string[]): void =>
  writeFileSync(
    join(root, `Pulumi.${name}.yaml`),
    ["config:", "  berth:blueprint: ./app.yaml", `  berth:endpoint: ${endpoint}`, ...more, ""].join("\n"),
  );

writeFileSync(join(root, "Pulumi.yaml"), "name: berth\nruntime: nodejs\n");
writeFileSync(join(root, "app.yaml"), 'services: { web: { image: "nginx:1", ports: ["8080:80"] } }\n');
stack("a", "tcp://one:2375");
stack("b", "tcp://one:2375", "  berth:ports: { web: 8081 }");
stack("c", "tcp://two:2375");
writeFileSync(join(root, "Pulumi.broken.yaml"), "config: [");

const project = openProject(root);
const siblings = readSiblings(project);
const about = siblings.deployments.find((deployment) => deployment.stack === "a");

type Options = Omit<Parameters<typeof inventoryFor>[1], "live">;
const read = (options: Options) => inventoryFor(project, { live: false, siblings, ...options });

/** Who holds which host port. */
const ports = async (options: Options): Promise<string[]> =>
  (await read(options)).inventory.claims.flatMap((claim) =>
    claim.kind === "hostPort" && claim.owner.kind === "deployment" ? [`${claim.owner.stack} ${claim.port}`] : [],
  );

it("is every stack of the project, or the deployment in question and those on its endpoint, each once", async () => {
  expect((await ports({})).sort()).toEqual(["a 8080", "b 8081", "c 8080"]);
  expect((await ports({ about })).sort()).toEqual(["a 8080", "b 8081"]);
});

it("is the same whether the stacks were read before or not", async () => {
  expect(await inventoryFor(project, { live: false, about })).toEqual({
    ...(await read({ about })),
    deployments: siblings.deployments.filter((deployment) => deployment !== about),
  });
});

it("supposes that deployments run or not, whatever their files say", async () => {
  expect((await ports({ about, running: { b: false } })).sort()).toEqual(["a 8080"]);
});

it("names a stack that cannot be read: as an error, or for one in question as a warning, unless more is wanted", async () => {
  const severities = async (options: Options): Promise<string[]> =>
    (await read(options)).inventory.findings.map(({ code, severity }) => `${code} ${severity}`);
  expect(await severities({})).toEqual(["stack-unreadable error"]);
  expect(await severities({ about })).toEqual(["stack-unreadable warning"]);
  expect(await severities({ about, unread: "error" })).toEqual(["stack-unreadable error"]);
});

it("says of each endpoint that counts that it was not asked", async () => {
  const gaps = async (options: Options): Promise<string[]> =>
    (await read(options)).inventory.notLookedAt.map(({ what }) => what);
  expect(await gaps({})).toEqual(["the host at tcp://one:2375", "the host at tcp://two:2375"]);
  expect(await gaps({ about })).toEqual(["the host at tcp://one:2375"]);
});

it("asks a host once for each thing, for conflicts and drift together", async () => {
  const fake = await fakeDocker(repliesOf(liveOf(sampleDeployment())));
  try {
    const sample = sampleDeployment(`  berth:endpoint: ${fake.endpoint}\n`);
    const { hosts } = await inventoryFor(project, { about: sample, live: true, files: true });
    expect(hosts.map((host) => liveReport(host, [sample]).kind)).toEqual(["seen"]);
    expect(fake.asked.length).toBe(9);
    expect([...new Set(fake.asked)]).toEqual(fake.asked);
  } finally {
    await fake.close();
  }
});
