import { normalPath } from "../notation/path.ts";
import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import { quoted } from "../notation/quoted.ts";
import { closest } from "../findings/suggest.ts";
import { instruction } from "../findings/remedy.ts";
import type { Mount, Volume } from "../deployment/deployment.ts";
import type { Filler, Path } from "./interpolate.ts";
import { memoize } from "../notation/memoize.ts";

type ComposeMount = NonNullable<ComposeService["volumes"]>[number];

interface Written {
  readonly from: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly created?: true;
}

const allowed = "volume:/path, or /host/path:/path, with :ro appended for a read-only mount";

/** A volume or a directory of the host; a relative one would be another directory on every machine. */
export function makeMount(
  mount: ComposeMount,
  path: Path,
  { filler, blueprint, volumes }: { filler: Filler; blueprint: Blueprint; volumes: readonly Volume[] },
): Mount | undefined {
  const written = typeof mount === "string" ? shortForm(mount) : longForm(mount, path, filler);
  if (written === undefined || !written.target.startsWith("/")) {
    filler.wrong(path, `found ${quoted(mount)}`, allowed);
    return undefined;
  }
  const { from, target, readOnly, created } = written;
  if (from.startsWith("/"))
    return {
      kind: "directory",
      path: from,
      target,
      readOnly,
      ...(created && { created }),
      source: blueprint.source(path),
    };
  const volume = volumes.find(({ key }) => key === from);
  if (volume !== undefined) return { kind: "volume", volume: volume.name, target, readOnly };
  if (/^[.~]/.test(from)) {
    filler.wrong(path, `${from} is another directory on every machine`, "an absolute path, or a volume");
    return undefined;
  }
  const known = Object.keys(blueprint.volumes);
  const nearest = closest(from, known);
  filler.wrong(
    path,
    `there is no volume ${from}`,
    known.join(", ") || undefined,
    instruction(
      nearest === undefined ? `declare it in ${blueprint.file}: volumes: { ${from}: }` : `write ${nearest} for ${from}`,
    ),
  );
  return undefined;
}

const shortForm = memoize((text): Written | undefined => {
  const [from = "", target = "", mode = "rw", ...more] = text.split(":");
  const options = mode.split(",");
  const isKnown = options.every((option) => ["ro", "rw", "z", "Z"].includes(option));
  return isKnown && more.length === 0 && from !== "" ? normal(from, target, options.includes("ro")) : undefined;
});

/** A colon would end the path for Docker, and a volume's name is no path. */
function longForm(mount: Exclude<ComposeMount, string>, path: Path, filler: Filler): Written | undefined {
  const { type, source, target, read_only, bind } = mount;
  const isPath = /^[./~]/.test(source);
  if (source.includes(":") || target.includes(":") || isPath !== (type === "bind")) return undefined;
  if (bind !== undefined && type !== "bind") return undefined;
  const readOnly = filler.flag(read_only, [...path, "read_only"]) ?? false;
  const created = filler.flag(bind?.create_host_path, [...path, "bind", "create_host_path"]);
  return { ...normal(source, target, readOnly), ...(created === true && { created }) };
}

const normal = (from: string, target: string, readOnly: boolean): Written => ({
  from: from.startsWith("/") ? normalPath(from) : from,
  target: target.startsWith("/") ? normalPath(target) : target,
  readOnly,
});
