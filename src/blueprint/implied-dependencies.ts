import type { Compose } from "./schema.ts";
import type { ComposeService } from "./blueprint.ts";

type Services = Compose["services"];

/**
 * Services with what they depend on without a word of it: those that they link to, whose namespaces they share, and from
 * which they take volumes. Of the latter they need not be restarted.
 */
export const withImpliedDependencies = (services: Services): Services =>
  Object.fromEntries(
    Object.entries(services).map(([key, service]) => {
      const implied = impliedBy(service).filter(
        // What is not there is reported where it is named.
        ([other]) => other !== key && Object.hasOwn(services, other) && !Object.hasOwn(service.depends_on ?? {}, other),
      );
      if (implied.length === 0) return [key, service];
      const added = implied.map(([other, restart]) => [other, { condition: "service_started", restart }] as const);
      return [key, { ...service, depends_on: { ...service.depends_on, ...Object.fromEntries(added.reverse()) } }];
    }),
  );

/** Keys of services, and whether one is restarted with them. */
const impliedBy = ({
  links = [],
  network_mode: mode,
  pid,
  ipc,
  volumes_from: sources = [],
}: ComposeService): (readonly [string, boolean])[] => [
  ...links.map((link) => [link.split(":")[0] ?? "", true] as const),
  ...[mode, pid, ipc].map((text) => [/^service:([^$]+)$/.exec(text ?? "")?.[1] ?? "", true] as const),
  ...sources.map((source) => [/^(?!container:)([^:]+)/.exec(source)?.[1] ?? "", false] as const),
];
