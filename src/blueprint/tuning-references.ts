import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { instruction } from "../findings/remedy.ts";
import type { Blueprint } from "./blueprint.ts";
import type { Compose } from "./schema.ts";

type Undeclared = (path: (string | number)[], kind: string, name: string, known: readonly string[]) => Finding[];

/** Services and secrets that profiles, derived values and the checklist speak of; and of profiles, one default at most. */
export function tuningReferences(compose: Compose, source: Blueprint["source"], undeclared: Undeclared): Finding[] {
  const services = Object.keys(compose.services);
  const { profiles, derived, checklist, secrets } = compose["x-berth"];
  const [first, ...others] = Object.entries(profiles).flatMap(([key, { default: usual }]) => (usual ? [key] : []));
  return [
    ...Object.entries(profiles).flatMap(([key, profile]) =>
      Object.keys(profile.services).flatMap((name) =>
        undeclared(["x-berth", "profiles", key, "services", name], "service", name, services),
      ),
    ),
    ...others.map((key) =>
      mistake(
        source(["x-berth", "profiles", key, "default"]),
        `${first ?? ""} is the default already`,
        "one default",
        instruction("remove one of them"),
      ),
    ),
    ...Object.entries(derived).flatMap(([key, { of }]) =>
      undeclared(["x-berth", "derived", key, "of"], "service", of, services),
    ),
    ...checklist.flatMap(({ of, secret }, index) => [
      ...(of === undefined ? [] : undeclared(["x-berth", "checklist", index, "of"], "service", of, services)),
      ...(secret === undefined
        ? []
        : undeclared(["x-berth", "checklist", index, "secret"], "secret", secret, Object.keys(secrets))),
    ]),
  ];
}
