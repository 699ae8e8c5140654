import { describe, expect, it } from "vitest";
import { Allocator } from "../../../src/conflicts/allocator.ts";
import { rules } from "../../../src/conflicts/rules/index.ts";
import { FreePrefixes } from "../../../src/conflicts/rules/prefix.ts";
import { autoSubnet } from "../../../src/notation/stable-slot.ts";
import { conflictsOf, container, deployments, endpoint, type Live } from "./sample.ts";

const port = (number: number) => ({ address: "0.0.0.0", protocol: "tcp", port: number }) as const;
const remedies = (
  stacks: Readonly<Record<string, string>>,
  live?: Live,
  blueprintYaml?: string,
): (string | undefined)[] => conflictsOf(deployments(stacks, blueprintYaml), live).map(({ remedy }) => remedy);

describe("a port is offered", () => {
  it("after the wanted one, past all that are held", () => {
    const live = { containers: [container("x", { ports: [port(8780), port(8781), port(8783)] })] };
    expect(remedies({ a: "berth:ports: { app: 8780 }" }, live)).toEqual([
      "pulumi config set --path berth:ports.app 8782 -s a",
    ]);
  });

  it("only with room for the one that follows it", () => {
    const live = { containers: [container("x", { ports: [port(8780), port(8783)] })] };
    expect(remedies({ a: "berth:environment: development\nberth:ports: { app: 8780 }" }, live)).toEqual([
      "pulumi config set --path berth:ports.app 8784 -s a",
    ]);
  });

  it("only with room for those that follow the one that follows it", () => {
    const [a, b, c] = ["9000:80", "9001:80", "9002:80"].map((ports) => `{ image: a:1, ports: ["${ports}"] }`);
    const chain = `services: { a: ${a ?? ""}, b: ${b ?? ""}, c: ${c ?? ""} }\nx-berth: { ports: { b: a+1, c: b+1 } }`;
    const live = { containers: [container("x", { ports: [port(9000), port(9005)] })] };
    expect(remedies({ s: "berth:prefix: s" }, live, chain)).toEqual([
      "pulumi config set --path berth:ports.a 9006 -s s",
    ]);
  });

  it("without looking at one that no longer follows", () => {
    const live = { containers: [container("x", { ports: [port(8780), port(8782)] })] };
    expect(remedies({ a: "berth:environment: development\nberth:ports: { app: 8780, dev: 9000 }" }, live)).toEqual([
      "pulumi config set --path berth:ports.app 8781 -s a",
    ]);
  });

  it("to one stack only", () => {
    const same = "berth:ports: { app: 8780 }";
    expect(remedies({ a: same, b: same, c: same })).toEqual([
      "pulumi config set --path berth:ports.app 8781 -s b",
      "pulumi config set --path berth:ports.app 8782 -s c",
    ]);
  });

  it("from the beginning of its range, where the end is full", () => {
    const blueprint = 'services: { app: { image: a:1, ports: ["9000:80"] } }\nx-berth: { ports: { app: 9000-9002 } }';
    const live = { containers: [container("x", { ports: [port(9001), port(9002)] })] };
    expect(remedies({ a: "berth:ports: { app: 9001 }" }, live, blueprint)).toEqual([
      "pulumi config set --path berth:ports.app 9000 -s a",
    ]);
  });

  it("outside of its range, where all of it is held", () => {
    const blueprint = 'services: { app: { image: a:1, ports: ["9000:80"] } }\nx-berth: { ports: { app: 9000-9001 } }';
    const live = { containers: [container("x", { ports: [port(9000), port(9001), port(9002)] })] };
    expect(remedies({ a: "berth:ports: { app: 9000 }" }, live, blueprint)).toEqual([
      "pulumi config set --path berth:ports.app 9003 -s a",
    ]);
    const far = { containers: [container("x", { ports: [port(9000), port(9001), port(9500)] })] };
    expect(remedies({ a: "berth:ports: { app: 9500 }" }, far, blueprint)).toEqual([
      "pulumi config set --path berth:ports.app 9501 -s a",
    ]);
  });

  it("that needs no privileges, in the place of one that does", () => {
    const live = { containers: [container("x", { ports: [port(80), port(8080)] })] };
    expect(remedies({ a: "berth:prefix: a" }, live, 'services: { web: { image: a:1, ports: ["80:80"] } }')).toEqual([
      "pulumi config set --path berth:ports.web 8081 -s a",
    ]);
  });

  it("under the key of the one port of several that is meant", () => {
    const live = { listeners: [{ ...port(5300), protocol: "udp" as const, process: "dnsmasq" }] };
    const dns = 'services: { dns: { image: a:1, ports: ["5300:53/tcp", "5300:53/udp"] } }';
    expect(remedies({ a: "berth:prefix: a" }, live, dns)).toEqual([
      "pulumi config set --path berth:ports.dns/53/udp 5301 -s a",
    ]);
  });
});

describe("a prefix is offered", () => {
  const x = (app: number, more = ""): string => `berth:prefix: x\nberth:ports: { app: ${app} }${more}`;

  it("that is the stack's name, and otherwise has a number", () => {
    const live = { volumes: [{ name: "c_old", labels: {} }] };
    expect(remedies({ a: x(9000), b: x(9001), c: x(9002) }, live)).toEqual([
      "pulumi config set berth:prefix b -s b",
      "pulumi config set berth:prefix x_2 -s c",
    ]);
  });

  it("once, for all that is in a stack's way", () => {
    const live = { containers: [container("b_app")], volumes: [{ name: "b_database", labels: {} }] };
    expect(new Set(remedies({ b: "berth:prefix: b" }, live))).toEqual(
      new Set(["pulumi config set berth:prefix b_2 -s b"]),
    );
  });

  it("of at most 40 characters", () => {
    const long = "a".repeat(40);
    const [remedy] = remedies({ [long]: "berth:prefix: " + long }, { containers: [container(`${long}_app`)] });
    expect(remedy).toBe(`pulumi config set berth:prefix ${"a".repeat(36)}_2 -s ${long}`);
  });

  it("of at most 40 characters, whatever the number behind it", () => {
    const long = "a".repeat(50);
    const taken = Array.from({ length: 998 }, (_, index) => `${"a".repeat(36)}_${index + 2}_app`);
    const free = new Allocator(
      taken.map((name) => ({ kind: "container", name, endpoint, owner: { kind: "container", name } })),
      rules,
    );
    expect(free.of(FreePrefixes).next(long)).toBe(`${"a".repeat(35)}_1000`);
  });

  it("whose networks find their subnets free", () => {
    const live = {
      containers: [container("b_app")],
      networks: [
        { id: "1", name: "office", labels: {}, subnets: [autoSubnet("b_2_default")], gateways: [], internal: false },
      ],
    };
    expect(remedies({ b: "berth:prefix: b" }, live)).toEqual(["pulumi config set berth:prefix b_3 -s b"]);
  });
});

describe("a domain is offered", () => {
  const domain = (name: string, app: number): string => `berth:domain: ${name}\nberth:ports: { app: ${app} }`;

  it("below the wanted one, by the stack's name", () => {
    expect(remedies({ a: domain("x.example", 9000), "z.2": domain("x.example", 9001) })).toContain(
      "pulumi config set berth:domain z-2.x.example -s z.2",
    );
  });

  it("that nobody has, with www. or without", () => {
    const stacks = { a: domain("x.example", 9000), b: domain("x.example", 9001), c: domain("www.b.x.example", 9002) };
    expect(remedies(stacks)).toEqual(["pulumi config set berth:domain b-2.x.example -s b"]);
  });

  it("of which no part is too long", () => {
    const long = "b".repeat(80);
    expect(remedies({ a: domain("x.example", 9000), [long]: domain("x.example", 9001) + "\nberth:prefix: b" })).toEqual(
      [`pulumi config set berth:domain ${"b".repeat(40)}.x.example -s ${long}`],
    );
  });
});

it("one prefix does not hide what would still clash under another one: directories and subnets that are written out", () => {
  const blueprint = 'services: { web: { image: a:1, volumes: ["/srv:/srv"] } }';
  const stacks = {
    a: "berth:prefix: x\nberth:subnets: { default: 10.1.2.0/24 }",
    b: "berth:prefix: x\nberth:subnets: { default: 10.1.2.0/24 }",
  };
  expect(conflictsOf(deployments(stacks, blueprint)).map(({ code }) => code)).toEqual([
    "prefix-in-use",
    "subnet-overlap",
    "path-overlap",
  ]);
});
