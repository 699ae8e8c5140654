import { attachedTo } from "../blueprint/attached-to.ts";
import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import { setKey } from "../findings/remedy.ts";
import { quoted } from "../notation/quoted.ts";
import type { Attachment, Endpoints, ExternalNetwork, Network } from "../deployment/deployment.ts";
import { subnetsOf } from "../deployment/subnets.ts";
import type { Filler, Path } from "./interpolate.ts";
import { ipOf, ipRange, ipText, isWithin, movedTo } from "../notation/ip-range.ts";
import { hardwareAddressOf } from "./name-service.ts";
import { relayKey } from "../notation/names.ts";
import { isHost } from "./networks.ts";
import { lastAddress } from "../notation/subnet.ts";
import { roomySubnet } from "../notation/stable-slot.ts";
import { ownValue } from "../notation/own-value.ts";

type Written = NonNullable<ComposeService["networks"]>[string];

interface AttachmentContext {
  readonly blueprint: Blueprint;
  readonly networks: readonly Network[];
  readonly externalNetworks: readonly ExternalNetwork[];
  readonly filler: Filler;
  readonly config: { readonly stack: string };
  /** Who has a fixed address, by network and address. */
  readonly addresses: Map<string, string>;
  /** The network on the host that the deployment shares with others: its own as a platform, or its platform's. */
  readonly shared: string | undefined;
}

/** Where a service is attached; fixed addresses are inside the network and each given once. */
export function attachments(key: string, compose: ComposeService, context: AttachmentContext): Attachment[] {
  const { container_name: name } = compose;
  const path = ["services", key, "container_name"];
  context.filler.parsed(name || undefined, path, containerName, "letters, digits, . _ and -, two at least");
  const own = Object.entries(attachedTo(compose)).flatMap(([name, options]): Attachment[] => {
    const external = context.externalNetworks.find((candidate) => candidate.key === name);
    if (external !== undefined) return [attachment(key, compose, external, fixedOutside(options), options, context)];
    const network = context.networks.find((candidate) => candidate.key === name);
    if (network === undefined) return [];
    return [attachment(key, compose, network, fixedIn(network, key, options, context), options, context)];
  });
  const { shared } = context;
  return shared !== undefined && key === relayKey ? [...own, { network: shared, aliases: [] }] : own;
}

/** Docker's form of it. */
const containerName = (text: string): string | undefined =>
  /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(text) ? text : undefined;

type Fixed = Pick<Attachment, "addresses" | "addresses6">;

function attachment(
  key: string,
  { container_name: fixedName }: ComposeService,
  { key: networkKey, name }: Pick<Network, "key" | "name">,
  fixed: Fixed,
  options: Written,
  { filler, shared }: AttachmentContext,
): Attachment {
  const isShared = name === shared;
  const written = [...(options?.aliases ?? []), ...(fixedName ? [fixedName] : [])];
  return {
    network: name,
    aliases: [...new Set(isShared ? written : [key, ...written])],
    ...(isShared && { byName: true as const }),
    ...fixed,
    ...(options && endpoint(options, ["services", key, "networks", networkKey], filler)),
  };
}

function endpoint(options: NonNullable<Written>, path: Path, filler: Filler): Endpoints {
  const number = (key: "priority" | "gw_priority"): number | undefined =>
    filler.parsed(
      options[key] || undefined,
      [...path, key],
      (text) => (/^-?\d{1,9}$/.test(text) ? Number(text) : undefined),
      "a whole number",
    );
  const [priority, gatewayPriority] = [number("priority"), number("gw_priority")];
  const { link_local_ips: linkLocal = [], driver_opts: driverOptions = {}, interface_name: interfaceName } = options;
  linkLocal.forEach((address, index) => {
    if (ipOf(address) === undefined)
      filler.wrong([...path, "link_local_ips", index], `found ${quoted(address)}`, "an address");
  });
  const hardwareAddress = hardwareAddressOf(options.mac_address, [...path, "mac_address"], filler);
  return {
    ...(linkLocal.length > 0 && { linkLocal }),
    ...(hardwareAddress !== undefined && { hardwareAddress }),
    ...(interfaceName && { interfaceName }),
    ...(Object.keys(driverOptions).length > 0 && { driverOptions }),
    ...(priority && { priority }),
    ...(gatewayPriority && { gatewayPriority }),
  };
}

/** Whose subnet an external network has, only its host knows. */
const fixedOutside = (options: Written): Fixed => ({
  ...(options?.ipv4_address && { addresses: [options.ipv4_address] }),
  ...(options?.ipv6_address && { addresses6: [options.ipv6_address] }),
});

function fixedIn(network: Network, key: string, options: Written, context: AttachmentContext): Fixed {
  const { blueprint } = context;
  const address =
    key === relayKey ? relayAddress(network, blueprint) : moved(options?.ipv4_address, 4, network, context);
  const address6 = moved(options?.ipv6_address, 6, network, context);
  if (address !== undefined) give(address, key, network, addressPath(key, network, 4), context);
  if (address6 !== undefined) give(address6, key, network, addressPath(key, network, 6), context);
  return { ...(address !== undefined && { addresses: [address] }), ...(address6 && { addresses6: [address6] }) };
}

/** A fixed address at the same place of another subnet: the blueprint's addresses follow where a stack moves its network. */
function moved(address: string | undefined, version: 4 | 6, network: Network, context: AttachmentContext) {
  if (!address) return undefined;
  const from = ipRange(writtenSubnet(network.key, version, context) ?? "");
  const to = ipRange(subnetsOf(network).find(({ subnet }) => subnet.includes(":") === (version === 6))?.subnet ?? "");
  return from === undefined || to === undefined ? address : movedTo(address, from, to);
}

/** The first subnet of a version that the blueprint gives a network. */
function writtenSubnet(key: string, version: 4 | 6, { blueprint, filler }: AttachmentContext): string | undefined {
  const pools = ownValue(blueprint.networks, key)?.ipam?.config ?? [];
  return pools
    .map(({ subnet = "" }) => filler.text(subnet, ["networks", key, "ipam"]))
    .find((subnet) => subnet !== "" && subnet.includes(":") === (version === 6));
}

/** The relay starts first. Where others have fixed addresses, Docker would give it one of theirs: it takes the last one. */
const relayAddress = ({ key, subnet }: Network, { services }: Blueprint): string | undefined =>
  Object.values(services).some(({ networks }) => ownValue(networks, key)?.ipv4_address !== undefined)
    ? lastAddress(subnet)
    : undefined;

/** The fixed addresses of a service's replicas: one after the other from the first one's. */
export function withFurtherAddresses(
  key: string,
  attachment: Attachment,
  replicas: number,
  context: AttachmentContext,
): Attachment {
  const network = context.networks.find(({ name }) => name === attachment.network);
  const { addresses: [first] = [], addresses6: [first6] = [] } = attachment;
  return {
    ...attachment,
    ...(first !== undefined && { addresses: following(first, 4, { key, replicas, network }, context) }),
    ...(first6 !== undefined && { addresses6: following(first6, 6, { key, replicas, network }, context) }),
  };
}

function following(
  first: string,
  version: 4 | 6,
  { key, replicas, network }: { key: string; replicas: number; network: Network | undefined },
  context: AttachmentContext,
): string[] {
  const ip = ipOf(first);
  return Array.from({ length: replicas }, (_, index) => {
    const address = index === 0 || ip === undefined ? first : ipText({ ...ip, number: ip.number + BigInt(index) });
    if (index > 0 && network !== undefined)
      give(address, `${key}-${index + 1}`, network, addressPath(key, network, version), context);
    return address;
  });
}

const addressPath = (key: string, network: Network, version: 4 | 6): Path => [
  "services",
  key,
  "networks",
  network.key,
  `ipv${version}_address`,
];

/** Notes which service has an address, and reports one that is outside of the network or taken. */
function give(address: string, to: string, network: Network, path: Path, context: AttachmentContext): void {
  const { filler, addresses } = context;
  const { key } = network;
  const version = path.at(-1) === "ipv6_address" ? 6 : 4;
  const subnets = subnetsOf(network).filter(({ subnet }) => subnet.includes(":") === (version === 6));
  const place = subnets.find(({ subnet }) => isFree(address, subnet));
  const holder = addresses.get(`${key} ${address}`) ?? (address === place?.gateway ? "the gateway" : undefined);
  if (place === undefined)
    filler.wrong(
      path,
      `found ${quoted(address)}`,
      subnets.length === 0
        ? `no address: the network ${key} has no subnet of IPv${version}`
        : `an address in ${subnets.map(({ subnet }) => subnet).join(" or ")}, the subnet of ${key}`,
      version === 4 ? roomier(network, context) : undefined,
    );
  else if (holder !== undefined) filler.wrong(path, `${address} belongs to ${holder}`, "one address each");
  addresses.set(`${key} ${address}`, to);
}

function isFree(address: string, subnet: string): boolean {
  if (!subnet.includes(":")) return isHost(address, subnet);
  const range = ipRange(subnet);
  const ip = ipOf(address);
  return range !== undefined && isWithin(ip, range) && ip?.number !== range.first;
}

/** A subnet as large as the blueprint's, where the stack has chosen one that is too small for the addresses in it. */
function roomier(network: Network, context: AttachmentContext) {
  const written = ipRange(writtenSubnet(network.key, 4, context) ?? "");
  const chosen = ipRange(network.subnet);
  if (written === undefined || chosen === undefined || chosen.bits <= written.bits) return undefined;
  return setKey(["subnets", network.key], roomySubnet(network.name, written.bits), context.config.stack);
}
