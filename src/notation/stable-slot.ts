import { addressText } from "./subnet.ts";

/**
 * Places that follow from a name alone: the same name has the same place on every machine, and no neighbour moves it.
 */

/** A 32-bit number from a text (FNV-1a with a final mix, so that near names land far apart). */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The port of a name within a range, first and last inclusive. */
export function autoPort(name: string, [first, last]: readonly [number, number]): number {
  return first + (hash32(name) % (last - first + 1));
}

/** A range of addresses as so many subnets of 62 addresses each. */
interface Pool {
  readonly first: number;
  readonly count: number;
}

/**
 * The pool of automatic subnets: 10.192.0.0/10 as 65,536 subnets. Docker's own pools (172.17.0.0/12 and 192.168.0.0/16)
 * hold about 31 networks a host and are left to others; only a remedy looks there, where all of the first is taken. Where
 * a VPN routes all private addresses, 198.18.0.0/15 is left, which is set aside for tests of network devices (RFC 2544).
 */
const pools: readonly [Pool, ...Pool[]] = [
  { first: (10 << 24) | (192 << 16), count: 65536 },
  { first: (172 << 24) | (16 << 16), count: 16384 },
  { first: (192 << 24) | (168 << 16), count: 1024 },
  { first: (198 << 24) | (18 << 16), count: 2048 },
];
const size = 64;
/** The bits of an automatic subnet. */
const widest = 26;

/** The pools in CIDR. */
export const poolTexts: readonly string[] = pools.map(
  ({ first, count }) => `${addressText(first)}/${32 - Math.log2(count * size)}`,
);

/** The automatic subnet of a network's name, or the one `step` places further. */
export const autoSubnet = (name: string, step = 0): string => cidr(addressAt(name, step, pools[0]));

/**
 * The automatic subnet of IPv6 of a network's name: one of four thousand million in a range of local addresses (RFC 4193)
 * that Docker's own choice never is.
 */
export function autoSubnetOfVersion6(name: string, step = 0): string {
  const number = (hash32(name) + step) >>> 0;
  return `fd62:6572:${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}::/64`;
}

/** The automatic subnet of a network's name, with room for as many addresses as one of so many bits has. */
export const roomySubnet = (name: string, bits: number): string => {
  const first = addressAt(name, 0, pools[0]) >>> 0;
  const size = 2 ** (32 - bits);
  return `${addressText(Math.floor(first / size) * size)}/${bits}`;
};

/** A subnet with its first and last address as numbers. */
export interface Place {
  readonly subnet: string;
  readonly first: number;
  readonly last: number;
}

/**
 * The places after the automatic subnet of a name, nearest first: where a free one may be found.
 * @param bits of a subnet that is not to be smaller; those of automatic ones are enough for less
 */
export function* otherSubnets(name: string, bits = widest): Generator<Place> {
  const width = Math.min(bits, widest);
  const room = 2 ** (32 - width);
  for (const pool of pools) {
    if (room > pool.count * size) continue;
    for (let step = 0; step < pool.count; step += room / size) {
      const address = addressAt(name, step, pool) >>> 0;
      const first = address - (address % room);
      yield { subnet: `${addressText(first)}/${width}`, first, last: first + room - 1 };
    }
  }
}

const addressAt = (name: string, step: number, { first, count }: Pool): number =>
  first + ((hash32(name) + step) % count) * size;

const cidr = (address: number): string => `${addressText(address)}/26`;
