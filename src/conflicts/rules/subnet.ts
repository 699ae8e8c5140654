import { doOverlap, ipRange, type IpRange } from "../../notation/ip-range.ts";
import { autoSubnet, autoSubnetOfVersion6, otherSubnets, poolTexts } from "../../notation/stable-slot.ts";
import { type AddressRange, addressRange } from "../../notation/subnet.ts";
import type { ClaimOf } from "../../claims/claim.ts";
import { instruction, setKey } from "../../findings/remedy.ts";
import { put } from "../../notation/group-by.ts";
import type { Allocator } from "../allocator.ts";
import type { ExclusiveRule } from "../rule.ts";

/** Of two subnets that overlap, one holds the other: the bits of the larger begin those of the smaller. */
export const subnet: ExclusiveRule<"subnet"> = {
  kind: "subnet",
  code: "subnet-overlap",
  place: (claim) => networkBits(claim.subnet),
  nests: true,
  // A network that is live goes on working, whatever route comes to lead there.
  meet: (a, b) => !(a.settled && isRoute(b)) && !(b.settled && isRoute(a)),
  key: (claim) => claim.subnet,
  followsFromPrefix: isAutomatic,
  remedy: (wanted, free, stack) => {
    const { networkKey, source } = wanted;
    if (networkKey === undefined && source?.path.startsWith("networks.") === true)
      return { remedy: instruction(`write another subnet in ${source.file}: ${source.path}`) };
    const other = free.of(FreeSubnets).next(wanted);
    const path = ["subnets", networkKey ?? "default"];
    if (other !== undefined) return { remedy: setKey(path, other, stack), remedyNote: "free on this host" };
    const taken = `no subnet in ${poolTexts.join(", ")} is free on this host`;
    return {
      remedy: instruction(
        `${taken}: remove a route or a network, or set berth:${path.join(".")} to a subnet elsewhere`,
      ),
    };
  },
};

/** Whether it follows from the network's name. */
function isAutomatic({ subnet: cidr, network }: ClaimOf<"subnet">): boolean {
  return cidr === (isVersion6(cidr) ? autoSubnetOfVersion6(network) : autoSubnet(network));
}

const isVersion6 = (cidr: string): boolean => cidr.includes(":");

const isRoute = ({ owner }: ClaimOf<"subnet">): boolean => owner.kind === "route";

const bitsOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(2).padStart(8, "0"));

/** Those of IPv6 begin with another character, so that they never meet those of IPv4. */
function networkBits(cidr: string): string {
  if (isVersion6(cidr)) {
    const range = ipRange(cidr) ?? { first: 0n, bits: 128 };
    return `6${range.first.toString(2).padStart(128, "0").slice(0, range.bits)}`;
  }
  const { first, last } = addressRange(cidr) ?? { first: 0, last: 0 };
  const bits = bitsOf(first >>> 24) + bitsOf((first >>> 16) & 255) + bitsOf((first >>> 8) & 255) + bitsOf(first & 255);
  return bits.slice(0, Math.clz32(last - first));
}

const bitsOf = (byte: number): string => bitsOfByte[byte] ?? "";

/** Addresses of an automatic subnet. */
const smallest = 64;

/** Automatic subnets that overlap nothing. */
export class FreeSubnets {
  readonly #free: Allocator;
  readonly #taken: readonly AddressRange[];
  readonly #taken6: readonly IpRange[];
  /** What was offered before, in parts that are as large as the smallest one. */
  readonly #given = new Set<number>();
  readonly #automatic = new Map<string, string[]>();

  constructor(free: Allocator) {
    this.#free = free;
    const claims = free.claims("subnet");
    this.#taken6 = claims.flatMap(({ subnet: cidr }) => (isVersion6(cidr) ? (ipRange(cidr) ?? []) : []));
    this.#taken = merged(claims.flatMap((claim) => addressRange(claim.subnet) ?? []));
    for (const claim of claims)
      if (claim.owner.kind === "deployment" && isAutomatic(claim) && !isVersion6(claim.subnet))
        put(this.#automatic, claim.owner.stack, claim.networkKey ?? "default");
  }

  /** The next one for a network: as large as the wanted one, so that fixed addresses find their places in it. */
  next({ network, subnet: wanted }: Pick<ClaimOf<"subnet">, "network" | "subnet">): string | undefined {
    if (isVersion6(wanted)) return this.#nextOfVersion6(network);
    const bits = Number(wanted.split("/")[1]);
    for (const place of otherSubnets(network, bits))
      if (!overlaps(this.#taken, place) && this.#give(place)) return place.subnet;
    return undefined;
  }

  /** Notes the parts of a place as given; false where one of them was. */
  #give(place: AddressRange): boolean {
    const parts = partsOf(place);
    if (parts.some((part) => this.#given.has(part))) return false;
    for (const part of parts) this.#given.add(part);
    return true;
  }

  /** There are four thousand million: one of the next few is free. */
  #nextOfVersion6(network: string): string | undefined {
    for (let step = 1; step <= 10_000; step += 1) {
      const cidr = autoSubnetOfVersion6(network, step);
      const isTaken = this.#taken6.some((range) => doOverlap(range, ipRange(cidr) ?? range));
      if (!isTaken && this.#free.offer(`subnet ${cidr}`)) return cidr;
    }
    return undefined;
  }

  /** Whether nobody holds any of it, and it was not offered to anybody. */
  isFree(cidr: string): boolean {
    const range = addressRange(cidr);
    return (
      range !== undefined && !overlaps(this.#taken, range) && !partsOf(range).some((part) => this.#given.has(part))
    );
  }

  /** Keeps it from being offered: another remedy takes it. */
  reserve(cidr: string): void {
    for (const part of partsOf(addressRange(cidr) ?? { first: 0, last: -1 })) this.#given.add(part);
  }

  /** The keys of a stack's networks whose subnets follow from their names. */
  networksWithAutomatic(stack: string): readonly string[] {
    return this.#automatic.get(stack) ?? [];
  }
}

/** The numbers of a range's parts, each as large as the smallest automatic subnet. */
const partsOf = ({ first, last }: AddressRange): number[] =>
  Array.from({ length: Math.ceil((last - first + 1) / smallest) }, (_, index) => Math.floor(first / smallest) + index);

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
