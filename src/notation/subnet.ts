import ipaddr from "ipaddr.js";

/** The IPv4 range of a subnet as numbers, both ends inclusive. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** @returns undefined where the text is no IPv4 subnet. */
export function addressRange(cidr: string): AddressRange | undefined {
  const slash = cidr.indexOf("/");
  const address = addressNumber(cidr.slice(0, Math.max(0, slash)));
  const bits = cidr.slice(slash + 1);
  if (address === undefined || !/^\d+$/.test(bits) || Number(bits) > 32) return undefined;
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}

/** The first usable address of a subnet: where Docker puts the gateway. */
export const firstAddress = (cidr: string): string => addressText((addressRange(cidr)?.first ?? 0) + 1);

/** The last address of a subnet that a container can have. */
export const lastAddress = (cidr: string): string => addressText((addressRange(cidr)?.last ?? 1) - 1);

const byte = "(0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])";
const version4 = new RegExp(`^${byte}\\.${byte}\\.${byte}\\.${byte}$`);

/** @returns undefined where the text is no IPv4 address. */
export function addressNumber(address: string): number | undefined {
  const match = version4.exec(address);
  if (match === null) return undefined;
  const [, first, second, third, fourth] = match;
  return ((Number(first) * 256 + Number(second)) * 256 + Number(third)) * 256 + Number(fourth);
}

export const addressText = (address: number): string =>
  `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;

/** An address in the one form that equal addresses share: `::1` for `0:0:0:0:0:0:0:1`; undefined where it is none. */
export function canonicalAddress(address: string): string | undefined {
  if (version4.test(address)) return address;
  return ipaddr.IPv6.isValid(address) ? ipaddr.parse(address).toString() : undefined;
}
