import { describe, expect, it } from "vitest";
import { attachmentDifferences } from "../../../src/drift/attachments.ts";
import type { InspectedAttachment, InspectedContainer } from "../../../src/host/inspected.ts";
import { stackWith } from "../conflicts/sample.ts";
import { deploymentFrom } from "../resolve/sample.ts";

const inspected = (
  name: string,
  mode: string,
  networks: Readonly<Record<string, InspectedAttachment>> = {},
): InspectedContainer => ({
  Id: `${name}-id`,
  Name: `/a_${name}`,
  Image: "sha256:1",
  State: { Status: "running" },
  Config: {},
  HostConfig: { NetworkMode: mode },
  NetworkSettings: { Networks: networks },
});

/** What is said of the container of `web`, with these keys, beside one of `vpn`. */
function differences(keys: string, found: InspectedContainer): string[] {
  const deployment = deploymentFrom(stackWith("berth:prefix: a"), {
    blueprintYaml: `services: { web: { image: web:1, ${keys} }, vpn: { image: vpn:1 } }
networks: { six: { enable_ipv6: true }, edge: { external: true } }
`,
  });
  const service = deployment.containers.find(({ key }) => key === "web");
  if (service === undefined) throw new Error("there is no web");
  const live = { containers: [found, inspected("vpn", "bridge")], networks: [] };
  return attachmentDifferences(service, found, live, deployment).map(({ what }) => what);
}

describe("a container that is attached to no network of its deployment", () => {
  it.each([
    ["network_mode: host", inspected("web", "host", { host: {} })],
    ["network_mode: none", inspected("web", "none", { none: {} })],
    ["network_mode: bridge", inspected("web", "default", { bridge: {} })],
    ["network_mode: edge", inspected("web", "edge", { edge: {} })],
    ["network_mode: 'service:vpn'", inspected("web", "container:vpn-id")],
  ])("is as it should be: %s", (keys, found) => expect(differences(keys, found)).toEqual([]));

  it.each([
    [
      "network_mode: host",
      inspected("web", "bridge", { bridge: {} }),
      ["network mode is bridge, should be host", "is attached to the foreign network bridge"],
    ],
    ["network_mode: 'service:vpn'", inspected("web", "container:other"), ["does not have the network of a_vpn"]],
    [
      "network_mode: none",
      inspected("web", "none", { none: {}, edge: {} }),
      ["is attached to the foreign network edge"],
    ],
  ])("has another one: %s", (keys, found, said) => expect(differences(keys, found)).toEqual(said));
});

describe("a container on a network", () => {
  const subnet = deploymentFrom(stackWith("berth:prefix: a"), {
    blueprintYaml: "services: { web: { image: web:1, networks: [six] } }\nnetworks: { six: { enable_ipv6: true } }\n",
  }).networks[0]?.further?.[0]?.subnet;
  const address = subnet?.replace("/64", "5") ?? "";
  const own = { Aliases: ["web"], IPAMConfig: { IPv6Address: address, LinkLocalIPs: ["169.254.8.8"] } };
  const wanted = `networks: { six: { ipv6_address: "${address}", link_local_ips: [169.254.8.8] }, edge: {} }`;

  it("that is external, or of IPv6, is as it should be", () => {
    const networks = { a_six: own, edge: { Aliases: ["web"] } };
    expect(differences(wanted, inspected("web", "bridge", networks))).toEqual([]);
  });

  it("has lost what was given to it", () => {
    const networks = { a_six: { Aliases: ["web"], IPAMConfig: null } };
    expect(differences(wanted, inspected("web", "bridge", networks))).toEqual([
      `fixed IPv6 address on the network a_six is none, should be ${address}`,
      "link-local address on the network a_six is none, should be 169.254.8.8",
      "is not attached to the network edge",
    ]);
  });
});
