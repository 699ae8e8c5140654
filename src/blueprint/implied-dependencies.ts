import type { Compose } from "./schema.ts";
import type { ComposeService } from "./blueprint.ts";

type Services = Compose["services"];

/** Services with what they depend on without a word of it: those that they link to, and those whose namespaces they share. */
export const withImpliedDependencies = (services: Services): Services =>
  Object.fromEntries(
    Object.entries(services).map(([key, service]) => {
      const implied = impliedBy(service).filter(
        // What is not there is reported where it is named.
        (other) => other !== key && Object.hasOwn(services, other) && !Object.hasOwn(service.depends_on ?? {}, other),
      );
      if (implied.length === 0) return [key, service];
      const added = implied.map((other) => [other, { condition: "service_started", restart: true }] as const);
      return [key, { ...service, depends_on: { ...service.depends_on, ...Object.fromEntries(added) } }];
    }),
  );

const impliedBy = ({ links = [], network_mode: mode = "" }: ComposeService): string[] => [
  ...links.flatMap((link) => link.split(":")[0] ?? []),
  ...[mode].flatMap((text) => /^service:([^$]+)$/.exec(text)?.[1] ?? []),
];
