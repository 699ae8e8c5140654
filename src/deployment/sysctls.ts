import type { ComposeService } from "../blueprint/blueprint.ts";
import type { Filler, Path } from "./fill.ts";

/** What a container may set of its own, and not of the host: anything else Docker refuses only when it makes one. */
const own =
  /^(?:net\.\S+|fs\.mqueue\.\S+|kernel\.(?:msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced|domainname))$/;

const allowed = "net.*, fs.mqueue.*, kernel.sem, kernel.shm*, kernel.msg*";

/** Kernel parameters of a container, by name; undefined where there are none. */
export function sysctlsOf(
  written: ComposeService["sysctls"],
  path: Path,
  filler: Filler,
): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(written ?? {});
  for (const [name, value] of entries)
    if (!own.test(name)) filler.wrong([...path, name], `${name} belongs to the whole host`, allowed);
    else if (value === null || value === "") filler.wrong([...path, name], "it has no value");
  return entries.length === 0 ? undefined : Object.fromEntries(entries.map(([name, value]) => [name, value ?? ""]));
}
