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

/**
 * The pool of automatic subnets: 10.192.0.0/10 as 65,536 subnets of 62 addresses. Docker's own pools
 * (172.17.0.0/12 and 192.168.0.0/16) hold about 31 networks a host and are left to others.
 */
const pool = { first: (10 << 24) | (192 << 16), count: 65536, size: 64, prefix: 26 } as const;

/** The automatic subnet of a network's name, or the one `step` places further. */
export function autoSubnet(name: string, step = 0): string {
  const address = pool.first + ((hash32(name) + step) % pool.count) * pool.size;
  return `${[24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".")}/${pool.prefix}`;
}
