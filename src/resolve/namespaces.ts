import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { Namespaces } from "../deployment/host-settings.ts";
import { instruction } from "../findings/remedy.ts";
import { ownValue } from "../notation/own-value.ts";
import type { Filler } from "./interpolate.ts";
import { sharedOf } from "./network-mode.ts";

interface Context {
  readonly blueprint: Blueprint;
  readonly filler: Filler;
  readonly present: ReadonlySet<string>;
}

/** The services whose namespaces a service shares; undefined where it has its own, or its host's. */
export function namespacesOf(
  key: string,
  compose: Pick<ComposeService, "pid" | "ipc">,
  context: Context,
): Namespaces | undefined {
  const owner = (name: "pid" | "ipc"): string | undefined =>
    sharedOf(compose[name] ?? "", ["services", key, name], context)?.service;
  const [pid, ipc] = [owner("pid"), owner("ipc")];
  if (ipc !== undefined) rejectPrivate(key, ipc, context);
  if (pid === undefined && ipc === undefined) return undefined;
  return { ...(pid !== undefined && { pid }), ...(ipc !== undefined && { ipc }) };
}

/** Docker shares the memory of no container that keeps it to itself, which is its default. */
function rejectPrivate(key: string, owner: string, { blueprint, filler }: Context): void {
  const written = ownValue(blueprint.services, owner)?.ipc ?? "";
  const path = ["services", key, "ipc"];
  const remedy = instruction(`write ipc: shareable under ${owner}:`);
  if (written === "private" || written === "none")
    filler.wrong(path, `${owner} keeps its memory to itself: ipc: ${written}`, undefined, remedy);
  else if (written === "")
    filler.warn(path, `Docker's default is that ${owner} keeps its memory to itself`, undefined, remedy);
}
