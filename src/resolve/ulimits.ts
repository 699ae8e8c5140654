import type { ComposeService } from "../blueprint/blueprint.ts";
import type { Ulimit } from "../deployment/host-settings.ts";
import { closest } from "../findings/suggest.ts";
import { instruction } from "../findings/remedy.ts";
import type { Filler, Path } from "./interpolate.ts";

/** The names that Docker and runc know (ulimitNameMapping of docker/go-units). */
const known = [
  ...["core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio"],
  ...["rttime", "sigpending", "stack"],
];

/** Limits of a container's processes; undefined where there are none. */
export function ulimitsOf(
  written: ComposeService["ulimits"],
  path: Path,
  filler: Filler,
): Readonly<Record<string, Ulimit>> | undefined {
  const entries = Object.entries(written ?? {}).map(([name, { soft, hard }]): [string, Ulimit] => {
    const at = [...path, name];
    if (!known.includes(name)) {
      const nearest = closest(name, known);
      const remedy = instruction(nearest === undefined ? "remove it" : `rename it to ${nearest}`);
      filler.wrong(at, `there is no limit ${name}`, known.join(", "), remedy);
    }
    const limit = (text: string): number => filler.parsed(text, at, count, "a whole number, or -1 for no limit") ?? 0;
    const least = limit(soft);
    const most = soft === hard ? least : limit(hard);
    if (most !== -1 && (least === -1 || least > most))
      filler.wrong(at, `the soft limit ${least === -1 ? "is none" : least}, above the hard one`, `${most} at most`);
    return [name, { soft: least, hard: most }];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

const count = (text: string): number | undefined => (/^(?:-1|\d{1,15})$/.test(text) ? Number(text) : undefined);
