import { describe, expect, it } from "vitest";
import type { Container, Realization } from "../../../src/deployment/realization.ts";
import { valueText } from "../../../src/deployment/value.ts";
import { routeStates } from "../../../src/deployment/relay-routes.ts";
import { deploymentFrom, findingsFrom, platformFrom } from "./sample.ts";

const tenant = (blueprintYaml: string, keys = "", platformKeys = ""): Realization =>
  deploymentFrom(`config:\n  berth:prefix: s\n${keys}`, {
    stack: "s",
    blueprintYaml,
    platform: platformFrom(platformKeys),
  });
const relay = ({ containers }: Realization): Container | undefined =>
  containers.find(({ key }) => key === "database-relay");
const configOf = (deployment: Realization): string =>
  valueText(relay(deployment)?.environment["RELAY_CONFIG"] ?? "", {}) ?? "";
const uses = (way: string, more = ""): string => `{ image: a, environment: { U: "\${BERTH_${way}_URL}" }${more} }`;
const blueprint = (services: string, database = "", more = ""): string =>
  `services: { ${services} }\nx-berth: { database: {${database}} }\n${more}`;

describe("the relay of a deployment with a database on a platform", () => {
  it("starts first, and is not what people reach", () => {
    const deployment = tenant(blueprint(`a: ${uses("DATABASE")}`));
    expect(deployment.containers.map(({ key, name }) => [key, name])).toEqual([
      ["database-relay", "s_database_relay"],
      ["a", "s_a"],
    ]);
    expect(deployment.entrance).toBeUndefined();
    expect(tenant(blueprint(`a: ${uses("DATABASE")}`), "  berth:images: { a: other }\n").services).toMatchObject([
      { image: "haproxy:3.0" },
      { image: "other" },
    ]);
  });

  it("is not there where no service uses the database", () => {
    expect(relay(tenant(blueprint("a: { image: a }")))).toBeUndefined();
    expect(relay(deploymentFrom("config:\n  berth:prefix: s\n"))).toBeUndefined();
  });

  it("forwards to the pool, and to PostgreSQL itself only where a service asks for that", () => {
    const pooled = configOf(tenant(blueprint(`a: ${uses("DATABASE")}`)));
    expect(pooled).toContain("server server platform-pgbouncer:6432 maxconn 60 maxqueue 60");
    expect(pooled).not.toContain("5432");
    const direct = configOf(tenant(blueprint(`a: ${uses("DIRECT")}, b: ${uses("DIRECT")}`)));
    expect(direct).toContain("server server platform-postgres:5432 maxconn 2 maxqueue 2");
  });

  it("lets through no more than the deployment's share: as the platform says, the blueprint, and with replicas", () => {
    const services = `pool: ${uses("DIRECT", ", deploy: { replicas: 3 }")}`;
    const share = `connections: { pool: 4 }, clients: "\${CLIENTS:-25}"`;
    const deployment = tenant(blueprint(services, share), "", "  berth:settings: { TENANT_CLIENTS: 40 }\n");
    expect(configOf(deployment)).toContain("platform-pgbouncer:6432 maxconn 25 ");
    expect(configOf(deployment)).toContain("platform-postgres:5432 maxconn 12 ");
    expect(deployment.database?.connectionLimit).toBe(17);
  });

  it("may do little: no capability, no writing, small limits that the stack can change", () => {
    expect(relay(tenant(blueprint(`a: ${uses("DATABASE")}`)))).toMatchObject({
      capDrop: ["ALL"],
      readOnly: true,
      securityOptions: ["no-new-privileges:true"],
      restart: { policy: "unless-stopped" },
      ports: [],
      limits: { cpus: 0.5, memory: 64 * 1024 ** 2 },
    });
    const wider = tenant(
      blueprint(`a: ${uses("DATABASE")}`),
      "  berth:services: { database-relay: { memory: 96M } }\n",
    );
    expect(relay(wider)?.limits).toMatchObject({ cpus: 0.5, memory: 96 * 1024 ** 2 });
  });

  it("is on the networks of those that use the database, and takes no fixed address of theirs", () => {
    const networks = "networks: { front: , back: { ipam: { config: [{ subnet: 10.9.8.0/28 }] } } }";
    const a = uses("DATABASE", ", networks: { back: { ipv4_address: 10.9.8.2 } }");
    const deployment = tenant(blueprint(`a: ${a}, b: { image: b, networks: [front] }`, "", networks));
    expect(relay(deployment)?.attachments).toEqual([
      { network: "s_back", aliases: ["database-relay"], address: "10.9.8.14" },
      { network: "platform_shared", aliases: [] },
    ]);
  });

  it("runs once, and its name is its own", () => {
    const sample = { stack: "s", platform: platformFrom(), blueprintYaml: blueprint(`a: ${uses("DATABASE")}`) };
    const twice = "config:\n  berth:services: { database-relay: { replicas: 2 } }\n";
    expect(findingsFrom(twice, sample)).toMatchObject([{ message: "2 replicas of database-relay" }]);
    const taken = blueprint(`a: ${uses("DATABASE")}, database-relay: { image: x }`);
    expect(findingsFrom("config: {}\n", { ...sample, blueprintYaml: taken })).toMatchObject([
      {
        code: "config-invalid",
        message: "the name database-relay is reserved for the relay to the platform's database",
      },
    ]);
  });
});

describe("the state of a relay", () => {
  it("is read from what its health check prints", () => {
    expect(routeStates("pool 60 waiting 12, direct 2 waiting 0")).toEqual([
      { name: "pool", open: 60, waiting: 12 },
      { name: "direct", open: 2, waiting: 0 },
    ]);
    expect(routeStates("cannot resolve platform-pgbouncer")).toEqual([]);
  });
});
