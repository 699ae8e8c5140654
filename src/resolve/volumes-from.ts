import type { ComposeService } from "../blueprint/blueprint.ts";
import type { VolumesFrom } from "../deployment/deployment.ts";
import { quoted } from "../notation/quoted.ts";
import type { Filler, Path } from "./interpolate.ts";
import type { Context } from "./service.ts";

const allowed = "service, service:ro, or container:name";

/** Containers whose mounts a service has as well, written `service:ro` or `container:name`; undefined where there are none. */
export function volumesFromOf(
  written: ComposeService["volumes_from"],
  path: Path,
  { filler, present }: Pick<Context, "present"> & { readonly filler: Filler },
): readonly VolumesFrom[] | undefined {
  const found = (written ?? []).flatMap((text, index): VolumesFrom[] => {
    const words = text.split(":");
    const isContainer = words[0] === "container";
    const [name = "", mode, ...more] = isContainer ? words.slice(1) : words;
    const isMode = mode === undefined || mode === "ro" || mode === "rw";
    const isKnown = isContainer ? name !== "" : present.has(name);
    if (isMode && isKnown && more.length === 0)
      return [{ from: isContainer ? { container: name } : { service: name }, ...(mode !== undefined && { mode }) }];
    filler.wrong([...path, index], `found ${quoted(text)}`, allowed);
    return [];
  });
  return found.length === 0 ? undefined : found;
}
