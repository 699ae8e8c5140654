import type { Blueprint, ComposeNetwork } from "../blueprint/blueprint.ts";
import type { ExternalNetwork } from "../deployment/deployment.ts";
import { mistake } from "../findings/config-finding.ts";
import type { Filler } from "./interpolate.ts";

/** A network that is there already, and keeps its name; undefined for one that is the deployment's own. */
export function externalNetworkOf(
  key: string,
  { external, name, ...more }: ComposeNetwork,
  blueprint: Blueprint,
  filler: Filler,
): ExternalNetwork | undefined {
  const isNamed = typeof external === "object";
  if (!isNamed && filler.flag(external, ["networks", key, "external"]) !== true) return undefined;
  for (const [part, value] of Object.entries(more)) {
    if (value === undefined || value === null) continue;
    const place = blueprint.source(["networks", key, part]);
    const message = `${part} has no effect on an external network`;
    filler.findings.push({ ...mistake(place, message, "external and name alone"), severity: "warning" });
  }
  return { key, name: (isNamed && external.name) || name || key, source: blueprint.source(["networks", key]) };
}
