import { type ExtraHost, extraHost } from "../notation/extra-host.ts";
import { quoted } from "../notation/quoted.ts";
import type { Filler, Path } from "./interpolate.ts";
import { canonicalAddress } from "../notation/subnet.ts";

const allowed = "name:address, for example db:10.1.2.3, db=[fd00::1] or db:host-gateway";

/** Names with the addresses that they stand for. */
export function extraHostsOf(written: readonly string[] | undefined, path: Path, filler: Filler): ExtraHost[] {
  return (written ?? []).map((entry, index) => {
    const parsed = extraHost(entry);
    const { host, address } = parsed;
    const isAddress = canonicalAddress(address) !== undefined && !address.includes("%");
    if (!/^[^\s:=]+$/.test(host) || !(isAddress || address === "host-gateway"))
      filler.wrong([...path, index], `found ${quoted(entry)}`, allowed);
    return parsed;
  });
}
