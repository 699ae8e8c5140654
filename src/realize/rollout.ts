import type { Container } from "../deployment/realization.ts";
import { hostName } from "../notation/names.ts";

/** How a new version of a container comes beside or in place of the one before it: what each is called. */
export interface Rollout {
  readonly kind: string;
  /**
   * The container's name on its host, and what the engine's resource is called behind the deployment's name: under another
   * name it is created before the old one is deleted.
   * @param spec the hash of its specification, for names that distinguish two versions; made only where it is asked for
   */
  readonly namesOf: (prefix: string, key: string, spec: () => string) => Pick<Container, "name" | "resource">;
}

/** The old container is deleted before the new one of the same name is created. */
export const stopFirst: Rollout = {
  kind: "stop-first",
  namesOf: (prefix, key) => ({ name: hostName(prefix, key), resource: key }),
};
