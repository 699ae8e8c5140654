import { quoted } from "../notation/quoted.ts";
import { closest } from "../findings/suggest.ts";
import { instruction } from "../findings/remedy.ts";
import type { TemporaryFileSystem } from "../deployment/deployment.ts";
import type { Filler, Path } from "./interpolate.ts";
import { ownValue } from "../notation/own-value.ts";

/** Flags and settings of a tmpfs that Docker takes (MergeTmpfsOptions of moby/sys/mount), and the kernel, too. */
const flags = [
  ...["ro", "rw", "suid", "nosuid", "dev", "nodev", "exec", "noexec", "sync", "async", "dirsync", "defaults"],
  ...["atime", "noatime", "diratime", "nodiratime", "relatime", "norelatime", "strictatime", "nostrictatime"],
  ...["mand", "nomand", "private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable"],
];
const settings: Readonly<Record<string, RegExp>> = {
  size: /^\d+[kmgtpe%]?$/i,
  nr_blocks: /^\d+[kmgtpe]?$/i,
  nr_inodes: /^\d+[kmgtpe]?$/i,
  mode: /^[0-7]{1,5}$/,
  uid: /^\d{1,10}$/,
  gid: /^\d{1,10}$/,
  mpol: /./,
};
const known = [...flags, ...Object.keys(settings)];

const allowed = "an absolute path, with options like size=10m, mode=1777, uid=1000, noexec";

/** File systems in memory, written `/tmp` or `/tmp:size=10m`. */
export function temporaryOf(written: readonly string[] | undefined, path: Path, filler: Filler): TemporaryFileSystem[] {
  return (written ?? []).map((entry, index) => {
    const [target = "", ...rest] = entry.split(":");
    const options = rest.join(":");
    const at = [...path, index];
    if (!target.startsWith("/"))
      filler.wrong(at, `found ${quoted(entry)}`, allowed, instruction(`write /${entry} for ${entry}`));
    for (const option of options.split(",")) if (option !== "") rejectOption(option, at, filler);
    return { target, options };
  });
}

function rejectOption(option: string, path: Path, filler: Filler): void {
  const [, name = option, value] = /^([^=]*)=(.*)$/s.exec(option) ?? [];
  const form = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (value === undefined ? flags.includes(name) : form?.test(value)) return;
  const nearest = form === undefined ? closest(name, known) : undefined;
  filler.wrong(
    path,
    `found the option ${quoted(option)}`,
    form === undefined ? "size, mode, uid, gid, nr_inodes, ro, noexec, nosuid, …" : valueAllowed(name),
    nearest === undefined ? undefined : instruction(`write ${option.replace(name, nearest)} for ${option}`),
  );
}

const valueAllowed = (name: string): string =>
  name === "mode"
    ? "an octal mode, for example mode=1777"
    : `a number, for example ${name}=${ownValue(examples, name) ?? "10"}`;

const examples: Readonly<Record<string, string>> = { size: "10m", uid: "1000", gid: "1000", nr_inodes: "1k" };
