import { type AddressRange, addressRange } from "../notation/subnet.ts";
import { covers } from "../notation/address.ts";
import { autoSubnet, otherSubnets } from "../notation/stable-slot.ts";
import { hostName, nearestPrefix, prefixOfStack, prefixPattern } from "../notation/names.ts";
import { type Claim, type ClaimOf, isNamed } from "../claims/claim.ts";
import { put } from "../notation/group-by.ts";

/**
 * Finds what nobody holds, and never offers one thing twice. What was held or offered stays so: a search goes on where
 * the one before it ended, and thousands of conflicts take no longer than their number.
 */
export class Allocator {
  private readonly offered = new Set<string>();
  private readonly ends = new Map<string, number>();
  private readonly remedies = new Map<string, string>();
  private readonly ports = new Map<number, ClaimOf<"hostPort">[]>();
  /** Of every name on the host, the parts that end before an underscore. */
  private readonly names = new Set<string>();
  private readonly prefixes = new Map<string, string>();
  private readonly holders = new Map<string, number>();
  private readonly subnets: readonly AddressRange[];
  /** By stack: the keys of its networks whose subnets follow from their names. */
  private readonly networks = new Map<string, string[]>();
  private readonly serverNames = new Set<string>();

  /** @param claims everything that is held or wanted on one endpoint */
  constructor(claims: readonly Claim[]) {
    const subnets: AddressRange[] = [];
    for (const claim of claims) {
      if (claim.kind === "hostPort") {
        put(this.ports, claim.port, claim);
      } else if (isNamed(claim)) {
        this.addName(claim.name);
      } else if (claim.kind === "hostPath") {
        this.addName(claim.path.slice(claim.path.lastIndexOf("/") + 1));
      } else if (claim.kind === "prefix" && claim.owner.kind === "deployment") {
        this.prefixes.set(claim.owner.stack, claim.prefix);
        this.holders.set(claim.prefix, (this.holders.get(claim.prefix) ?? 0) + 1);
      } else if (claim.kind === "subnet") {
        const range = addressRange(claim.subnet);
        if (range !== undefined) subnets.push(range);
        if (claim.owner.kind === "deployment" && claim.subnet === autoSubnet(claim.network))
          put(this.networks, claim.owner.stack, claim.networkKey ?? "default");
      } else if (claim.kind === "serverName") {
        this.serverNames.add(claim.serverName);
      }
    }
    this.subnets = merged(subnets);
  }

  private addName(name: string): void {
    for (let end = name.indexOf("_"); end >= 0; end = name.indexOf("_", end + 1)) this.names.add(name.slice(0, end));
  }

  /** The next free port after the wanted one, in its range first; undefined where all are held. */
  port(wanted: ClaimOf<"hostPort">): number | undefined {
    const [first, last] = wanted.range ?? [1024, 65535];
    const { port } = wanted;
    return (
      this.search(Math.max(first, port + 1), last, wanted) ??
      this.search(first, Math.min(last, port - 1), wanted) ??
      this.search(Math.max(1024, port + 1), 65535, wanted) ??
      this.search(1024, port - 1, wanted)
    );
  }

  /** Whether nobody holds the wanted port, or another number in its place. */
  isFree(
    { address, protocol, port: own }: Pick<ClaimOf<"hostPort">, "address" | "protocol" | "port">,
    port = own,
  ): boolean {
    const held = this.ports.get(port) ?? [];
    return !held.some((other) => other.protocol === protocol && covers(other.address, address));
  }

  /** A port that is free with all that follow it. */
  private search(from: number, to: number, { protocol, address, led = [] }: ClaimOf<"hostPort">): number | undefined {
    const moved = [{ protocol, address, distance: 0 }, ...led];
    const name = (port: number, of: string): string => `port ${of} ${port}`;
    return this.goOn(`port ${JSON.stringify(moved)}`, from, to, (first) => {
      const ports = moved.map(({ distance, ...port }) => ({ ...port, port: first + distance }));
      const isOffered = ports.some(({ port, protocol: of }) => this.offered.has(name(port, of)));
      if (isOffered || !ports.every((port) => port.port <= 65535 && this.isFree(port))) return undefined;
      for (const { port, protocol: of } of ports) this.offer(name(port, of));
      return first;
    });
  }

  /** A prefix under which nothing exists: the stack's own name, or its present prefix with a number. */
  prefix(stack: string): string {
    const wanted = this.prefixes.get(stack) ?? prefixOfStack(stack);
    const isUnused = (candidate: string): boolean =>
      candidate !== wanted &&
      prefixPattern.test(candidate) &&
      !this.holders.has(candidate) &&
      !this.names.has(candidate);
    const isFree = (candidate: string): boolean => isUnused(candidate) && this.hasSubnets(stack, candidate);
    const numbered =
      (accepts: (candidate: string) => boolean) =>
      (count: number): string | undefined => {
        const number = `_${count}`;
        const candidate = `${nearestPrefix(wanted).slice(0, 40 - Math.max(4, number.length))}${number}`;
        return accepts(candidate) && this.offer(`prefix ${candidate}`) ? candidate : undefined;
      };
    return this.once(`prefix ${stack}`, () => {
      const own = prefixOfStack(stack);
      if (isFree(own) && this.offer(`prefix ${own}`)) return own;
      return (
        this.goOn(`prefix ${wanted}`, 2, 10_000, numbered(isFree)) ??
        // A VPN may route all of the automatic subnets: then the network needs one of its own, which is another finding.
        this.goOn(`unused prefix ${wanted}`, 2, 10_000, numbered(isUnused)) ??
        nearestPrefix(wanted)
      );
    });
  }

  /** Whether the networks that a stack would have under another prefix find their automatic subnets free. */
  private hasSubnets(stack: string, prefix: string): boolean {
    return (this.networks.get(stack) ?? []).every((key) => {
      const range = addressRange(autoSubnet(hostName(prefix, key)));
      return range !== undefined && !overlaps(this.subnets, range);
    });
  }

  /** The next automatic subnet that overlaps nothing. */
  subnet(network: string): string | undefined {
    for (const place of otherSubnets(network)) {
      if (!overlaps(this.subnets, place) && this.offer(`subnet ${place.subnet}`)) return place.subnet;
    }
    return undefined;
  }

  serverName(wanted: string, stack: string): string {
    const domain = wanted.replace(/^www\./, "");
    const label = stack.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    const name = label.slice(0, 40).replace(/^-|-$/g, "") || "other";
    return this.once(`server name ${domain} ${stack}`, () => {
      for (let count = 1; ; count += 1) {
        const candidate = `${name}${count === 1 ? "" : `-${count}`}.${domain}`;
        const isFree = !this.serverNames.has(candidate) && !this.serverNames.has(`www.${candidate}`);
        if (isFree && this.offer(`server name ${candidate}`)) return candidate;
      }
    });
  }

  private offer(thing: string): boolean {
    if (this.offered.has(thing)) return false;
    this.offered.add(thing);
    return true;
  }

  /** Several findings of one stack, one remedy. */
  private once(finding: string, remedy: () => string): string {
    const known = this.remedies.get(finding) ?? remedy();
    this.remedies.set(finding, known);
    return known;
  }

  /** The first number from `from` to `to` that gives something, leaving out those that gave nothing before. */
  private goOn<T>(what: string, from: number, to: number, at: (number: number) => T | undefined): T | undefined {
    const search = `${what} from ${from}`;
    for (let number = this.ends.get(search) ?? from; number <= to; number += 1) {
      const found = at(number);
      if (found === undefined) continue;
      this.ends.set(search, number + 1);
      return found;
    }
    this.ends.set(search, Math.max(from, to + 1));
    return undefined;
  }
}

/** Ranges in order that neither overlap nor touch. */
function merged(ranges: readonly AddressRange[]): AddressRange[] {
  const result: AddressRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = result.at(-1);
    if (before === undefined || range.first > before.last + 1) result.push(range);
    else result[result.length - 1] = { first: before.first, last: Math.max(before.last, range.last) };
  }
  return result;
}

/** Halves the ordered ranges until the one that could overlap is left. */
function overlaps(ranges: readonly AddressRange[], { first, last }: AddressRange): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.last ?? 0) < first) low = middle + 1;
    else high = middle;
  }
  const next = ranges[low];
  return next !== undefined && next.first <= last;
}
