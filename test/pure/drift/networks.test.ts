import { describe, expect, it } from "vitest";
import type { InspectedNetwork, InspectedVolume } from "../../../src/host/inspected.ts";
import { type Change, findingsAfter, liveOf, sample, secrets } from "./sample.ts";

const network = liveOf(sample).networks.find(({ Name }) => Name === "shop_side") as InspectedNetwork;
const volume = liveOf(sample).volumes[0] as InspectedVolume;
const withNetworks = (...networks: InspectedNetwork[]): Change => {
  const others = liveOf(sample).networks.filter(({ Name }) => Name !== "shop_side");
  return (live) => void Object.assign(live, { networks: [...networks, ...others] });
};
const withVolume =
  (other: Partial<InspectedVolume>): Change =>
  (live) =>
    void Object.assign(live.volumes[0] ?? {}, other);
const found = (done: Change) =>
  findingsAfter(done).map(({ code, key, message }) => [code, key, message?.replace(/^was recreated[^:]*: /, "")]);

describe("a network that was made anew is told by", () => {
  it.each<[string, Partial<InspectedNetwork>]>([
    ["driver is overlay, should be bridge", { Driver: "overlay" }],
    [
      "subnet is 10.9.0.0/24, should be 10.200.0.0/26",
      { IPAM: { Config: [{ Subnet: "10.9.0.0/24", Gateway: "10.200.0.1" }] } },
    ],
    [
      "gateway is 10.200.0.9, should be 10.200.0.1",
      { IPAM: { Config: [{ Subnet: "10.200.0.0/26", Gateway: "10.200.0.9" }] } },
    ],
    ["internal is true, should be false", { Internal: true }],
    ["label berth.network was changed", { Labels: { ...network.Labels, "berth.network": "other" } }],
    ["IPv6 is true, should be false", { EnableIPv6: true }],
  ])("%s", (message, other) => {
    expect(found(withNetworks({ ...network, ...other }))).toEqual([["network-drifted", "shop_side", message]]);
  });

  it("being a stranger's, whatever else it is", () => {
    const message = "was not created for this deployment";
    expect(found(withNetworks({ ...network, Labels: {}, Internal: true }))).toEqual([
      ["network-drifted", "shop_side", message],
    ]);
  });

  it.each<[string, Change]>([
    [
      "not by what Compose adds",
      withNetworks({ ...network, Labels: { ...network.Labels, "com.docker.compose.network": "x" } }),
    ],
    ["not by what docker-compose 1.29 says of every network", withNetworks({ ...network, Attachable: true })],
    [
      "not by a label of the blueprint's that has changed since",
      withNetworks({ ...network, Labels: { ...network.Labels, zone: "in" } }),
    ],
    [
      "not by an address range of IPv6",
      withNetworks({ ...network, IPAM: { Config: [...(network.IPAM?.Config ?? []), { Subnet: "fd00::/64" }] } }),
    ],
  ])("%s", (_, done) => expect(found(done)).toEqual([]));

  it("not by another one of its name, where the engine's state knows which is which", () => {
    const known = {
      containers: Object.fromEntries(liveOf(sample).containers.map(({ Id: id, Name }) => [Name.slice(1), { id }])),
      volumes: {},
      databases: [],
      closed: [],
      roles: [],
      ids: [],
      kept: { passwords: {}, volumes: {} },
    };
    const networks = Object.fromEntries(liveOf(sample).networks.map(({ Id, Name }) => [Name, Id]));
    const stranger = { ...network, Id: "e".repeat(64), Labels: {} };
    expect(findingsAfter(withNetworks(stranger, network), { secrets, known: { ...known, networks } })).toEqual([]);
  });
});

describe("a volume that was made anew is told by", () => {
  it.each<[string, Partial<InspectedVolume>]>([
    ["driver is nfs, should be local", { Driver: "nfs" }],
    ["driver option device was added", { Options: { device: "/dev/sdb" } }],
    ["label berth.volume was changed", { Labels: { ...volume.Labels, "berth.volume": "other" } }],
    ["label mine was added", { Labels: { ...volume.Labels, mine: "1" } }],
  ])("%s", (message, other) => expect(found(withVolume(other))).toEqual([["volume-drifted", "shop_data", message]]));

  it("not by what Compose adds", () => {
    expect(found(withVolume({ Labels: { ...volume.Labels, "com.docker.compose.volume": "x" } }))).toEqual([]);
  });
});
