import { autoSubnet, otherSubnets, poolTexts } from "../../notation/stable-slot.ts";
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
    const other = free.of(FreeSubnets).next(wanted.network);
    const path = ["subnets", wanted.networkKey ?? "default"];
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
function isAutomatic(claim: ClaimOf<"subnet">): boolean {
  return claim.subnet === autoSubnet(claim.network);
}

const isRoute = ({ owner }: ClaimOf<"subnet">): boolean => owner.kind === "route";

const bitsOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(2).padStart(8, "0"));

function networkBits(cidr: string): string {
  const { first, last } = addressRange(cidr) ?? { first: 0, last: 0 };
  const bits = bitsOf(first >>> 24) + bitsOf((first >>> 16) & 255) + bitsOf((first >>> 8) & 255) + bitsOf(first & 255);
  return bits.slice(0, Math.clz32(last - first));
}

const bitsOf = (byte: number): string => bitsOfByte[byte] ?? "";

/** Automatic subnets that overlap nothing. */
export class FreeSubnets {
  readonly #free: Allocator;
  readonly #taken: readonly AddressRange[];
  readonly #automatic = new Map<string, string[]>();

  constructor(free: Allocator) {
    this.#free = free;
    const claims = free.claims("subnet");
    this.#taken = merged(claims.flatMap((claim) => addressRange(claim.subnet) ?? []));
    for (const claim of claims)
      if (claim.owner.kind === "deployment" && isAutomatic(claim))
        put(this.#automatic, claim.owner.stack, claim.networkKey ?? "default");
  }

  /** The next one for a network. */
  next(network: string): string | undefined {
    for (const place of otherSubnets(network))
      if (!overlaps(this.#taken, place) && this.#free.offer(`subnet ${place.subnet}`)) return place.subnet;
    return undefined;
  }

  isFree(cidr: string): boolean {
    const range = addressRange(cidr);
    return range !== undefined && !overlaps(this.#taken, range);
  }

  /** The keys of a stack's networks whose subnets follow from their names. */
  networksWithAutomatic(stack: string): readonly string[] {
    return this.#automatic.get(stack) ?? [];
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
