import { errorsOf, type Finding } from "../findings/finding.ts";
import type { Realization } from "../deployment/realization.ts";
import { type ContainerDrift, containerDrifts } from "./container.ts";
import { nameOf } from "../notation/docker-names.ts";
import type { SecretTexts } from "../deployment/value.ts";
import type { Difference } from "./difference.ts";
import type { Known } from "../engine/state.ts";
import type { Live } from "../host/inspected.ts";
import { lostSecrets } from "./lost-secrets.ts";
import { networkFindings } from "./networks.ts";
import type { Advice } from "../findings/remedy.ts";
import { Remedies } from "./remedy.ts";
import { volumeFindings } from "./volumes.ts";
import { ownValue } from "../notation/own-value.ts";

export interface CompareOptions {
  /** Texts of secrets by name; a value with a secret that is not among them is not compared. */
  readonly secrets?: SecretTexts;
  /** What the engine's state holds; without it, copies made outside Pulumi with the same labels pass for the original. */
  readonly known?: Known;
}

/**
 * Everything in which a deployment's containers, volumes and networks are not as it says; one finding each.
 * A warning is what the remedy, mostly the next `up`, repairs; an error is what the next `up` would fail on.
 */
export function compare(deployment: Realization, live: Live, options: CompareOptions = {}): Finding[] {
  const { known } = options;
  if (isNothingLive(deployment, live)) return [neverCreated(deployment)];
  const lost = known === undefined ? [] : lostSecrets(deployment, live, known);
  // A container may hold the last copy of a secret: no remedy removes anything before the secrets are back.
  if (errorsOf(lost).length > 0) return lost;
  return [
    ...lost,
    ...containerDrifts(deployment, live, options).flatMap((drift) => containerFinding(deployment, drift, known) ?? []),
    ...volumeFindings(deployment, live, known),
    ...networkFindings(deployment, live, known),
  ];
}

/** The finding of one container, if there is anything to be said. */
function containerFinding(deployment: Realization, drift: ContainerDrift, known?: Known): Finding | undefined {
  const { service } = drift;
  const remedies = new Remedies(deployment);
  const finding = (message: string, advice: Advice, severity: Finding["severity"] = "warning"): Finding => ({
    code: "container-drifted",
    severity,
    kind: "drift",
    key: service.name,
    message,
    wanted: { stack: deployment.stack, service: service.key, ...service.source },
    held: { live: "container", name: service.name },
    ...advice,
  });
  const up = { remedy: remedies.up };
  const removal = { remedy: remedies.removal([service.name]) };
  switch (drift.kind) {
    case "absent":
      return finding(ownValue(known?.containers, service.name) === undefined ? "was never created" : "is gone", up);
    case "foreign":
      return finding(
        "was not created for this deployment: its label berth.stack is missing or differs",
        removal,
        "error",
      );
    case "copy":
      return finding("was recreated outside Pulumi: it is not the one that the engine created", removal, "error");
    case "renamed":
      return finding(`was renamed to ${drift.name}`, up);
    case "outdated": {
      const outdated: Difference = { what: "was made from another specification", cure: "replacement" };
      return finding(said([outdated, ...drift.differences]), remedies.ofContainer(service.name, [outdated]));
    }
    case "own":
      return drift.differences.length === 0
        ? undefined
        : finding(said(drift.differences), remedies.ofContainer(service.name, drift.differences));
  }
}

/**
 * Drift of the containers that the coming `up` would leave as they are: the engine does not see it, and no change of the
 * specification repairs it. For the preview, where the engine shows the rest.
 */
export const hiddenDrift = (deployment: Realization, drifts: readonly ContainerDrift[]): Finding[] =>
  drifts.flatMap((drift) => {
    if (drift.kind !== "own") return [];
    const differences = drift.differences.filter(({ cure }) => cure !== "engine");
    return containerFinding(deployment, { ...drift, differences }) ?? [];
  });

const said = (differences: readonly Difference[]): string => differences.map(({ what }) => what).join("; ");

function isNothingLive({ containers, volumes, networks }: Realization, live: Live): boolean {
  const there = new Set([
    ...live.containers.map(({ Name }) => nameOf(Name)),
    ...live.volumes.map(({ Name }) => Name),
    ...live.networks.map(({ Name }) => Name),
  ]);
  return ![...containers, ...volumes, ...networks].some(({ name }) => there.has(name));
}

/** One cause, one finding. */
const neverCreated = (deployment: Realization): Finding => ({
  code: "container-drifted",
  severity: "warning",
  kind: "drift",
  key: deployment.prefix,
  message: "nothing of it is live",
  wanted: { stack: deployment.stack, ...deployment.sources.prefix },
  remedy: new Remedies(deployment).up,
});
