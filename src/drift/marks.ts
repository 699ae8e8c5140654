import type { Realization } from "../deployment/realization.ts";
import { homeLabels, type Labels } from "../deployment/labels.ts";
import { labels } from "../deployment/label-names.ts";
import { specHash } from "../deployment/spec.ts";
import type { Known } from "../engine/state.ts";
import { ownValue } from "../notation/own-value.ts";

/**
 * By service: the labels that say where the state is. A container that stays keeps those it has, or none: neither a
 * version of berth that knows more nor a project that moved is a reason to replace it.
 * @param attempts see `attemptsOf`
 */
export function marksOf(
  deployment: Realization,
  known: Known,
  attempts: Readonly<Record<string, string>>,
): Record<string, Labels> {
  const marks = homeLabels(deployment.home);
  return Object.fromEntries(
    deployment.containers.map((service): [string, Labels] => {
      const found = ownValue(known.containers, service.name);
      const stays =
        found?.labels?.[labels.stack] === deployment.id &&
        found.labels[labels.spec] === specHash(service, deployment.prefix) &&
        found.attempt === ownValue(attempts, service.key);
      if (!stays) return [service.key, marks];
      const own = [labels.home, labels.place].flatMap((label): [string, string][] => {
        const value = found.labels?.[label];
        return value === undefined ? [] : [[label, value]];
      });
      return [service.key, Object.fromEntries(own)];
    }),
  );
}
