import { addressRange } from "../../deployment/subnet.ts";
import type { Rule } from "../rule.ts";

/** Of two subnets that overlap, one holds the other: so a subnet looks at itself and at all that could hold it. */
export const subnet: Rule<"subnet"> = {
  kind: "subnet",
  code: "subnet-overlap",
  place: (claim) => block(claim.subnet),
  looks: (claim) => {
    const [first = 0, length = 0] = block(claim.subnet).split("/").map(Number);
    return Array.from({ length: length + 1 }, (_, bits) => blockOf(first, bits));
  },
  key: (claim) => claim.subnet,
  remedy: (wanted, free, stack) => {
    const other = free.subnet(wanted.network);
    return other === undefined
      ? undefined
      : {
          remedy: `pulumi config set --path berth:subnets.${wanted.networkKey ?? "default"} ${other} -s ${stack}`,
          remedyNote: "free on this host",
        };
  },
};

const block = (cidr: string): string => blockOf(addressRange(cidr)?.first ?? 0, Number(cidr.split("/")[1] ?? 32));

const blockOf = (address: number, bits: number): string => {
  const size = 2 ** (32 - bits);
  return `${Math.floor(address / size) * size}/${bits}`;
};
