import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PublishedPort } from "../../../src/deployment/deployment.ts";
import type { Realization } from "../../../src/deployment/realization.ts";
import { conflictsOf, stackWith } from "../conflicts/sample.ts";
import { deploymentFrom } from "./sample.ts";

const portsOf = (written: string, keys = "berth:prefix: a", more = ""): readonly PublishedPort[] =>
  deploymentFrom(stackWith(keys), {
    blueprintYaml: `services: { web: { image: web:1, ports: ${written} } }\n${more}`,
  }).services.flatMap(({ ports }) => ports);
const shown = ({ address, hostPort, containerPort, protocol }: PublishedPort): string =>
  `${address} ${hostPort}:${containerPort}/${protocol}`;

describe("a port of a Compose file", () => {
  it.each([
    ['["8080:80"]', "0.0.0.0 8080:80/tcp"],
    ["[8080:80/udp]", "0.0.0.0 8080:80/udp"],
    ['["127.0.0.1:8080:80"]', "127.0.0.1 8080:80/tcp"],
    ['["[::1]:8080:80"]', "::1 8080:80/tcp"],
    ['["[0:0:0:0:0:0:0:1]:8080:80/UDP"]', "::1 8080:80/udp"],
    ["[{ target: 80, published: 8080 }]", "0.0.0.0 8080:80/tcp"],
    ["[{ target: 80, published: \"8080\", host_ip: '::1', protocol: udp, mode: host }]", "::1 8080:80/udp"],
    ['["80:80"]', "0.0.0.0 80:80/tcp"],
    ['["${PORT:-8080}:80"]', "0.0.0.0 8080:80/tcp"],
    ['["::1:8080:80"]', "::1 8080:80/tcp"],
    ['["9899:9899/sctp"]', "0.0.0.0 9899:9899/sctp"],
    ['["8080:80", "8080:80/tcp"]', "0.0.0.0 8080:80/tcp"],
  ])("%s is %s", (written, port) => expect(portsOf(written).map(shown)).toEqual([port]));

  it.each([
    ["3000", 3010, [3000, 3099]],
    ["80", 8090, [8080, 8179]],
    ['"127.0.0.1::80"', 8090, [8080, 8179]],
  ])("%s without a host port has one by the stack's name, near its number", (written, hostPort, range) => {
    expect(portsOf(`[${written}]`)).toMatchObject([{ hostPort, range }]);
  });
});

describe("a range of ports", () => {
  const range = '["7000-7002:9000-9002/udp"]';
  const inRange = (hosts: readonly number[]): string[] =>
    hosts.map((host, index) => `0.0.0.0 ${host}:${9000 + index}/udp`);

  it("is one port of the host for each of the container", () => {
    expect(portsOf(range).map(shown)).toEqual(inRange([7000, 7001, 7002]));
  });

  it.each([
    ["moves as a whole", "{ web: 7100 }", [7100, 7101, 7102]],
    ["but for a port that has a number of its own", "{ web: 7100, web/9001: 7200 }", [7100, 7200, 7102]],
  ])("%s", (_, wish, hosts) => {
    expect(portsOf(range, `berth:prefix: a\nberth:ports: ${wish}`).map(shown)).toEqual(inRange(hosts));
  });

  it.each(["{ web: auto }", "{}"])("of any ports is one after the other where the stack says %s", (wish) => {
    const written = wish === "{}" ? '["9000-9002/udp"]' : range;
    const found = portsOf(written, `berth:prefix: a\nberth:ports: ${wish}`).map(({ hostPort }) => hostPort);
    expect(found).toEqual([0, 1, 2].map((distance) => (found[0] ?? 0) + distance));
  });

  it("of the host that leads to one port of the container is where its one port is looked for", () => {
    const [port, ...more] = portsOf('["7100-7110:90"]');
    expect(port).toMatchObject({ containerPort: 90, range: [7100, 7110] });
    expect([(port?.hostPort ?? 0) >= 7100, (port?.hostPort ?? 0) <= 7110, more]).toEqual([true, true, []]);
  });

  it.each(["7000-7002:9000-9001", "7002-7000:9000-9002", "7000-70000:80", "a-b:80"])("cannot be %s", (written) => {
    expect(() => portsOf(`["${written}"]`)).toThrow(`found "${written}"`);
  });

  it("does not reach beyond the last port", () => {
    expect(() => portsOf(range, "berth:prefix: a\nberth:ports: { web: 65534 }")).toThrow(
      "the range leads to the port 65536",
    );
  });

  it("is in the way of another deployment's with one finding, whose command moves all of it", () => {
    const [first, second] = ["berth:prefix: a", "berth:prefix: b"].map((keys, index) =>
      deploymentFrom(stackWith(keys), {
        stack: `s${index}`,
        blueprintYaml: `services: { web: { image: web:1, ports: ${range} } }`,
      }),
    ) as [Realization, Realization];
    const found = conflictsOf([first, second]).filter(({ code }) => code === "port-in-use");
    expect(found).toMatchObject([
      { key: "0.0.0.0:7000/udp", remedy: expect.stringContaining("berth:ports.web 7003 -s s1") as string },
    ]);
  });
});

describe("the stack's say", () => {
  it.each([
    ["another number", "{ web: 9000 }", "127.0.0.1 9000:80/tcp"],
    ["another address", "{ web: { port: 9000, address: 0.0.0.0 } }", "0.0.0.0 9000:80/tcp"],
    ["another protocol", "{ web: { port: 9000, protocol: udp } }", "127.0.0.1 9000:80/udp"],
    ["the port in the container", "{ web/80: 9000 }", "127.0.0.1 9000:80/tcp"],
    ["a port to be found", "{ web: auto }", "127.0.0.1 8110:80/tcp"],
  ])("%s", (_, wish, port) => {
    const keys = `berth:prefix: a\nberth:ports: ${wish}`;
    expect(portsOf('["127.0.0.1:8100:80"]', keys).map(shown)).toEqual([port]);
  });

  it("each of several ports has a key of its own", () => {
    const dns = '["5300:53/tcp", "5300:53/udp", "8080:80"]';
    expect(portsOf(dns).map(({ configKey }) => configKey)).toEqual(["web", "web/53/udp", "web/80"]);
    const keys = "berth:prefix: a\nberth:ports: { web: 5301, web/53/udp: 5302, web/80: 5303 }";
    expect(portsOf(dns, keys).map(({ hostPort }) => hostPort)).toEqual([5301, 5302, 5303]);
  });

  it("a port of the container can be published more than once", () => {
    const twice = '["5300:53", "127.0.0.1:5301:53", "5300:53/udp"]';
    const keys = "berth:prefix: a\nberth:ports: { web/53/tcp/2: 5310 }";
    expect(portsOf(twice).map(({ configKey }) => configKey)).toEqual(["web", "web/53/tcp/2", "web/53/udp"]);
    expect(portsOf(twice, keys).map(({ hostPort }) => hostPort)).toEqual([5300, 5310, 5300]);
  });
});

describe("where auto looks", () => {
  const services = 'services:\n  dev: { image: a:1, ports: ["8001:80"] }\n  app: { image: a:1, ports: ["8000:80"] }\n';
  const hostPorts = (ports: string, wishes = ""): Record<string, number | undefined> => {
    const { services: made } = deploymentFrom(stackWith(`berth:prefix: a\nberth:ports: { ${wishes} }`), {
      blueprintYaml: `${services}x-berth: { ports: ${ports} }`,
    });
    return Object.fromEntries(made.map(({ key, ports: [port] }) => [key, port?.hostPort]));
  };

  it.each([
    ["a service follows one that comes after it", "{ dev: app+5 }", "", { app: 8000, dev: 8005 }],
    ["also where the other one is moved", "{ dev: app+5 }", "app: 9000", { app: 9000, dev: 9005 }],
    ["unless it has a number of its own", "{ dev: app+5 }", "app: 9000, dev: 9100", { app: 9000, dev: 9100 }],
    [
      "also where the other one leaves no room for it",
      "{ dev: app+1 }",
      "app: 65535, dev: 9100",
      { app: 65535, dev: 9100 },
    ],
    ["a range is used by auto alone", "{ app: 7000-7001 }", "", { app: 8000, dev: 8001 }],
    ["auto takes a slot of it", "{ app: 7000-7001 }", "app: auto", { app: 7000, dev: 8001 }],
    [
      "two automatic ports of one range are two ports",
      "{ app: 7000-7001, dev: 7000-7001 }",
      "app: auto, dev: auto",
      { app: 7001, dev: 7000 },
    ],
    [
      "an automatic port is none that another service names",
      "{ app: 7000-7001 }",
      "app: auto, dev: 7000",
      { app: 7001, dev: 7000 },
    ],
  ])("%s", (_, ports, wishes, expected) => expect(hostPorts(ports, wishes)).toEqual(expected));

  it("a service that follows looks from its place on", () => {
    const { services: made } = deploymentFrom(stackWith("berth:ports: { app: 9000 }"), {
      blueprintYaml: `${services}x-berth: { ports: { dev: app+5 } }`,
    });
    expect(made.find(({ key }) => key === "dev")?.ports[0]?.range).toEqual([9005, 9104]);
  });

  it("automatic ports are stable when a neighbour is added or removed", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/), { minLength: 1, maxLength: 6 });
    const port = (stack: string): number | undefined =>
      deploymentFrom(stackWith("berth:ports: { app: auto }"), { stack }).services.at(-1)?.ports[0]?.hostPort;
    fc.assert(
      fc.property(names, (stacks) => {
        const before = stacks.map(port);
        expect([...stacks].reverse().slice(1).map(port).reverse()).toEqual(before.slice(0, -1));
      }),
      { numRuns: 20 },
    );
  });
});
