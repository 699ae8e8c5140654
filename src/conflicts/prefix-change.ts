import type { Claim } from "./claim.ts";
import type { Finding } from "./finding.ts";

/**
 * A deployment whose volumes are live under another prefix than the one configured: with the new prefix it would start
 * empty, and its data would stay behind. One finding a deployment.
 */
export function prefixChanges(claims: readonly Claim[], about?: string): Finding[] {
  const found = new Map<string, string>();
  for (const claim of claims) {
    const { owner } = claim;
    if (claim.kind === "volume" && owner.kind === "volume" && owner.id !== undefined)
      found.set(`${owner.id} ${claim.name}`, owner.id);
  }
  if (found.size === 0) return [];
  return claims.flatMap((claim): Finding[] => {
    const { owner } = claim;
    if (claim.kind !== "prefix" || owner.kind !== "deployment" || (about !== undefined && owner.id !== about))
      return [];
    const left = [...found].flatMap(([entry, id]) => {
      const name = entry.slice(id.length + 1);
      return id === owner.id && !name.startsWith(`${claim.prefix}_`) ? [name] : [];
    });
    const former = left.sort()[0];
    if (former === undefined) return [];
    const prefix = commonPrefix(left);
    return [
      {
        code: "prefix-changed",
        severity: "error",
        kind: "prefix",
        key: claim.prefix,
        message: `its data is in ${left.join(", ")}; under the prefix ${claim.prefix} it would start with empty volumes`,
        wanted: { stack: owner.stack, ...claim.source },
        held: { stack: owner.stack, volume: former },
        remedy:
          prefix === ""
            ? `docker volume rm ${left.join(" ")}`
            : `pulumi config set berth:prefix ${prefix} -s ${owner.stack}`,
        remedyNote: "keeps the data where it is",
      },
    ];
  });
}

/** What all names share up to an underscore: `hospital_a_database` and `hospital_a_media_files` give `hospital_a`. */
function commonPrefix(names: readonly string[]): string {
  const [first = "", ...rest] = names.map((name) => name.split("_"));
  const parts = Array.isArray(first) ? first : [];
  const shared = parts.findIndex(
    (part, index) => index === parts.length - 1 || rest.some((other) => other[index] !== part),
  );
  return parts.slice(0, shared).join("_");
}
