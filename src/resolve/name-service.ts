import type { ComposeService } from "../blueprint/blueprint.ts";
import type { NameService } from "../deployment/deployment.ts";
import { quoted } from "../notation/quoted.ts";
import { canonicalAddress } from "../notation/subnet.ts";
import type { Filler, Path } from "./interpolate.ts";

type Written = Pick<ComposeService, "dns" | "dns_search" | "dns_opt">;

/** Where a container looks names up; undefined where Docker decides. An empty text says nothing. */
export function nameServiceOf(compose: Written, path: Path, filler: Filler): NameService | undefined {
  const servers = some(compose.dns);
  servers?.forEach((server, index) => {
    if (canonicalAddress(server) === undefined)
      filler.wrong(
        [...path, "dns", index],
        `found ${quoted(server)}`,
        "the address of a name server, for example 9.9.9.9",
      );
  });
  const searches = some(compose.dns_search);
  const options = some(compose.dns_opt);
  if (servers === undefined && searches === undefined && options === undefined) return undefined;
  return { ...(servers && { servers }), ...(searches && { searches }), ...(options && { options }) };
}

const some = (list: readonly string[] = []): readonly string[] | undefined => {
  const given = list.filter((text) => text !== "");
  return given.length === 0 ? undefined : [...new Set(given)];
};

const hardwareAllowed = "six pairs of hexadecimal digits, for example 02:42:ac:11:00:07";

/** A MAC address as Docker reports it. */
export const hardwareAddressOf = (written: string | undefined, path: Path, filler: Filler): string | undefined =>
  filler.parsed(
    written || undefined,
    path,
    (text) => (/^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/i.test(text) ? text.toLowerCase().replaceAll("-", ":") : undefined),
    hardwareAllowed,
  );
