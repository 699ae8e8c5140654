import { addressRange } from "../deployment/subnet.ts";
import { autoSubnet } from "../deployment/slot.ts";
import { prefixOfStack } from "../deployment/names.ts";
import type { Claim, ClaimOf } from "./claim.ts";
import { covers } from "./rules/host-port.ts";

/** Finds what nobody holds, and never offers one thing twice. */
export class Free {
  private readonly offered = new Set<string>();
  private readonly ports = new Map<number, ClaimOf<"hostPort">[]>();
  private readonly names: readonly string[];
  private readonly prefixes = new Map<string, string>();
  private readonly subnets: readonly ClaimOf<"subnet">[];
  private readonly serverNames: ReadonlySet<string>;

  /** @param claims everything that is held or wanted on one endpoint */
  constructor(claims: readonly Claim[]) {
    for (const claim of claims) {
      if (claim.kind === "hostPort") this.ports.set(claim.port, [...(this.ports.get(claim.port) ?? []), claim]);
    }
    this.names = claims.flatMap((claim) =>
      claim.kind === "container" || claim.kind === "volume" || claim.kind === "network"
        ? [claim.name]
        : claim.kind === "hostPath"
          ? [claim.path.slice(claim.path.lastIndexOf("/") + 1)]
          : [],
    );
    for (const claim of claims) {
      if (claim.kind === "prefix" && claim.owner.kind === "deployment")
        this.prefixes.set(claim.owner.stack, claim.prefix);
    }
    this.subnets = claims.filter((claim) => claim.kind === "subnet");
    this.serverNames = new Set(claims.flatMap((claim) => (claim.kind === "serverName" ? [claim.serverName] : [])));
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
    for (let port = from; port <= to; port += 1) {
      if (this.isFree(wanted, port) && this.offer(`port ${wanted.protocol} ${port}`)) return port;
    }
    return undefined;
  }

  /** A prefix under which nothing exists: the stack's own name, or its present prefix with a number. */
  prefix(stack: string): string {
    const wanted = this.prefixes.get(stack) ?? prefixOfStack(stack);
    const others = new Set([...this.prefixes].flatMap(([other, prefix]) => (other === stack ? [] : [prefix])));
    for (let count = 1; ; count += 1) {
      const candidate = count === 1 ? prefixOfStack(stack) : `${wanted}_${count}`;
      const taken = others.has(candidate) || this.names.some((name) => name.startsWith(`${candidate}_`));
      if (candidate !== wanted && !taken && /^[a-z]/.test(candidate) && this.offerTo(`prefix ${candidate}`, stack))
        return candidate;
    }
  }

  /** The next automatic subnet that overlaps nothing. */
  subnet(network: string): string | undefined {
    for (let step = 1; step < 65536; step += 1) {
      const candidate = autoSubnet(network, step);
      const range = addressRange(candidate);
      const taken = this.subnets.some((other) => {
        const held = addressRange(other.subnet);
        return held !== undefined && range !== undefined && held.first <= range.last && range.first <= held.last;
      });
      if (!taken && this.offer(`subnet ${candidate}`)) return candidate;
    }
    return undefined;
  }

  serverName(wanted: string, stack: string): string {
    const domain = wanted.replace(/^www\./, "");
    for (let count = 1; ; count += 1) {
      const candidate = `${stack.toLowerCase().replace(/[^a-z0-9-]/g, "-")}${count === 1 ? "" : `-${count}`}.${domain}`;
      if (!this.serverNames.has(candidate) && this.offerTo(`server name ${candidate}`, stack)) return candidate;
    }
  }

  private offer(thing: string): boolean {
    if (this.offered.has(thing)) return false;
    this.offered.add(thing);
    return true;
  }

  /** The same stack may be offered the same prefix or name again: several findings, one remedy. */
  private offerTo(thing: string, stack: string): boolean {
    return this.offered.has(`${thing} for ${stack}`) || (this.offer(thing) && this.offer(`${thing} for ${stack}`));
  }
}
