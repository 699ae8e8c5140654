import ipaddr from "ipaddr.js";

/** The IPv4 range of a subnet as numbers, both ends inclusive. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** @returns undefined where the text is no IPv4 subnet. */
export function addressRange(cidr: string): AddressRange | undefined {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(cidr)) return undefined;
  const [address, bits] = ipaddr.IPv4.parseCIDR(cidr);
  const size = 2 ** (32 - bits);
  const first = Math.floor(number(address) / size) * size;
  return { first, last: first + size - 1 };
}

/** The first usable address of a subnet: where Docker puts the gateway. */
export function firstAddress(cidr: string): string {
  const address = ipaddr.IPv4.networkAddressFromCIDR(cidr).toByteArray();
  return [...address.slice(0, 3), (address[3] ?? 0) + 1].join(".");
}

export function addressNumber(address: string): number | undefined {
  return ipaddr.IPv4.isValidFourPartDecimal(address) ? number(ipaddr.IPv4.parse(address)) : undefined;
}

/** An address in the one form that equal addresses share: `::1` for `0:0:0:0:0:0:0:1`; undefined where it is none. */
export const canonicalAddress = (address: string): string | undefined =>
  ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address)
    ? ipaddr.parse(address).toString()
    : undefined;

const number = (address: ipaddr.IPv4): number => address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
