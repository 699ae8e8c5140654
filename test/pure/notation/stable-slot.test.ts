import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { autoPort, autoSubnet, hash32, otherSubnets, poolTexts } from "../../../src/notation/stable-slot.ts";
import { addressRange, canonicalAddress, firstAddress } from "../../../src/notation/subnet.ts";

describe("allocation is the same on every machine", () => {
  it.each([
    ["", 2872998923, 8901, "10.240.5.64/26"],
    ["a", 444641715, 8893, "10.212.246.64/26"],
    ["hospital-a", 722170010, 8788, "10.195.147.64/26"],
    ["hospital-b", 3737404990, 8968, "10.255.4.0/26"],
    ["Krankenhaus Süd", 3069367043, 8821, "10.198.211.192/26"],
  ])("%j has the slot %d, the port %d and the subnet %s", (name, hash, port, subnet) => {
    expect(hash32(name)).toBe(hash);
    expect(autoPort(name, [8778, 8977])).toBe(port);
    expect(autoSubnet(`${name}_default`)).toBe(subnet);
  });
});

describe("an automatic port", () => {
  const range = fc
    .tuple(fc.integer({ min: 1, max: 65535 }), fc.nat(2000))
    .map(([first, more]): [number, number] => [first, Math.min(first + more, 65535)]);

  it("lies in its range", () => {
    fc.assert(
      fc.property(fc.string(), range, (name, [first, last]) => {
        const port = autoPort(name, [first, last]);
        expect(port).toBeGreaterThanOrEqual(first);
        expect(port).toBeLessThanOrEqual(last);
      }),
    );
  });

  it("is spread over its range: of 200 hospitals, most have a port of their own or share it with one", () => {
    const ports = Array.from({ length: 200 }, (_, index) => autoPort(`hospital-${index}`, [8778, 8977]));
    expect(new Set(ports).size).toBeGreaterThan(110);
  });
});

describe("an automatic subnet", () => {
  it("has 62 addresses of 10.192.0.0/10", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const { first = 0, last = 0 } = addressRange(autoSubnet(name)) ?? {};
        expect(last - first).toBe(63);
        expect(first % 64).toBe(0);
        expect(autoSubnet(name)).toMatch(/^10\.(?:19[2-9]|2\d\d)\./);
      }),
    );
  });

  it("has every other one behind it, each once: first its own pool, then those of Docker, then the one that no VPN routes", () => {
    const places = [...otherSubnets("a_default")];
    const others = places.map(({ subnet }) => subnet);
    expect(places.slice(-1).map(({ first, last }) => ({ first, last }))).toEqual([addressRange(others.at(-1) ?? "")]);
    expect(new Set(others).size).toBe(65536 + 16384 + 1024 + 2048);
    expect(others.slice(0, 2)).toEqual(["10.212.246.64/26", "10.212.246.128/26"]);
    expect(others[65536]).toMatch(/^172\.(?:1[6-9]|2\d|3[01])\./);
    expect(others[65536 + 16384]).toMatch(/^192\.168\./);
    expect(others.at(-1)).toMatch(/^198\.1[89]\./);
    expect(poolTexts).toEqual(["10.192.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15"]);
  });
});

describe("addresses", () => {
  it.each([
    ["10.1.2.0/24", 167838208, 167838463],
    ["0.0.0.0/0", 0, 4294967295],
    ["255.255.255.255/32", 4294967295, 4294967295],
    ["10.1.2.7/24", 167838208, 167838463],
  ])("%s is from %d to %d", (subnet, first, last) => expect(addressRange(subnet)).toEqual({ first, last }));

  it.each(["", "10.1.2.0", "10.1.2.0/33", "10.1.2/24", "::/64", "10.1.2.0/-1"])("%j is no IPv4 subnet", (text) =>
    expect(addressRange(text)).toBeUndefined(),
  );

  it("the gateway is the first of a subnet", () => expect(firstAddress("10.210.3.77/26")).toBe("10.210.3.65"));

  it.each([
    ["0:0:0:0:0:0:0:1", "::1"],
    ["::", "::"],
    ["2001:DB8::0001", "2001:db8::1"],
    ["127.0.0.1", "127.0.0.1"],
    ["127.1", undefined],
    ["localhost", undefined],
  ])("%s is %s", (written, canonical) => expect(canonicalAddress(written)).toBe(canonical));
});
