import { type ExtraHost, extraHostsIn } from "../notation/extra-host.ts";
import { quoted } from "../notation/quoted.ts";
import type { Filler, Path } from "./interpolate.ts";
import { canonicalAddress } from "../notation/subnet.ts";

const allowed = "name:address, for example db:10.1.2.3, db=[fd00::1] or db:host-gateway";

/** Names with the addresses that they stand for. */
export function extraHostsOf(written: readonly string[] | undefined, path: Path, filler: Filler): ExtraHost[] {
  return (written ?? []).flatMap((entry, index) => {
    const hosts = extraHostsIn(entry);
    if (!hosts.every(isPossible)) filler.wrong([...path, index], `found ${quoted(entry)}`, allowed);
    return hosts;
  });
}

const isPossible = ({ host, address }: ExtraHost): boolean =>
  /^[^\s:=]+$/.test(host) &&
  (address === "host-gateway" || (canonicalAddress(address) !== undefined && !address.includes("%")));
