import ipaddr from "ipaddr.js";
import { addressNumber, addressText, canonicalAddress } from "./subnet.ts";

/** Addresses of IPv4 or IPv6 as numbers, both ends inclusive. */
export interface IpRange {
  readonly version: 4 | 6;
  readonly bits: number;
  readonly first: bigint;
  readonly last: bigint;
}

/** An address as a number, with its version. */
interface Ip {
  readonly version: 4 | 6;
  readonly number: bigint;
}

/** @returns undefined where the text is not a valid address */
export function ipOf(text: string): Ip | undefined {
  const four = addressNumber(text);
  if (four !== undefined) return { version: 4, number: BigInt(four) };
  if (!text.includes(":") || text.includes("%") || !ipaddr.IPv6.isValid(text)) return undefined;
  const number = ipaddr.IPv6.parse(text)
    .toByteArray()
    .reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return { version: 6, number };
}

/** The addresses of a subnet in CIDR; undefined where it is not valid. */
export function ipRange(cidr: string): IpRange | undefined {
  const [, address = "", width = ""] = /^([^/]+)\/(\d{1,3})$/.exec(cidr) ?? [];
  const ip = ipOf(address);
  const bits = Number(width);
  if (ip === undefined || bits > widthOf(ip.version)) return undefined;
  const size = 1n << BigInt(widthOf(ip.version) - bits);
  const first = ip.number - (ip.number % size);
  return { version: ip.version, bits, first, last: first + size - 1n };
}

const widthOf = (version: 4 | 6): number => (version === 4 ? 32 : 128);

/** An address in the one form that equal addresses share. */
export function ipText({ version, number }: Ip): string {
  if (version === 4) return addressText(Number(number));
  const groups = Array.from({ length: 8 }, (_, index) => (number >> BigInt(16 * (7 - index))) & 0xffffn);
  return canonicalAddress(groups.map((group) => group.toString(16)).join(":")) ?? "";
}

/** A subnet in the one form that equal subnets share: `fd00::/64` for `FD00:0::1/64`; as it is where it is not valid. */
export function canonicalSubnet(cidr: string): string {
  const range = ipRange(cidr);
  return range === undefined ? cidr : `${ipText({ version: range.version, number: range.first })}/${range.bits}`;
}

/** Where Docker puts the gateway of a subnet. */
export const gatewayOf = ({ version, first }: IpRange): string => ipText({ version, number: first + 1n });

export const isWithin = (address: Ip | undefined, range: IpRange): boolean =>
  address !== undefined &&
  address.version === range.version &&
  address.number >= range.first &&
  address.number <= range.last;

export const doOverlap = (a: IpRange, b: IpRange): boolean =>
  a.version === b.version && a.first <= b.last && b.first <= a.last;

/** An address, or a subnet, at the same place of another subnet; as it is where it was not in the former one. */
export function movedTo(text: string, from: IpRange, to: IpRange): string {
  const [address = "", width] = text.split("/");
  const ip = ipOf(address);
  if (ip === undefined || !isWithin(ip, from) || from.first === to.first) return text;
  const moved = ipText({ version: to.version, number: ip.number - from.first + to.first });
  return width === undefined ? moved : `${moved}/${width}`;
}
