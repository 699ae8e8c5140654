import type { Realization } from "../deployment/realization.ts";
import { labels } from "../deployment/label-names.ts";
import type { ContainerDrift } from "./container.ts";
import type { Known } from "../engine/state.ts";
import { ownValue } from "../notation/own-value.ts";

/**
 * By service: what its container shall carry as `berth.attempt`. The engine neither repeats a job that failed nor sees
 * most of what is changed outside Pulumi; so a container that needs it gets another label, which makes it a new
 * container, and one that is as it should be keeps its own.
 * @param drifts empty where the host was not asked; then every container keeps what the engine knows of it
 */
export function attemptsOf(
  { containers }: Realization,
  drifts: readonly ContainerDrift[],
  known?: Known,
): Record<string, string> {
  return Object.fromEntries(
    containers.flatMap(({ key, name }): [string, string][] => {
      const drift = drifts.find(({ service }) => service.key === key);
      const attempt = drift === undefined ? ownValue(known?.containers, name)?.attempt : attemptOf(drift);
      return attempt === undefined ? [] : [[key, attempt]];
    }),
  );
}

/** One of another specification is replaced anyway. */
function attemptOf(drift: ContainerDrift): string | undefined {
  if (!("container" in drift)) return undefined;
  const isReplaced = drift.kind === "own" && drift.differences.some(({ cure }) => cure === "replacement");
  return isReplaced ? drift.container.Id.slice(0, 12) : drift.container.Config.Labels?.[labels.attempt];
}
