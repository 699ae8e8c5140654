import type { Blueprint, ComposeNetwork } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { mistake } from "../findings/config-finding.ts";
import { quoted } from "../notation/quoted.ts";
import type { ExternalNetwork, Network, Subnet } from "../deployment/deployment.ts";
import { subnetsOf } from "../deployment/subnets.ts";
import type { Filler, Path } from "./interpolate.ts";
import { doOverlap, gatewayOf, ipOf, ipRange, isWithin, movedTo } from "../notation/ip-range.ts";
import { hostName } from "../notation/names.ts";
import { autoSubnet, autoSubnetOfVersion6 } from "../notation/stable-slot.ts";
import { addressNumber, type AddressRange, addressRange, firstAddress } from "../notation/subnet.ts";
import { externalNetworkOf } from "./external-networks.ts";
import { ownValue } from "../notation/own-value.ts";

const subnetAllowed = "an IPv4 subnet of /8 to /29, for example 10.210.3.64/26";
const version6Allowed = "an IPv6 subnet of /16 to /126, for example fd00:55::/64";

type Written = NonNullable<NonNullable<ComposeNetwork["ipam"]>["config"]>[number];

/** What decides about the subnets of one network. */
interface NetworkContext {
  readonly key: string;
  readonly name: string;
  readonly config: StackConfig;
  readonly blueprint: Blueprint;
  readonly filler: Filler;
}

/** The networks of a deployment, and those that are there already. */
export interface Networks {
  readonly networks: readonly Network[];
  readonly externalNetworks: readonly ExternalNetwork[];
}

/** The networks of a deployment, each with its own subnets: as the stack says, as the blueprint says, or a place that follows from the name. */
export function networksOf(config: StackConfig, blueprint: Blueprint, prefix: string, filler: Filler): Networks {
  const networks: Network[] = [];
  const externalNetworks: ExternalNetwork[] = [];
  for (const [key, raw] of Object.entries(blueprint.networks)) {
    const written = filler.all(raw, ["networks", key]);
    const external = externalNetworkOf(key, written, blueprint, filler);
    if (external !== undefined) externalNetworks.push(external);
    else networks.push(networkOf(written, { key, name: hostName(prefix, key), config, blueprint, filler }));
  }
  rejectOverlaps(networks, filler);
  return { networks, externalNetworks };
}

function networkOf(written: ComposeNetwork, context: NetworkContext): Network {
  const { key, name, filler } = context;
  const flag = (of: "internal" | "attachable" | "enable_ipv4" | "enable_ipv6"): boolean | undefined =>
    filler.flag(written[of], ["networks", key, of]);
  const { driver, options } = { driver: written.driver || "bridge", options: written.driver_opts ?? {} };
  const pools = (written.ipam?.config ?? []).filter((pool) => Object.values(pool).some((value) => value !== ""));
  const ipv6 = flag("enable_ipv6") === true;
  const labels = Object.entries(written.labels ?? {}).map(([label, text]): [string, string] => [label, text ?? ""]);
  return {
    key,
    name,
    internal: flag("internal") ?? false,
    ...subnetsFor(pools, driver, ipv6, context),
    ...(driver !== "bridge" && { driver }),
    ...(Object.keys(options).length > 0 && { options }),
    ...(flag("attachable") === true && { attachable: true }),
    ...(flag("enable_ipv4") === false && { withoutVersion4: true }),
    ...(ipv6 && { ipv6 }),
    ...(labels.length > 0 && { labels: Object.fromEntries(labels) }),
    ...addressing(written.ipam),
  };
}

function addressing(ipam: ComposeNetwork["ipam"]): Pick<Network, "addressing"> {
  const driver = ipam?.driver || "default";
  const options = ipam?.options ?? {};
  if (driver === "default" && Object.keys(options).length === 0) return {};
  return { addressing: { ...(driver !== "default" && { driver }), options } };
}

/** The first subnet of each version can be moved by the stack; a bridge has one of each. */
function subnetsFor(
  pools: readonly Written[],
  driver: string,
  ipv6: boolean,
  context: NetworkContext,
): Pick<Network, "subnet" | "gateway" | "source" | "range" | "auxiliary" | "further"> {
  const { key, config, blueprint, filler } = context;
  const versions = pools.map(({ subnet = "" }) => versionOf(subnet));
  const [first, ...more] = pools.filter((_, index) => versions[index] !== 6);
  const [first6, ...more6] = pools.filter((_, index) => versions[index] === 6);
  const path = ["networks", key, "ipam"];
  if (driver === "bridge" && more.length + more6.length > 0)
    filler.wrong(path, "a network of the driver bridge has one subnet of IPv4 and one of IPv6", "one of each");
  const hasVersion6 = ipv6 || first6 !== undefined;
  const place = `${key}/ipv6`;
  if (!hasVersion6 && ownValue(config.subnets, place) !== undefined)
    filler.findings.push(
      mistake(
        config.source("subnets", place),
        `the network ${key} has no IPv6`,
        `enable_ipv6: true in ${blueprint.file}`,
      ),
    );
  const further = [
    ...more.map((pool) => asWritten(pool, path, context)),
    ...(hasVersion6 ? [version6(first6, [...path, "config", versions.indexOf(6)], context)] : []),
    ...more6.map((pool) => asWritten(pool, path, context)),
  ];
  return { ...version4(first, path, context), ...(further.length > 0 && { further }) };
}

/** 6 where a text is a subnet of IPv6; what is not a subnet at all is reported as one of IPv4. */
const versionOf = (subnet: string): 4 | 6 => (subnet.includes(":") ? 6 : 4);

function version4(pool: Written | undefined, path: Path, { key, name, config, blueprint, filler }: NetworkContext) {
  const fixed = pool?.subnet || undefined;
  const chosen = ownValue(config.subnets, key);
  const wish = chosen ?? fixed;
  const isFixed = chosen === undefined && fixed !== undefined;
  const source = isFixed ? blueprint.source(path) : config.source("subnets", key);
  const isUsable = wish === undefined || usable(wish) !== undefined;
  if (!isUsable) filler.findings.push(mistake(source, `found ${quoted(wish)}`, subnetAllowed));
  const subnet = wish !== undefined && isUsable ? wish : autoSubnet(name);
  const first = firstAddress(subnet);
  const gateway = (isFixed && pool?.gateway) || first;
  if (isUsable && gateway !== first && !isHost(gateway, subnet))
    filler.wrong(path, `the gateway ${quoted(gateway)} is not a valid address for it in ${subnet}`, first);
  return { subnet, gateway, source, ...parts(pool, fixed, subnet, path, filler) };
}

function version6(pool: Written | undefined, path: Path, context: NetworkContext): Subnet {
  const { key, name, config, blueprint, filler } = context;
  const place = `${key}/ipv6`;
  const fixed = pool?.subnet;
  const chosen = ownValue(config.subnets, place);
  const source = chosen === undefined && fixed !== undefined ? blueprint.source(path) : config.source("subnets", place);
  const subnet = chosen ?? fixed ?? autoSubnetOfVersion6(name);
  const range = usable6(subnet);
  if (range === undefined) filler.findings.push(mistake(source, `found ${quoted(subnet)}`, version6Allowed));
  const gateway = (chosen === undefined && pool?.gateway) || (range && gatewayOf(range));
  return {
    subnet,
    ...(gateway !== undefined && { gateway: inSubnet(gateway, subnet, "gateway", path, filler) }),
    configKey: place,
    source,
    ...parts(pool, fixed, subnet, path, filler),
  };
}

/** A further subnet of a network whose driver accepts several. */
function asWritten(pool: Written, path: Path, { blueprint, filler }: NetworkContext): Subnet {
  const subnet = pool.subnet ?? "";
  const range = ipRange(subnet);
  if (range === undefined) filler.wrong(path, `found ${quoted(subnet)}`, subnetAllowed);
  const gateway = pool.gateway || (range && gatewayOf(range));
  return {
    subnet,
    ...(gateway !== undefined && { gateway: inSubnet(gateway, subnet, "gateway", path, filler) }),
    source: blueprint.source(path),
    ...parts(pool, subnet, subnet, path, filler),
  };
}

/** The parts of a subnet that Docker gives away, or never: they move with it. */
function parts(
  pool: Written | undefined,
  from: string | undefined,
  to: string,
  path: Path,
  filler: Filler,
): Pick<Subnet, "range" | "auxiliary"> {
  const [old, now] = [ipRange(from ?? to), ipRange(to)];
  const placed = (text: string, what: string): string =>
    inSubnet(old && now ? movedTo(text, old, now) : text, to, what, path, filler);
  const auxiliary = Object.entries(pool?.aux_addresses ?? {}).map(([host, address]): [string, string] => [
    host,
    placed(address, `aux_addresses.${host}`),
  ]);
  return {
    ...(pool?.ip_range && { range: placed(pool.ip_range, "ip_range") }),
    ...(auxiliary.length > 0 && { auxiliary: Object.fromEntries(auxiliary) }),
  };
}

/** The text itself, with a finding where it is not inside the subnet: Docker refuses such a network. */
function inSubnet(text: string, subnet: string, what: string, path: Path, filler: Filler): string {
  const range = ipRange(subnet);
  if (range !== undefined && !isWithin(ipOf(text.split("/")[0] ?? ""), range))
    filler.wrong(path, `the ${what} ${quoted(text)} is outside of ${subnet}`, `an address in ${subnet}`);
  return text;
}

/** Room for a gateway and a container at least; a whole /8 is more than any host has containers. */
function usable(cidr: string): AddressRange | undefined {
  const range = addressRange(cidr);
  const bits = Number(cidr.split("/")[1]);
  return range !== undefined && bits >= 8 && bits <= 29 ? range : undefined;
}

function usable6(cidr: string) {
  const range = ipRange(cidr);
  return range?.version === 6 && range.bits >= 16 && range.bits <= 126 ? range : undefined;
}

/** Whether a container or gateway can have the address: neither the network's own nor its broadcast address. */
export function isHost(address: string, subnet: string): boolean {
  const range = addressRange(subnet);
  const number = addressNumber(address);
  return range !== undefined && number !== undefined && number > range.first && number < range.last;
}

function rejectOverlaps(networks: readonly Network[], filler: Filler): void {
  const all = networks.flatMap((network) => subnetsOf(network).map((part) => ({ ...part, key: network.key })));
  if (all.length < 2) return;
  const ranges = all.map(({ subnet }) => ipRange(subnet));
  all.forEach(({ subnet, source }, index) => {
    const range = ranges[index];
    const other = all.find((_, before) => {
      const held = before < index ? ranges[before] : undefined;
      return held !== undefined && range !== undefined && doOverlap(held, range);
    });
    if (other === undefined) return;
    const message = `${subnet} overlaps ${other.subnet} of the network ${other.key}`;
    filler.findings.push(mistake(source, message, "a subnet of its own for each network"));
  });
}
