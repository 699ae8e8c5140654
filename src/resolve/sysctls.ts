import type { ComposeService } from "../blueprint/blueprint.ts";
import { quoted } from "../notation/quoted.ts";
import { closest } from "../findings/suggest.ts";
import { instruction } from "../findings/remedy.ts";
import type { Filler, Path } from "./interpolate.ts";

/** What a container may set of its own, and not of the host: anything else Docker refuses only when it starts one. */
const own =
  /^(?:net\.\S+|fs\.mqueue\.\S+|kernel\.(?:msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced|domainname))$/;

const allowed = "net.*, fs.mqueue.*, kernel.sem, kernel.shm*, kernel.msg*";

/** Of net.core, what each network namespace has (netns_core_table in net/core/sysctl_net_core.c of Linux; xfrm_sysctl.c). */
const core = [
  ...["somaxconn", "optmem_max", "txrehash", "tstamp_allow_data", "bypass_prot_mem", "rps_default_mask"],
  ...["xfrm_aevent_etime", "xfrm_aevent_rseqth", "xfrm_larval_drop", "xfrm_acq_expires"],
];

/** Of net.ipv4, what only the host has (ipv4_table in net/ipv4/sysctl_net_ipv4.c of Linux). */
const hostOnly = new Set([
  ...["tcp_mem", "udp_mem", "tcp_max_orphans", "tcp_low_latency", "tcp_available_ulp", "fib_sync_mem"],
  ...["inet_peer_threshold", "inet_peer_minttl", "inet_peer_maxttl"],
  ...["cipso_cache_enable", "cipso_cache_bucket_size", "cipso_rbm_optfmt", "cipso_rbm_strictvalid"],
]);

/** Of fs.mqueue (ipc/mq_sysctl.c of Linux). */
const queues = ["queues_max", "msg_max", "msgsize_max", "msg_default", "msgsize_default"];

/** Kernel parameters of a container, by name; undefined where there are none. */
export function sysctlsOf(
  written: ComposeService["sysctls"],
  path: Path,
  filler: Filler,
): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(written ?? {});
  for (const [name, value] of entries) reject(name, value, [...path, name], filler);
  return entries.length === 0 ? undefined : Object.fromEntries(entries.map(([name, value]) => [name, value ?? ""]));
}

function reject(name: string, value: string | null, path: Path, filler: Filler): void {
  const [, group = "", key = ""] = /^(net\.core|net\.ipv4|fs\.mqueue)\.(.*)$/.exec(name) ?? [];
  const known = { "net.core": core, "fs.mqueue": queues }[group];
  if (!own.test(name) || (group === "net.ipv4" && hostOnly.has(key)))
    return filler.wrong(path, `${name} belongs to the whole host`, allowed);
  if (known !== undefined && !known.includes(key)) {
    const nearest = closest(key, known);
    const remedy = instruction(
      nearest === undefined ? "remove it, or set it on the host" : `write ${group}.${nearest} for ${name}`,
    );
    const what = `${name} is not a parameter of a container`;
    return filler.wrong(path, what, known.map((one) => `${group}.${one}`).join(", "), remedy);
  }
  if (value === null || value.trim() === "") return filler.wrong(path, "it has no value");
  rejectValue(name, value, path, filler);
}

/** Of the parameters that hold numbers by the kernel's own account; what others of net.* hold is up to the host's kernel. */
function rejectValue(name: string, value: string, path: Path, filler: Filler): void {
  const isNumeric = /^(?:fs\.mqueue|kernel\.(?:shm|msg|sem)|net\.core\.somaxconn)/.test(name);
  if (name === "kernel.shm_rmid_forced" && !/^[01]$/.test(value))
    filler.wrong(path, `found ${quoted(value)}`, "0 or 1");
  else if (isNumeric && !/^\d+(?:\s+\d+)*$/.test(value.trim()))
    filler.wrong(path, `found ${quoted(value)}`, name === "kernel.sem" ? "four numbers" : "a number");
}
