import { describe, expect, it } from "vitest";
import { check, type CheckOptions } from "../../../src/conflicts/check.ts";
import type { Finding } from "../../../src/findings/finding.ts";
import { claimsOf } from "../../../src/claims/of-deployment.ts";
import { conflictsOf, container, deployments, type Live, of } from "./sample.ts";

const hospitalA = "berth:prefix: hospital_a\nberth:ports: { app: 8780 }";
const hospitalB = "berth:prefix: hospital_b\nberth:ports: { app: 8790 }";
const port = (number: number) => ({ address: "0.0.0.0", protocol: "tcp", port: number }) as const;

const told = (stacks: Readonly<Record<string, string>>, live?: Live, options?: CheckOptions): string[] =>
  conflictsOf(deployments(stacks), live, options).map(
    ({ wanted, code, key }) => `${wanted?.stack ?? ""}: ${code} ${key}`,
  );

describe("what is live", () => {
  const own: Live = {
    containers: [container("hospital_a_app", { labels: of("hospital-a"), ports: [port(8780)] })],
    volumes: [{ name: "hospital_a_database", labels: { ...of("hospital-a"), "berth.volume": "database" } }],
    networks: [
      {
        id: "1",
        name: "hospital_a_default",
        labels: of("hospital-a"),
        subnets: ["10.210.3.64/26"],
        gateways: [],
        internal: false,
      },
    ],
  };

  it("of the deployment itself is no conflict", () => expect(told({ "hospital-a": hospitalA }, own)).toEqual([]));

  it("of another deployment is, although the names are the same", () => {
    expect(told({ "hospital-b": hospitalA }, own)).toEqual([
      "hospital-b: port-in-use 0.0.0.0:8780/tcp",
      "hospital-b: container-name-in-use hospital_a_app",
      "hospital-b: volume-in-use hospital_a_database",
      "hospital-b: network-in-use hospital_a_default",
    ]);
  });

  it("and what its stack file says are one party: one finding, which names the file", () => {
    const found = conflictsOf(
      deployments({ "hospital-a": hospitalA, "hospital-b": hospitalB.replace("8790", "8780") }),
      own,
    );
    expect(found.map(({ held }) => held)).toEqual([
      { stack: "hospital-a", service: "app", file: "Pulumi.hospital-a.yaml", path: "berth:ports.app", line: 3 },
    ]);
  });

  it.each(["exited", "created", "paused", "dead"])("in a container that is %s holds its ports", (state) => {
    const live = { containers: [container("grafana", { state, ports: [port(8780)] })] };
    expect(told({ "hospital-a": hospitalA }, live)).toEqual(["hospital-a: port-in-use 0.0.0.0:8780/tcp"]);
  });

  it("of a stack whose file was moved to another port still holds the old one", () => {
    const stacks = { "hospital-a": hospitalA.replace("8780", "8781"), "hospital-b": hospitalB.replace("8790", "8780") };
    expect(told(stacks, own)).toEqual(["hospital-b: port-in-use 0.0.0.0:8780/tcp"]);
  });
});

describe("a deployment that is not to run", () => {
  const stopped = `${hospitalA}\nberth:running: false`;

  it("gives up its ports", () => {
    expect(told({ "hospital-a": stopped, "hospital-b": hospitalB.replace("8790", "8780") })).toEqual([]);
  });

  it("keeps its names", () => {
    expect(told({ "hospital-a": stopped, "hospital-b": hospitalB.replace("_b", "_a") })).toEqual([
      "hospital-b: prefix-in-use hospital_a",
    ]);
    expect(
      told(
        { "hospital-a": stopped },
        { containers: [container("hospital_a_app")], volumes: [{ name: "hospital_a_database", labels: {} }] },
      ),
    ).toEqual(["hospital-a: container-name-in-use hospital_a_app", "hospital-a: volume-in-use hospital_a_database"]);
  });

  it("keeps its directory and its domain", () => {
    const both = {
      a: "berth:running: false\nberth:domain: x.example",
      b: "berth:ports: { app: 8790 }\nberth:domain: x.example",
    };
    expect(told(both)).toEqual(["b: server-name-in-use x.example"]);
  });
});

describe("who holds and who wants", () => {
  const same = hospitalA.replace("hospital_a", "hospital_b");
  it.each<[string, Live, CheckOptions, string]>([
    ["of two that are not deployed, the first by name holds", {}, {}, "hospital-b"],
    ["the deployed one holds", { containers: [container("x", { labels: of("hospital-b") })] }, {}, "hospital-a"],
    [
      "the one asked about wants",
      { containers: [container("x", { labels: of("hospital-a") })] },
      { about: "organization/berth/hospital-a" },
      "hospital-a",
    ],
  ])("%s", (_, live, options, wants) => {
    expect(told({ "hospital-a": hospitalA, "hospital-b": same }, live, options)).toEqual([
      `${wants}: port-in-use 0.0.0.0:8780/tcp`,
    ]);
  });

  it("asked about one, nothing is told of the others", () => {
    const stacks = {
      a: "berth:ports: { app: 9000 }",
      b: "berth:ports: { app: 9000 }",
      c: "berth:ports: { app: 9001 }",
    };
    expect(told(stacks, {}, { about: "organization/berth/c" })).toEqual([]);
  });
});

describe("one cause is one finding", () => {
  it("one prefix for two stacks", () => {
    expect(told({ a: "berth:prefix: x", b: "berth:prefix: x\nberth:ports: { app: 8790 }" })).toEqual([
      "b: prefix-in-use x",
    ]);
  });

  it("one prefix for three stacks is one for each that has to give it up", () => {
    const x = (app: number): string => `berth:prefix: x\nberth:ports: { app: ${app} }`;
    expect(told({ a: x(9000), b: x(9001), c: x(9002) })).toEqual(["b: prefix-in-use x", "c: prefix-in-use x"]);
  });

  it("one prefix and one port are two causes", () => {
    expect(told({ a: "berth:prefix: x", b: "berth:prefix: x" })).toEqual([
      "b: prefix-in-use x",
      "b: port-in-use 0.0.0.0:8778/tcp",
    ]);
  });

  it("one domain, although www. is the same, too", () => {
    expect(told({ a: "berth:domain: x.example", b: "berth:domain: x.example\nberth:ports: { app: 8790 }" })).toEqual([
      "b: server-name-in-use x.example",
    ]);
  });

  it("two names that come out the same under different prefixes are found", () => {
    const one = deployments({ a: "berth:prefix: x" }, "services: { y-z: { image: a:1 } }");
    const other = deployments({ b: "berth:prefix: x_y" }, "services: { z: { image: a:1 } }");
    expect(conflictsOf([...one, ...other]).map(({ code, key }) => [code, key])).toEqual([
      ["container-name-in-use", "x_y_z"],
    ]);
  });
});

describe("strays: what has the deployment's label and is not in its state", () => {
  const about = "organization/berth/hospital-a";
  const live: Live = {
    containers: [
      container("hospital_a_app", {
        labels: of("hospital-a"),
        ports: [port(8780)],
        directories: [{ path: "/var/www/hospital_a_static_eqmd_latest", readOnly: false }],
      }),
    ],
    networks: [
      { id: "net", name: "hospital_a_default", labels: of("hospital-a"), subnets: [], gateways: [], internal: false },
    ],
  };

  it("are in the way, each once, whatever they hold", () => {
    expect(told({ "hospital-a": hospitalA }, live, { about, known: new Set(["another"]) })).toEqual([
      "hospital-a: container-name-in-use hospital_a_app",
      "hospital-a: network-in-use hospital_a_default",
    ]);
  });

  it("are none where the state knows them, or where it cannot be asked", () => {
    expect(told({ "hospital-a": hospitalA }, live, { about, known: new Set(["hospital_a_app", "net"]) })).toEqual([]);
    expect(told({ "hospital-a": hospitalA }, live, { about })).toEqual([]);
  });
});

it("what was found while looking comes along, in its place", () => {
  const unreadable: Finding = {
    code: "stack-unreadable",
    severity: "error",
    kind: "configuration",
    key: "x",
    wanted: { stack: "b" },
  };
  const claims = deployments({ a: "berth:prefix: x", b: "berth:prefix: x", c: "berth:prefix: y" }).flatMap(claimsOf);
  const found = check({ claims, capacity: {}, findings: [unreadable], notLookedAt: [] });
  expect(found.map(({ wanted, code }) => `${wanted?.stack ?? ""} ${code}`)).toEqual([
    "b stack-unreadable",
    "b prefix-in-use",
    "b port-in-use",
    "c port-in-use",
  ]);
});

it("deployments share a host when the ids of their endpoints agree, whatever the URLs are", () => {
  const [a, b] = deployments({ a: "berth:ports: { app: 8000 }", b: "berth:ports: { app: 8000 }" });
  const codes = (...ids: string[]) => {
    const claims = [a!, b!].flatMap((one, index) =>
      claimsOf({ ...one, endpoint: { ...one.endpoint, id: ids[index] ?? "" } }),
    );
    return check({ claims, capacity: {}, findings: [], notLookedAt: [] }).map(({ code }) => code);
  };
  expect(codes("host 1", "host 2")).toEqual([]);
  expect(codes("host 1", "host 1")).toContain("port-in-use");
});
