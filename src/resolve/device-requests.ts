import type { ComposeService } from "../blueprint/blueprint.ts";
import type { DeviceRequest } from "../deployment/host-settings.ts";
import type { Filler, Path } from "./interpolate.ts";

type Written = NonNullable<ComposeService["gpus"]>[number];

/** What a service asks drivers of the host for, under `gpus:` and among the reservations of `deploy:`. */
export function deviceRequestsOf(
  { gpus = [], deploy }: Pick<ComposeService, "gpus" | "deploy">,
  path: Path,
  filler: Filler,
): DeviceRequest[] {
  const reserved = deploy?.resources?.reservations?.devices ?? [];
  const place = [...path, "deploy", "resources", "reservations", "devices"];
  return [
    ...reserved.map((request, index) => requestOf(request, [...place, index], filler)),
    ...gpus.map((request, index) =>
      requestOf(
        { ...request, capabilities: [...new Set([...request.capabilities, "gpu"])] },
        [...path, "gpus", index],
        filler,
      ),
    ),
  ];
}

function requestOf(request: Written, path: Path, filler: Filler): DeviceRequest {
  const { driver, count, device_ids: ids, capabilities, options = {} } = request;
  if (count !== undefined && ids !== undefined)
    filler.wrong(path, "it has both a count and ids of devices", "one of the two: Docker refuses both");
  const number = filler.parsed(count, [...path, "count"], countOf, "all, or a whole number");
  return {
    ...(driver && { driver }),
    ...(ids === undefined ? { count: number ?? -1 } : { ids }),
    capabilities: [...capabilities].sort(),
    ...(Object.keys(options).length > 0 && {
      options: Object.fromEntries(Object.entries(options).map(([name, value]) => [name, value ?? ""])),
    }),
  };
}

const countOf = (text: string): number | undefined =>
  text.toLowerCase() === "all" ? -1 : /^(?:-1|\d{1,9})$/.test(text) ? Number(text) : undefined;
