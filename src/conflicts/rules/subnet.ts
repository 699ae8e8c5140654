import { poolTexts } from "../../notation/stable-slot.ts";
import { addressRange } from "../../notation/subnet.ts";
import type { ClaimOf } from "../../claims/claim.ts";
import { instruction, setKey } from "../../findings/remedy.ts";
import type { Rule } from "../rule.ts";

/** Of two subnets that overlap, one holds the other: the bits of the larger begin those of the smaller. */
export const subnet: Rule<"subnet"> = {
  kind: "subnet",
  code: "subnet-overlap",
  place: (claim) => networkBits(claim.subnet),
  nests: true,
  // A network that is live goes on working, whatever route comes to lead there.
  meet: (a, b) => !(a.settled && isRoute(b)) && !(b.settled && isRoute(a)),
  key: (claim) => claim.subnet,
  remedy: (wanted, free, stack) => {
    const other = free.subnet(wanted.network);
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

const isRoute = ({ owner }: ClaimOf<"subnet">): boolean => owner.kind === "route";

const bitsOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(2).padStart(8, "0"));

function networkBits(cidr: string): string {
  const { first, last } = addressRange(cidr) ?? { first: 0, last: 0 };
  const bits = bitsOf(first >>> 24) + bitsOf((first >>> 16) & 255) + bitsOf((first >>> 8) & 255) + bitsOf(first & 255);
  return bits.slice(0, Math.clz32(last - first));
}

const bitsOf = (byte: number): string => bitsOfByte[byte] ?? "";
