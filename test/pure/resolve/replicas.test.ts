import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { claimsOf } from "../../../src/claims/of-deployment.ts";
import { composeFiles } from "../../../src/export/compose.ts";
import { findingText } from "../report/shown.ts";
import { findingsOf, stackWith } from "../conflicts/sample.ts";
import { deploymentFrom, findingsFrom } from "./sample.ts";

const shop = `services:
  queue: { image: q:1, networks: { net: { ipv4_address: 10.1.2.9 } } }
  worker:
    image: w:1
    networks: { net: { ipv4_address: 10.1.2.5 } }
    depends_on: { queue: { condition: service_started } }
    deploy: { replicas: "\${WORKERS:-1}" }
  web: { image: w:1, ports: ["8080:80"], networks: [net], depends_on: [worker] }
  migrate: { image: w:1, networks: [net] }
  postgres: { image: p:1, networks: [net] }
networks: { net: { ipam: { config: [{ subnet: 10.1.2.0/28 }] } } }
x-berth:
  jobs: [migrate]
  database: { server: postgres, connections: { worker: "20" } }
`;
const wishing = (service: string, replicas: number, more = ""): string =>
  stackWith(`berth:prefix: shop\nberth:services: { ${service}: { replicas: ${replicas}${more} } }`);
const made = (keys: string) => deploymentFrom(keys, { blueprintYaml: shop });

describe("a service that is scaled to 0", () => {
  const blueprint = (keys: string) => `services:
  app: { image: a:1, depends_on: [off] }
  off: { image: o:1, ${keys} }
`;
  const keysOf = (keys: string, stack = "berth:prefix: a") =>
    deploymentFrom(stackWith(stack), { blueprintYaml: blueprint(keys) }).containers.map(({ key }) => key);

  it.each(["deploy: { replicas: 0 }", "scale: 0", "scale: '${COUNT:-0}'"])("has no container: %s", (keys) =>
    expect(keysOf(keys)).toEqual(["app"]),
  );
  it("has as many as the stack wants", () =>
    expect(keysOf("scale: 0", "berth:services: { off: { replicas: 2 } }")).toEqual(["off", "off-2", "app"]));
  it("in other numbers has so many", () => expect(keysOf("scale: 2")).toEqual(["off", "off-2", "app"]));
});

describe("a service with replicas", () => {
  it("is so many containers, each with its own name and address, found under one name", () => {
    const workers = made(wishing("worker", 3)).containers.filter(({ image, ports }) => image === "w:1" && !ports[0]);
    expect(
      workers
        .filter(({ kind }) => kind === "service")
        .map(({ key, name, service, attachments: [at] }) => [key, name, service, at?.aliases, at?.address]),
    ).toEqual([
      ["worker", "shop_worker", "worker", ["worker"], "10.1.2.5"],
      ["worker-2", "shop_worker_2", "worker", ["worker"], "10.1.2.6"],
      ["worker-3", "shop_worker_3", "worker", ["worker"], "10.1.2.7"],
    ]);
  });

  it("is waited for as a whole", () => {
    const { containers } = made(wishing("worker", 2));
    expect(containers.find(({ key }) => key === "web")?.dependsOn).toEqual([
      { service: "worker", condition: "service_started" },
      { service: "worker-2", condition: "service_started" },
    ]);
    expect(containers.find(({ key }) => key === "worker-2")?.dependsOn).toEqual([
      { service: "queue", condition: "service_started" },
    ]);
  });

  it("is as many as the stack says, else as its blueprint says", () => {
    const count = (keys: string): number => made(keys).containers.filter(({ service }) => service === "worker").length;
    const set = "berth:prefix: shop\nberth:settings: { WORKERS: 4 }";
    expect(count(stackWith(set))).toBe(4);
    expect(count(stackWith(`${set}\nberth:services: { worker: { replicas: 2 } }`))).toBe(2);
    expect(count(stackWith("berth:prefix: shop"))).toBe(1);
  });

  it("changes nothing of the first container when its number changes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), (count) => {
        const [first] = made(wishing("worker", count)).containers.filter(({ key }) => key === "worker");
        expect(first).toEqual({
          ...made(wishing("worker", 1)).containers.find(({ key }) => key === "worker"),
        });
      }),
    );
  });

  it("opens so many times as many sessions, and takes so many times the memory", () => {
    const { connections } = made(wishing("worker", 3));
    expect(connections).toMatchObject([{ count: 60, by: "3 × worker" }]);
    const deployment = made(wishing("worker", 3, ", reservations: { memory: 1G, cpus: 0.5 }"));
    const capacity = { cpus: 8, memory: 2 * 1024 ** 3 };
    expect(findingsOf([deployment], { capacity }).map(findingText)).toEqual([
      `✗ memory-over-capacity  3 GB of 2 GB
  wanted by  hospital-a / worker     Pulumi.hospital-a.yaml:3: berth:services.worker
  held by    this host has 2 GB
  what       reserved: hospital-a 3 GB
  remedy     pulumi config set --path berth:services.worker.reservations.memory 682M -s hospital-a`,
    ]);
  });

  it("claims the name and the address of each container", () => {
    const held = claimsOf(made(wishing("worker", 2))).flatMap((claim) =>
      claim.kind === "address" ? [claim.address] : claim.kind === "container" ? [claim.name] : [],
    );
    expect(held).toEqual(expect.arrayContaining(["shop_worker", "shop_worker_2", "10.1.2.5", "10.1.2.6"]));
  });

  it("is as many services in a Compose file", () => {
    const exported = composeFiles(made(wishing("worker", 2)), {});
    expect(exported.ok && exported.value[0]?.text).toMatch(/container_name: "?shop_worker_2"?\n/);
  });
});

describe("replicas cannot be had", () => {
  it.each<[string, string, string]>([
    [
      "of what publishes a port",
      wishing("web", 2),
      `✗ config-invalid  berth:services.web
  where      Pulumi.hospital-a.yaml:3: berth:services.web
  what       2 replicas of web
  allowed    1: it publishes a port, which one container alone can hold
  remedy     pulumi config set --path berth:services.web.replicas 1 -s hospital-a`,
    ],
    [
      "of a job",
      wishing("migrate", 2),
      `✗ config-invalid  berth:services.migrate
  where      Pulumi.hospital-a.yaml:3: berth:services.migrate
  what       2 replicas of migrate
  allowed    1: a job runs once
  remedy     pulumi config set --path berth:services.migrate.replicas 1 -s hospital-a`,
    ],
    [
      "of a PostgreSQL",
      wishing("postgres", 2),
      `✗ config-invalid  berth:services.postgres
  where      Pulumi.hospital-a.yaml:3: berth:services.postgres
  what       2 replicas of postgres
  allowed    1: others reach it as the one that has the databases
  remedy     pulumi config set --path berth:services.postgres.replicas 1 -s hospital-a`,
    ],
    [
      "where another service has the next address",
      wishing("worker", 5),
      `✗ config-invalid  services.worker.networks.net.ipv4_address
  where      blueprints/sample.yaml:5: services.worker.networks.net.ipv4_address
  what       10.1.2.9 belongs to queue
  allowed    one address each`,
    ],
    [
      "as a number that is none",
      stackWith("berth:prefix: shop\nberth:settings: { WORKERS: many }"),
      `✗ config-invalid  services.worker.deploy.replicas
  where      blueprints/sample.yaml:7: services.worker.deploy.replicas
  what       found "many"
  allowed    a whole number from 1 to 100`,
    ],
    [
      "as a number that is too large",
      wishing("worker", 101),
      `✗ config-invalid  berth:services.worker.replicas
  where      Pulumi.hospital-a.yaml:3: berth:services.worker.replicas
  what       found 101
  allowed    a whole number from 1 to 100`,
    ],
  ])("%s", (_, keys, text) => {
    expect(findingsFrom(keys, { blueprintYaml: shop }).map(findingText)).toEqual([text]);
  });
});
