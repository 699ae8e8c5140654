const isAny = (address: string): boolean => address === "0.0.0.0" || address === "::";
const isVersion6 = (address: string): boolean => address.includes(":");

/**
 * Whether binding both addresses on one port is impossible. `::` listens on IPv4 too (Linux' default),
 * 0.0.0.0 does not listen on IPv6.
 */
export function covers(a: string, b: string): boolean {
  if (a === b || a === "::" || b === "::") return true;
  return isVersion6(a) === isVersion6(b) && (isAny(a) || isAny(b));
}

/** An address as it stands before a port. */
export const beforePort = (address: string): string => (isVersion6(address) ? `[${address}]` : address);
