import type { Blueprint } from "../blueprint/blueprint.ts";
import { quoted } from "../notation/quoted.ts";
import { closest } from "../findings/suggest.ts";
import { instruction } from "../findings/remedy.ts";
import type { Filler, Path } from "./interpolate.ts";

const allowed =
  "no-new-privileges:true, seccomp=unconfined, apparmor=PROFILE, label=disable, label=type:TYPE, systempaths=unconfined";
const names = ["no-new-privileges", "seccomp", "apparmor", "label", "systempaths"];

/** Booleans as Go reads them (strconv.ParseBool). */
const boolean = /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;

/** What the value of an option may be; parseSecurityOpt of moby (daemon/daemon_unix.go) knows these options and no other. */
const values: Readonly<Record<string, (value: string) => boolean>> = {
  "no-new-privileges": (value) => boolean.test(value),
  "writable-cgroups": (value) => boolean.test(value),
  apparmor: (value) => value !== "",
  label: (value) => /^(?:disable|nested|(?:user|role|type|level|filetype):.+)$/.test(value),
  seccomp: (value) => value === "unconfined" || value === "builtin" || isObject(value),
  systempaths: (value) => value === "unconfined",
};

/** Security options as they were written; a hardened blueprint has `no-new-privileges` where there are none. */
export function securityOptionsOf(
  written: readonly string[] | undefined,
  path: Path,
  { filler, blueprint }: { readonly filler: Filler; readonly blueprint: Blueprint },
): readonly string[] {
  if (written === undefined) return blueprint.extension.hardened ? ["no-new-privileges:true"] : [];
  written.forEach((option, index) => reject(option, [...path, index], filler));
  return written;
}

function reject(option: string, path: Path, filler: Filler): void {
  if (option === "no-new-privileges" || option === "writable-cgroups") return;
  const [, name = option, value = ""] = /^([^=]*?)=(.*)$/s.exec(option) ?? /^([^:]*):(.*)$/s.exec(option) ?? [];
  const fits = Object.hasOwn(values, name) ? values[name] : undefined;
  if (fits?.(value) === true) return;
  if (name === "seccomp")
    return filler.wrong(
      path,
      `found ${quoted(option)}`,
      "seccomp=unconfined, or the profile itself in JSON: Docker reads no file of it",
    );
  const nearest = fits === undefined ? closest(name, names) : undefined;
  const remedy =
    nearest === undefined ? undefined : instruction(`write ${option.replace(name, nearest)} for ${option}`);
  filler.wrong(path, `found ${quoted(option)}`, allowed, remedy);
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
