import type * as docker from "@pulumi/docker";
import type { Network, Subnet } from "../deployment/deployment.ts";
import { subnetsOf } from "../deployment/subnets.ts";
import { canonicalSubnet } from "../notation/ip-range.ts";

/** Every change of an argument replaces a network, so only what a blueprint says is among them. */
export function networkArgs(network: Network): Partial<docker.NetworkArgs> {
  const { driver, options, attachable, ipv6, addressing } = network;
  return {
    ipamConfigs: subnetsOf(network).map(pool),
    ...(driver !== undefined && { driver }),
    ...(options !== undefined && { options: { ...options } }),
    ...(attachable && { attachable }),
    ...(ipv6 && { ipv6 }),
    ...(addressing?.driver !== undefined && { ipamDriver: addressing.driver }),
    ...(addressing !== undefined && { ipamOptions: { ...addressing.options } }),
  };
}

/** Docker keeps a subnet of IPv6 in its shortest form. */
const pool = ({ subnet, gateway, range, auxiliary }: Subnet): docker.types.input.NetworkIpamConfig => ({
  subnet: subnet.includes(":") ? canonicalSubnet(subnet) : subnet,
  gateway,
  ...(range !== undefined && { ipRange: range }),
  ...(auxiliary !== undefined && { auxAddress: { ...auxiliary } }),
});

/**
 * What the engine ignores of a network: its labels, which say whose it was when it was created, and the options that newer
 * daemons add to those that they were given.
 */
export const addedToNetwork = ({ options }: Network): string[] => [
  "labels",
  ...(options === undefined ? [] : addedOptions.map((option) => `options["${option}"]`)),
];

const addedOptions = ["com.docker.network.enable_ipv4", "com.docker.network.enable_ipv6"];
