import { addressRange } from "../../deployment/subnet.ts";
import { setCommand } from "../config-key.ts";
import type { Rule } from "../rule.ts";

/** Of two subnets that overlap, one holds the other: the bits of the larger begin those of the smaller. */
export const subnet: Rule<"subnet"> = {
  kind: "subnet",
  code: "subnet-overlap",
  place: (claim) => networkBits(claim.subnet),
  nests: true,
  key: (claim) => claim.subnet,
  remedy: (wanted, free, stack) => {
    const other = free.subnet(wanted.network);
    if (other === undefined) return undefined;
    const remedy = setCommand(["subnets", wanted.networkKey ?? "default"], other, stack);
    return { remedy, remedyNote: "free on this host" };
  },
};

const bitsOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(2).padStart(8, "0"));

function networkBits(cidr: string): string {
  const { first, last } = addressRange(cidr) ?? { first: 0, last: 0 };
  const bits = bitsOf(first >>> 24) + bitsOf((first >>> 16) & 255) + bitsOf((first >>> 8) & 255) + bitsOf(first & 255);
  return bits.slice(0, Math.clz32(last - first));
}

const bitsOf = (byte: number): string => bitsOfByte[byte] ?? "";
