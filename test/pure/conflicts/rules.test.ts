import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endpointAt } from "../../endpoint-at.ts";
import { check } from "../../../src/conflicts/check.ts";
import type { Claim, ClaimOf, Owner } from "../../../src/claims/claim.ts";
import { endpoint } from "./sample.ts";

type Wish = Claim extends infer C ? (C extends Claim ? Omit<C, "owner" | "endpoint" | "source"> : never) : never;

const owner = (stack: string): Owner => ({ kind: "deployment", id: `organization/berth/${stack}`, stack });
const claim = (wish: Wish, by: Owner): Claim => ({ ...wish, owner: by, endpoint });
const found = (claims: readonly Claim[]): string[] =>
  check({ claims, capacity: {}, findings: [], notLookedAt: [] }).map(({ code }) => code);

/** Whether two claims of two stacks are a conflict, whichever of them comes first. */
function meet(a: Wish, b: Wish): boolean {
  const there = found([claim(a, owner("a")), claim(b, owner("b"))]);
  expect(found([claim(b, owner("a")), claim(a, owner("b"))])).toEqual(there);
  expect(there.length).toBeLessThan(2);
  return there.length === 1;
}

const port = (text: string): Wish => {
  const [, address = "", number, protocol] = /^\[?(.*?)\]?:(\d+)\/(tcp|udp)$/.exec(text) ?? [];
  return { kind: "hostPort", address, port: Number(number), protocol: protocol as "tcp" };
};

describe.each([
  ["every address meets one address", "0.0.0.0:8778/tcp", "127.0.0.1:8778/tcp", true],
  ["one address meets itself", "10.0.0.5:8778/tcp", "10.0.0.5:8778/tcp", true],
  ["one address does not meet another", "10.0.0.5:8778/tcp", "10.0.0.6:8778/tcp", false],
  ["tcp does not meet udp", "0.0.0.0:53/tcp", "0.0.0.0:53/udp", false],
  ["udp meets udp", "0.0.0.0:53/udp", "127.0.0.53:53/udp", true],
  ["a port does not meet the next one", "0.0.0.0:8778/tcp", "0.0.0.0:8779/tcp", false],
  ["IPv6 any meets IPv6 loopback", "[::]:80/tcp", "[::1]:80/tcp", true],
  ["IPv6 any meets IPv4, on which it listens, too", "[::]:80/tcp", "127.0.0.1:80/tcp", true],
  ["IPv6 any meets IPv4 any", "[::]:80/tcp", "0.0.0.0:80/tcp", true],
  ["IPv4 any does not meet an IPv6 address", "0.0.0.0:80/tcp", "[::1]:80/tcp", false],
  ["IPv6 loopback does not meet IPv4 loopback", "[::1]:80/tcp", "127.0.0.1:80/tcp", false],
])("host port: %s", (_, a, b, meets) => {
  it(`${a} and ${b}`, () => expect(meet(port(a), port(b))).toBe(meets));
});

const subnet = (text: string): Wish => ({ kind: "subnet", subnet: text, network: "net" });

describe.each([
  ["itself", "10.1.2.0/24", "10.1.2.0/24", true],
  ["one around it", "10.1.2.0/24", "10.1.0.0/16", true],
  ["one inside it", "10.1.0.0/16", "10.1.255.192/26", true],
  ["one that holds everything", "10.1.2.0/24", "0.0.0.0/0", true],
  ["one written with the bits of a host", "10.1.2.77/24", "10.1.2.0/25", true],
  ["a single address of it", "10.1.2.0/24", "10.1.2.255/32", true],
  ["the next one", "10.1.2.0/24", "10.1.3.0/24", false],
  ["the half beside it", "10.1.2.0/25", "10.1.2.128/25", false],
  ["one far away", "10.1.2.0/24", "192.168.0.0/16", false],
])("a subnet and %s", (_, a, b, meets) => {
  it(`${a} and ${b}`, () => expect(meet(subnet(a), subnet(b))).toBe(meets));
});

const path = (text: string, shared = false): Wish => ({ kind: "hostPath", path: text, shared });

describe.each([
  ["itself", path("/srv/a"), path("/srv/a"), true],
  ["one inside it", path("/srv/a"), path("/srv/a/b/c"), true],
  ["one around it", path("/srv/a"), path("/srv"), true],
  ["the root", path("/srv/a"), path("/"), true],
  ["one beside it", path("/srv/a"), path("/srv/b"), false],
  ["one that only begins like it", path("/srv/a"), path("/srv/ab"), false],
  ["one that is only read", path("/srv/a"), path("/srv/a", true), false],
  ["one around it that is only read", path("/srv/a/b"), path("/srv/a", true), false],
  ["one of two that are only read", path("/srv/a", true), path("/srv/a", true), false],
])("a directory and %s", (_, a, b, meets) => {
  it(`${JSON.stringify(a)} and ${JSON.stringify(b)}`, () => expect(meet(a, b)).toBe(meets));
});

describe.each<[string, Wish, Wish, boolean]>([
  ["prefixes that are the same", { kind: "prefix", prefix: "a" }, { kind: "prefix", prefix: "a" }, true],
  ["prefixes that begin alike", { kind: "prefix", prefix: "a" }, { kind: "prefix", prefix: "a_b" }, false],
  ["containers of one name", { kind: "container", name: "a_b" }, { kind: "container", name: "a_b" }, true],
  ["a container and a volume of one name", { kind: "container", name: "a_b" }, { kind: "volume", name: "a_b" }, false],
  ["volumes of one name", { kind: "volume", name: "a_b" }, { kind: "volume", name: "a_b" }, true],
  ["networks of one name", { kind: "network", name: "a_b" }, { kind: "network", name: "a_b" }, true],
  [
    "fixed addresses that are the same",
    { kind: "address", address: "10.1.0.5", network: "net" },
    { kind: "address", address: "10.1.0.5", network: "net" },
    true,
  ],
  [
    "one address in two networks",
    { kind: "address", address: "10.1.0.5", network: "net" },
    { kind: "address", address: "10.1.0.5", network: "other" },
    false,
  ],
  [
    "server names that are the same",
    { kind: "serverName", serverName: "a.b" },
    { kind: "serverName", serverName: "a.b" },
    true,
  ],
  [
    "a server name and one below it",
    { kind: "serverName", serverName: "b" },
    { kind: "serverName", serverName: "a.b" },
    false,
  ],
])("%s", (_, a, b, meets) => {
  it(meets ? "are a conflict" : "are none", () => expect(meet(a, b)).toBe(meets));
});

describe("a volume that is declared to be the deployment's own", () => {
  const wanted = claim({ kind: "volume", name: "a_data", adopted: true }, owner("a"));
  it.each<[string, Owner, boolean]>([
    ["may be there without a label", { kind: "volume", name: "a_data" }, false],
    ["may not be another deployment's", { kind: "volume", name: "a_data", id: "organization/berth/b" }, true],
    ["may not be wanted by another stack", owner("b"), true],
  ])("%s", (_, by, meets) => {
    expect(found([wanted, claim({ kind: "volume", name: "a_data" }, by)]).length).toBe(meets ? 1 : 0);
  });
});

describe("files that are declared to be the deployment's own", () => {
  const wanted = claim({ kind: "hostPath", path: "/var/www/a", adopted: true }, owner("a"));
  it.each<[string, Owner, boolean]>([
    ["may be there unmarked", { kind: "directory", name: "/var/www/a" }, false],
    ["may not be another deployment's", { kind: "directory", name: "/var/www/a", id: "organization/berth/b" }, true],
    ["may not be a container's", { kind: "container", name: "nginx" }, true],
  ])("%s", (_, by, meets) => {
    expect(found([wanted, claim({ kind: "hostPath", path: "/var/www/a" }, by)]).length).toBe(meets ? 1 : 0);
  });
});

describe("subnets", () => {
  it("meet exactly where one has an address of the other", () => {
    const cidr = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 3 })).map(([last, bits]) => ({
      text: `10.0.0.${last}/${32 - bits}`,
      addresses: Array.from({ length: 2 ** bits }, (_, index) => Math.floor(last / 2 ** bits) * 2 ** bits + index),
    }));
    fc.assert(
      fc.property(cidr, cidr, (a, b) => {
        expect(meet(subnet(a.text), subnet(b.text))).toBe(a.addresses.some((address) => b.addresses.includes(address)));
      }),
    );
  });
});

describe("subnets of IPv6", () => {
  it.each([
    ["fd00:1::/64", "fd00:1::/64", true],
    ["fd00:1::/48", "FD00:0001:0:5::/64", true],
    ["fd00:1::/64", "fd00:1:0:1::/64", false],
    ["fd00:1::/64", "10.0.0.0/8", false],
  ])("%s and %s meet: %s", (a, b, met) => expect(meet(subnet(a), subnet(b))).toBe(met));
});

it("claims on different endpoints never meet", () => {
  const here = claim(port("0.0.0.0:80/tcp"), owner("a"));
  const there: ClaimOf<"hostPort"> = {
    ...(claim(port("0.0.0.0:80/tcp"), owner("b")) as ClaimOf<"hostPort">),
    endpoint: endpointAt("tcp://far:2376"),
  };
  expect(found([here, there])).toEqual([]);
});

it("claims of one deployment never meet", () => {
  expect(found([claim(port("0.0.0.0:80/tcp"), owner("a")), claim(port("0.0.0.0:80/tcp"), owner("a"))])).toEqual([]);
});
