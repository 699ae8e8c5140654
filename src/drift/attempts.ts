import type { Deployment } from "../deployment/deployment.ts";
import { labels } from "../deployment/names.ts";
import type { ContainerDrift } from "./container.ts";
import type { Difference } from "./difference.ts";
import type { Known } from "./known.ts";

/**
 * By service: what its container shall carry as `berth.attempt`. The engine neither repeats a job that failed nor sees
 * most of what is changed by hand; so a container that needs it gets another label, which makes it a new container, and
 * one that is as it should be keeps its own.
 */
export function attemptsOf(
  { services }: Deployment,
  drifts: readonly ContainerDrift[],
  known?: Known,
): Record<string, string> {
  return Object.fromEntries(
    services.flatMap((service): [string, string][] => {
      const drift = drifts.find((candidate) => candidate.service.key === service.key);
      const live = drift !== undefined && "container" in drift ? drift.container : undefined;
      const attempt =
        drift !== undefined && isReplaced(drift)
          ? drift.container.Id.slice(0, 12)
          : (known?.containers[service.name]?.attempt ?? live?.Config.Labels?.[labels.attempt]);
      return attempt === undefined ? [] : [[service.key, attempt]];
    }),
  );
}

/** Whether the program asks for a new container; one of another specification gets it anyway. */
const isReplaced = (drift: ContainerDrift): drift is ContainerDrift & { readonly kind: "own" } =>
  drift.kind === "own" && drift.differences.some(isReplacement);

const isReplacement = ({ cure }: Difference): boolean => cure === "replacement";
