import { type AddressRange, addressRange } from "../deployment/subnet.ts";
import { autoSubnet } from "../deployment/slot.ts";
import { prefixOfStack } from "../deployment/names.ts";
import type { Claim, ClaimOf } from "./claim.ts";
import { covers } from "./rules/host-port.ts";

/**
 * Finds what nobody holds, and never offers one thing twice. What was held or offered stays so: a search goes on where
 * the one before it ended, and thousands of conflicts take no longer than their number.
 */
export class Free {
  private readonly offered = new Set<string>();
  private readonly ends = new Map<string, number>();
  private readonly remedies = new Map<string, string>();
  private readonly ports = new Map<number, ClaimOf<"hostPort">[]>();
  /** Of every name on the host, the parts that end before an underscore. */
  private readonly names = new Set<string>();
  private readonly prefixes = new Map<string, string>();
  private readonly holders = new Map<string, number>();
  private readonly subnets: readonly AddressRange[];
  private readonly serverNames = new Set<string>();

  /** @param claims everything that is held or wanted on one endpoint */
  constructor(claims: readonly Claim[]) {
    const subnets: AddressRange[] = [];
    for (const claim of claims) {
      if (claim.kind === "hostPort") {
        const there = this.ports.get(claim.port);
        if (there === undefined) this.ports.set(claim.port, [claim]);
        else there.push(claim);
      } else if (claim.kind === "container" || claim.kind === "volume" || claim.kind === "network") {
        this.addName(claim.name);
      } else if (claim.kind === "hostPath") {
        this.addName(claim.path.slice(claim.path.lastIndexOf("/") + 1));
      } else if (claim.kind === "prefix" && claim.owner.kind === "deployment") {
        this.prefixes.set(claim.owner.stack, claim.prefix);
        this.holders.set(claim.prefix, (this.holders.get(claim.prefix) ?? 0) + 1);
      } else if (claim.kind === "subnet") {
        const range = addressRange(claim.subnet);
        if (range !== undefined) subnets.push(range);
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
    const inRange = this.search(wanted.port + 1, last, wanted) ?? this.search(first, wanted.port - 1, wanted);
    return inRange ?? this.search(Math.max(1024, wanted.port + 1), 65535, wanted);
  }

  /** Whether nobody holds the wanted port, or another number in its place. */
  isFree(wanted: ClaimOf<"hostPort">, port = wanted.port): boolean {
    const held = this.ports.get(port) ?? [];
    return !held.some((other) => other.protocol === wanted.protocol && covers(other.address, wanted.address));
  }

  private search(from: number, to: number, wanted: ClaimOf<"hostPort">): number | undefined {
    const { protocol, address } = wanted;
    return this.goOn(`port ${protocol} ${address}`, from, to, (port) =>
      this.isFree(wanted, port) && this.offer(`port ${protocol} ${port}`) ? port : undefined,
    );
  }

  /** A prefix under which nothing exists: the stack's own name, or its present prefix with a number. */
  prefix(stack: string): string {
    const wanted = this.prefixes.get(stack) ?? prefixOfStack(stack);
    const isFree = (candidate: string): boolean =>
      candidate !== wanted && /^[a-z]/.test(candidate) && !this.holders.has(candidate) && !this.names.has(candidate);
    const numbered = (count: number): string | undefined => {
      const candidate = `${/^[a-z]/.test(wanted) ? "" : "s"}${wanted}_${count}`;
      return isFree(candidate) && this.offer(`prefix ${candidate}`) ? candidate : undefined;
    };
    return this.once(`prefix ${stack}`, () => {
      const own = prefixOfStack(stack);
      if (isFree(own) && this.offer(`prefix ${own}`)) return own;
      return this.goOn(`prefix ${wanted}`, 2, Infinity, numbered) ?? wanted;
    });
  }

  /** The next automatic subnet that overlaps nothing. */
  subnet(network: string): string | undefined {
    for (let step = 1; step < 65536; step += 1) {
      const candidate = autoSubnet(network, step);
      const range = addressRange(candidate);
      if (range !== undefined && !overlaps(this.subnets, range) && this.offer(`subnet ${candidate}`)) return candidate;
    }
    return undefined;
  }

  serverName(wanted: string, stack: string): string {
    const domain = wanted.replace(/^www\./, "");
    const name = stack.toLowerCase().replace(/[^a-z0-9-]/g, "-");
    return this.once(`server name ${domain} ${stack}`, () => {
      for (let count = 1; ; count += 1) {
        const candidate = `${name}${count === 1 ? "" : `-${count}`}.${domain}`;
        if (!this.serverNames.has(candidate) && this.offer(`server name ${candidate}`)) return candidate;
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
