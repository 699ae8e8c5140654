import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { mistake } from "../findings/config-finding.ts";
import { quoted } from "../notation/quoted.ts";
import type { Attachment, Network } from "../deployment/deployment.ts";
import type { Filler, Path } from "./interpolate.ts";
import { hostName, relayKey } from "../notation/names.ts";
import { autoSubnet } from "../notation/stable-slot.ts";
import {
  addressNumber,
  type AddressRange,
  addressRange,
  addressText,
  firstAddress,
  lastAddress,
} from "../notation/subnet.ts";
import { ownValue } from "../notation/own-value.ts";

const subnetAllowed = "an IPv4 subnet of /8 to /29, for example 10.210.3.64/26";

/** The networks of a deployment, each with its own subnet: as the stack says, as the blueprint says, or a place that follows from the name. */
export function networksOf(config: StackConfig, blueprint: Blueprint, prefix: string, filler: Filler): Network[] {
  const networks = Object.entries(blueprint.networks).map(([key, written]): Network => {
    const name = hostName(prefix, key);
    const path = ["networks", key, "ipam"];
    const fixed = written.subnet === undefined ? undefined : filler.text(written.subnet, path);
    const wish = ownValue(config.subnets, key) ?? fixed;
    const isFixed = ownValue(config.subnets, key) === undefined && fixed !== undefined;
    const source = isFixed ? blueprint.source(path) : config.source("subnets", key);
    const isUsable = wish === undefined || usable(wish) !== undefined;
    if (!isUsable) filler.findings.push(mistake(source, `found ${quoted(wish)}`, subnetAllowed));
    const subnet = wish !== undefined && isUsable ? wish : autoSubnet(name);
    const first = firstAddress(subnet);
    const gateway = isFixed && written.gateway !== undefined ? filler.text(written.gateway, path) : first;
    if (isUsable && gateway !== first && !isHost(gateway, subnet))
      filler.wrong(path, `the gateway ${quoted(gateway)} is not a valid address for it in ${subnet}`, first);
    const internal = filler.flag(written.internal, ["networks", key, "internal"]) ?? false;
    return { key, name, subnet, gateway, internal, source };
  });
  rejectOverlaps(networks, filler);
  return networks;
}

/** Room for a gateway and a container at least; a whole /8 is more than any host has containers. */
function usable(cidr: string): AddressRange | undefined {
  const range = addressRange(cidr);
  const bits = Number(cidr.split("/")[1]);
  return range !== undefined && bits >= 8 && bits <= 29 ? range : undefined;
}

/** Whether a container or gateway can have the address: neither the network's own nor its broadcast address. */
function isHost(address: string, subnet: string): boolean {
  const range = addressRange(subnet);
  const number = addressNumber(address);
  return range !== undefined && number !== undefined && number > range.first && number < range.last;
}

function rejectOverlaps(networks: readonly Network[], filler: Filler): void {
  if (networks.length < 2) return;
  networks.forEach((network, index) => {
    const range = addressRange(network.subnet);
    const other = networks.slice(0, index).find(({ subnet }) => {
      const held = addressRange(subnet);
      return held !== undefined && range !== undefined && held.first <= range.last && range.first <= held.last;
    });
    if (other === undefined) return;
    const message = `${network.subnet} overlaps ${other.subnet} of the network ${other.key}`;
    filler.findings.push(mistake(network.source, message, "a subnet of its own for each network"));
  });
}

/** A fixed address at the same place of another subnet: the blueprint's addresses follow where a stack moves its network. */
function moved(address: string | undefined, from: string, to: string): string | undefined {
  if (address === undefined || from === to) return address;
  const [written, range, target] = [addressNumber(address), addressRange(from), addressRange(to)];
  if (written === undefined || range === undefined || target === undefined || range.first === target.first)
    return address;
  return written < range.first || written > range.last ? address : addressText(target.first + written - range.first);
}

/** Where a service is attached; fixed addresses are inside the network and each given once. */
export function attachments(key: string, compose: ComposeService, context: AttachmentContext): Attachment[] {
  const { networks, filler, shared, blueprint } = context;
  const own = Object.entries(compose.networks ?? { default: null }).flatMap(([name, options]): Attachment[] => {
    const network = networks.find((candidate) => candidate.key === name);
    if (network === undefined) return [];
    const subnet = ownValue(blueprint.networks, name)?.subnet;
    const from = subnet === undefined ? undefined : filler.text(subnet, ["networks", name, "ipam"]);
    const address =
      key === relayKey
        ? relayAddress(network, blueprint)
        : moved(options?.ipv4_address, from ?? network.subnet, network.subnet);
    if (address !== undefined) give(address, key, network, addressPath(key, network), context);
    const isShared = network.name === shared;
    const written = options?.aliases ?? [];
    return [
      {
        network: network.name,
        aliases: [...new Set(isShared ? written : [key, ...written])],
        ...(isShared && { byName: true as const }),
        ...(address !== undefined && { addresses: [address] }),
      },
    ];
  });
  return shared !== undefined && key === relayKey ? [...own, { network: shared, aliases: [] }] : own;
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
  const first = addressNumber(attachment.addresses?.[0] ?? "");
  if (network === undefined || first === undefined) return attachment;
  const addresses = Array.from({ length: replicas }, (_, index) => addressText(first + index));
  addresses.forEach((address, index) => {
    if (index > 0) give(address, `${key}-${index + 1}`, network, addressPath(key, network), context);
  });
  return { ...attachment, addresses };
}

const addressPath = (key: string, network: Network): Path => ["services", key, "networks", network.key, "ipv4_address"];

/** Notes which service has an address, and reports one that is outside of the network or taken. */
function give(
  address: string,
  to: string,
  { key, subnet, gateway }: Network,
  path: Path,
  { filler, addresses }: AttachmentContext,
): void {
  const holder = addresses.get(`${key} ${address}`) ?? (address === gateway ? "the gateway" : undefined);
  if (!isHost(address, subnet))
    filler.wrong(path, `found ${quoted(address)}`, `an address in ${subnet}, the subnet of ${key}`);
  else if (holder !== undefined) filler.wrong(path, `${address} belongs to ${holder}`, "one address each");
  addresses.set(`${key} ${address}`, to);
}

interface AttachmentContext {
  readonly blueprint: Blueprint;
  readonly networks: readonly Network[];
  readonly filler: Filler;
  /** Who has a fixed address, by network and address. */
  readonly addresses: Map<string, string>;
  /** The network on the host that the deployment shares with others: its own as a platform, or its platform's. */
  readonly shared: string | undefined;
}
