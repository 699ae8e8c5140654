import { capability } from "../deployment/canonical.ts";
import { quoted } from "../notation/quoted.ts";
import { closest } from "../findings/suggest.ts";
import { instruction } from "../findings/remedy.ts";
import type { Filler, Path } from "./interpolate.ts";

/** What Linux has, in the kernel's order (include/uapi/linux/capability.h); Docker knows no other (oci/caps of moby). */
const known = [
  ...["CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP"],
  ...["LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER"],
  ...["SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE"],
  ...["SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP"],
  ...["MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF"],
  "CHECKPOINT_RESTORE",
];

/** Capabilities as the daemon has them, sorted and each once: CAP_NET_ADMIN; ALL stays ALL. */
export function capabilitiesOf(written: readonly string[] | undefined, path: Path, filler: Filler): string[] {
  const names = (written ?? []).map((text, index) => {
    const name = text.toUpperCase().replace(/^CAP_(?!ALL$)/, "");
    if (name !== "ALL" && !known.includes(name)) rejectUnknown(text, name, [...path, index], filler);
    return capability(name);
  });
  return [...new Set(names)].sort();
}

function rejectUnknown(text: string, name: string, path: Path, filler: Filler): void {
  const nearest = name === "CAP_ALL" ? "ALL" : closest(name, known);
  const remedy = nearest === undefined ? undefined : instruction(`write ${nearest} for ${text}`);
  filler.wrong(path, `found ${quoted(text)}`, "a capability of Linux, for example NET_ADMIN, or ALL", remedy);
}
