import type { Finding } from "../findings/finding.ts";
import type { Deployment, Volume } from "../deployment/deployment.ts";
import { volumeLabels, withoutHome } from "../deployment/labels.ts";
import { labels } from "../deployment/label-names.ts";
import { nameOf } from "../notation/docker-names.ts";
import { changedEntries, unequal } from "./difference.ts";
import { isOwnLabel, type Known } from "../engine/state.ts";
import type { Live, InspectedVolume } from "../host/inspected.ts";
import type { Remedy } from "../findings/remedy.ts";
import { Remedies } from "./remedy.ts";
import { ownValue } from "../notation/own-value.ts";

/**
 * By name of the deployment's volumes that are there: the label by which one that is recreated can be distinguished
 * from it.
 */
export const identitiesOf = (deployment: Deployment, live: Live): Record<string, string | undefined> =>
  Object.fromEntries(
    live.volumes.flatMap(({ Name: name, Labels: found }) =>
      deployment.volumes.some((volume) => volume.name === name) ? [[name, found?.[labels.identity]]] : [],
    ),
  );

/**
 * What the engine knew and is lost: it makes an empty volume without a word, or takes over the one that it finds. For the
 * preview, where the engine shows the rest.
 */
export const lostVolumes = (deployment: Deployment, live: Live, known: Known): Finding[] =>
  volumeFindings(deployment, live, known).filter(({ key }) => Object.hasOwn(known.volumes, key));

/** Volumes that are gone, or were recreated outside Pulumi: nothing of a volume can change but the whole. */
export function volumeFindings(deployment: Deployment, live: Live, known?: Known): Finding[] {
  const remedies = new Remedies(deployment);
  return deployment.volumes.flatMap((volume): Finding[] => {
    const { name, key, adopted, source } = volume;
    const finding = (message: string, remedy: Remedy, remedyNote?: string): Finding => ({
      code: "volume-drifted",
      severity: "warning",
      kind: "drift",
      key: name,
      message,
      wanted: { stack: deployment.stack, ...source },
      held: { live: "volume", name },
      remedy,
      remedyNote,
    });
    const found = live.volumes.find(({ Name }) => Name === name);
    if (found === undefined) {
      const gone = Object.hasOwn(known?.volumes ?? {}, name);
      const message = gone ? "is gone, and the data in it" : "does not exist";
      const note = gone ? "makes an empty volume; the data is in the last backup, if there is one" : undefined;
      return [finding(message, remedies.up, note)];
    }
    if (adopted) return [];
    if (!isOwnLabel(found.Labels?.[labels.stack], deployment, known))
      return [
        finding(
          "was not created for this deployment, so its data may be lost",
          remedies.adoption(key),
          "if its data is right",
        ),
      ];
    const anew = "was recreated, so its data may be lost";
    const differences = volumeDifferences(deployment, volume, found);
    if (differences.length === 0) {
      const made = ownValue(known?.volumes, name);
      if (made === undefined || made === found.Labels?.[labels.identity]) return [];
      const note = "takes it over as it is; restore the last backup into it where its data is gone";
      return [finding(`${anew}: it is not the one that the engine created`, remedies.up, note)];
    }
    const message = `${anew}: ${differences.map(({ what }) => what).join("; ")}`;
    const users = usersOf(name, live);
    const reader = users[0];
    const remedy = remedies.volumeRemoval(name, users.map(({ container }) => container).sort(), reader);
    return [finding(message, remedy, "makes an empty volume; then restore the last backup")];
  });
}

/** Labels that Compose adds to what it makes from an export are no difference; which one it is of all like it is none here. */
function volumeDifferences(deployment: Deployment, volume: Volume, found: InspectedVolume) {
  const own = Object.entries(withoutHome(found.Labels ?? {})).filter(
    ([label]) => !label.startsWith("com.docker.compose.") && label !== labels.identity,
  );
  const names = Object.fromEntries(
    own.filter(([label]) => label === labels.stack || (label === labels.volume && volume.chosen)),
  );
  return [
    ...unequal("driver", found.Driver ?? "local", volume.driver ?? "local"),
    ...changedEntries("driver option", found.Options ?? {}, volume.driverOptions ?? {}),
    // The stack is the one that it was created for, and so is the key of one that the stack file names.
    ...changedEntries("label", Object.fromEntries(own), { ...volumeLabels(deployment, volume), ...names }),
  ];
}

const usersOf = (volume: string, live: Live): { container: string; path: string }[] =>
  live.containers.flatMap(({ Name, Mounts: mounts }) => {
    const mount = (mounts ?? []).find((candidate) => candidate.Type === "volume" && candidate.Name === volume);
    return mount === undefined ? [] : [{ container: nameOf(Name), path: mount.Destination }];
  });
