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
  const first = addressRange(cidr)?.first ?? 0;
  const bits = [24, 16, 8, 0].map((shift) => bitsOfByte[(first >>> shift) & 255]).join("");
  return bits.slice(0, Number(cidr.split("/")[1] ?? 32));
}
