import type { Claim, ClaimOf } from "../claims/claim.ts";
import { docker, instruction, setKey } from "../findings/remedy.ts";
import type { Finding } from "../findings/finding.ts";
import { put } from "../notation/group-by.ts";

/**
 * Volumes of a deployment that no volume of its blueprint is any more: a key was renamed, or the blueprint is another one.
 * An error where volumes would be created in their place, since the app would start without its data; a warning where all
 * others are there already. One finding a deployment.
 */
export function leftVolumes(claims: readonly Claim[], about?: string): Finding[] {
  const live = new Map<string, ClaimOf<"volume">[]>();
  const wanted = new Map<string, ClaimOf<"volume">[]>();
  const names = new Set<string>();
  for (const claim of claims) {
    if (claim.kind !== "volume" || !("id" in claim.owner) || claim.owner.id === undefined) continue;
    put(claim.owner.kind === "deployment" ? wanted : live, claim.owner.id, claim);
    if (claim.owner.kind !== "deployment") names.add(claim.name);
  }
  return claims.flatMap((claim): Finding[] => {
    const { owner } = claim;
    if (claim.kind !== "prefix" || owner.kind !== "deployment") return [];
    if (about !== undefined && owner.id !== about) return [];
    const own = wanted.get(owner.id) ?? [];
    const left = (live.get(owner.id) ?? []).filter((volume) => !own.some((each) => isSame(volume, each)));
    const created = own.filter((volume) => !names.has(volume.name) && volume.chosen !== true);
    return finding(owner.stack, byName(left), byName(created), byName(own));
  });
}

/** A key that moved with the prefix is a matter of the prefix. */
const isSame = (live: ClaimOf<"volume">, wanted: ClaimOf<"volume">): boolean =>
  live.name === wanted.name || live.volumeKey === undefined || live.volumeKey === wanted.volumeKey;

const byName = (volumes: readonly ClaimOf<"volume">[]): ClaimOf<"volume">[] =>
  [...volumes].sort((a, b) => (a.name < b.name ? -1 : 1));

function finding(
  stack: string,
  left: readonly ClaimOf<"volume">[],
  created: readonly ClaimOf<"volume">[],
  own: readonly ClaimOf<"volume">[],
): Finding[] {
  const [first] = left;
  if (first === undefined) return [];
  const list = (volumes: readonly ClaimOf<"volume">[]): string => volumes.map(({ name }) => name).join(", ");
  const keys = left.map(({ volumeKey }) => volumeKey).join(", ");
  const isError = created.length > 0;
  const candidates = isError ? created : own;
  const [candidate] = candidates;
  const mapping =
    left.length === 1 && candidates.length === 1 && candidate?.volumeKey !== undefined
      ? setKey(["volumes", candidate.volumeKey], first.name, stack)
      : undefined;
  const start = created.flatMap(({ volumeKey, name }) => (volumeKey === undefined ? [] : `${volumeKey}: ${name}`));
  const empty = `to start empty instead: berth:volumes: { ${start.join(", ")} }`;
  const unused = [
    "if its data is no longer needed:",
    docker(first.endpoint.url, "volume", "rm", ...left.map(({ name }) => name)),
  ];
  return [
    {
      code: "volume-left-behind",
      severity: isError ? "error" : "warning",
      kind: "volume",
      key: list(left),
      message: isError
        ? `holds data of ${stack}, and the blueprint has no volume ${keys}; ${list(created)} would be created empty`
        : `holds data of ${stack} that is not in use: the blueprint has no volume ${keys}`,
      wanted: { stack, ...(candidate?.source ?? {}) },
      held: { live: "volume", name: first.name, stack },
      remedy:
        mapping ??
        instruction(
          isError
            ? `rename the volumes back to ${keys} in the blueprint, or map each to its volume under berth:volumes`
            : `use it again: map a volume of the blueprint to it under berth:volumes`,
        ),
      remedyNote: isError ? `${mapping === undefined ? "" : "keeps the data; "}${empty}` : unused,
    },
  ];
}
