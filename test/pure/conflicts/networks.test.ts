import { describe, expect, it } from "vitest";
import { missingNetworks } from "../../../src/host/external-networks.ts";
import { remedyOf } from "../report/shown.ts";
import { conflictsOf, deployments, hostWith } from "./sample.ts";

const fixed = `services: { web: { image: web:1, networks: { lan: { ipv4_address: 10.9.0.200, ipv6_address: "fd00:9::5" } } } }
networks:
  lan: { enable_ipv6: true, ipam: { config: [{ subnet: 10.9.0.0/24 }, { subnet: "fd00:9::/64" }] } }
`;

describe("two deployments of a blueprint with fixed subnets", () => {
  const keys = { a: "berth:prefix: a", b: "berth:prefix: b" };
  const found = conflictsOf(deployments(keys, fixed));

  it("are in each other's way once for each version, with a command that moves it", () => {
    expect(found).toMatchObject([
      { code: "subnet-overlap", key: "10.9.0.0/24", wanted: { stack: "b" } },
      { code: "subnet-overlap", key: "fd00:9::/64", wanted: { stack: "b" } },
    ]);
    expect(found.map(({ remedy }) => remedy)).toEqual([
      expect.stringMatching(/berth:subnets\.lan \S+\/24 -s b$/),
      expect.stringMatching(/berth:subnets\.lan\/ipv6 '?fd62:6572:\S+::\/64'? -s b$/),
    ]);
  });

  it("stand side by side once the commands were pasted: fixed addresses find their places", () => {
    const [four, six] = found.map(({ remedy }) => / (\S+) -s b$/.exec(remedy ?? "")?.[1]?.replaceAll("'", ""));
    const moved = { ...keys, b: `berth:prefix: b\nberth:subnets: { lan: ${four}, lan/ipv6: "${six}" }` };
    expect(conflictsOf(deployments(moved, fixed))).toEqual([]);
  });
});

it("a subnet of IPv6 that is live on the host is held", () => {
  const networks = [{ id: "1", name: "vpn", labels: {}, subnets: ["fd00::/16"], gateways: [], internal: false }];
  const found = conflictsOf(deployments({ a: "berth:prefix: a" }, fixed), { networks });
  expect(found).toMatchObject([{ code: "subnet-overlap", key: "fd00:9::/64", held: { network: "vpn" } }]);
});

describe("an external network", () => {
  const edge = "services: { web: { image: web:1, networks: [edge] } }\nnetworks: { edge: { external: true } }\n";

  it("on which two deployments have one name is a warning", () => {
    const [found, ...more] = conflictsOf(deployments({ a: "berth:prefix: a", b: "berth:prefix: b" }, edge));
    expect(found).toMatchObject({ code: "alias-in-use", severity: "warning", key: "web", wanted: { stack: "b" } });
    expect(found?.remedy).toBe("on the network edge, reach it as b_web");
    expect(more).toEqual([]);
  });

  it.each([
    ["that is joined has to be there", edge, ["edge"]],
    ["by its mode as well", "services: { web: { image: web:1, network_mode: edge } }", ["edge"]],
    ["unless nothing joins it", edge.replace("[edge]", "[default]"), []],
  ])("%s", (_, blueprintYaml, missing) => {
    const found = missingNetworks(hostWith(), deployments({ a: "berth:prefix: a" }, blueprintYaml));
    expect(found.map(({ key }) => key)).toEqual(missing);
    expect(found.map(remedyOf)).toEqual(missing.map((name) => `docker network create ${name}`));
    const networks = [{ id: "1", name: "edge", labels: {}, subnets: [], gateways: [], internal: false }];
    expect(missingNetworks(hostWith({ networks }), deployments({ a: "berth:prefix: a" }, blueprintYaml))).toEqual([]);
  });
});

it("a service with its host's network claims none of the ports that it lists", () => {
  const host = 'services: { web: { image: web:1, network_mode: host, ports: ["8080:80"] } }';
  expect(conflictsOf(deployments({ a: "berth:prefix: a", b: "berth:prefix: b" }, host))).toEqual([]);
});
