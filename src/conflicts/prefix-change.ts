import type { Claim, ClaimOf } from "../claims/claim.ts";
import { setKey } from "../findings/remedy.ts";
import type { Finding } from "../findings/finding.ts";

interface Left {
  /** The volume's name on the host. */
  readonly name: string;
  /** The prefix under which it was made. */
  readonly prefix: string;
}

/**
 * A deployment whose volumes are live under another prefix than the one configured: with the new prefix it would start
 * empty, and its data would stay behind. One finding a deployment. Volumes that its blueprint no longer has do not count.
 */
export function prefixChanges(claims: readonly Claim[], about?: string): Finding[] {
  const volumes = claims.filter((claim) => claim.kind === "volume");
  const live = byOwner(volumes.filter(({ owner }) => owner.kind === "volume"));
  if (live.size === 0) return [];
  const wanted = byOwner(volumes.filter(({ owner }) => owner.kind === "deployment"));
  return claims.flatMap((claim): Finding[] => {
    const { owner } = claim;
    if (claim.kind !== "prefix" || owner.kind !== "deployment" || (about !== undefined && owner.id !== about))
      return [];
    const left = leftBehind(live.get(owner.id) ?? [], wanted.get(owner.id) ?? []);
    const first = left[0];
    if (first === undefined) return [];
    const names = left.map(({ name }) => name).join(", ");
    return [
      {
        code: "prefix-changed",
        severity: "error",
        kind: "prefix",
        key: claim.prefix,
        message: `its data is in ${names}; under the prefix ${claim.prefix} it would start with empty volumes`,
        wanted: { stack: owner.stack, ...claim.source },
        held: { live: "volume", name: first.name, stack: owner.stack },
        remedy: setKey(["prefix"], mostly(left), owner.stack),
        remedyNote: "keeps the data where it is",
      },
    ];
  });
}

function byOwner(volumes: readonly ClaimOf<"volume">[]): Map<string, ClaimOf<"volume">[]> {
  const found = new Map<string, ClaimOf<"volume">[]>();
  for (const volume of volumes) {
    const id = "id" in volume.owner ? volume.owner.id : undefined;
    if (id !== undefined) found.set(id, [...(found.get(id) ?? []), volume]);
  }
  return found;
}

/** Live volumes of keys that the deployment has under another name, sorted by name. */
function leftBehind(live: readonly ClaimOf<"volume">[], wanted: readonly ClaimOf<"volume">[]): Left[] {
  const left = live.flatMap(({ name, volumeKey }): Left[] => {
    const now = wanted.find((volume) => volume.volumeKey === volumeKey)?.name;
    if (volumeKey === undefined || now === undefined || live.some((other) => other.name === now)) return [];
    const ending = `_${volumeKey.replace(/[-.]/g, "_")}`;
    return name.endsWith(ending) ? [{ name, prefix: name.slice(0, -ending.length) }] : [];
  });
  return left.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The prefix that most of them have; of equals the first. */
function mostly(left: readonly Left[]): string {
  const count = (prefix: string): number => left.filter((volume) => volume.prefix === prefix).length;
  return left.map(({ prefix }) => prefix).reduce((best, prefix) => (count(prefix) > count(best) ? prefix : best));
}
