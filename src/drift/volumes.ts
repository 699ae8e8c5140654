import type { Finding } from "../conflicts/finding.ts";
import type { Deployment, Volume } from "../deployment/deployment.ts";
import { volumeLabels } from "../deployment/labels.ts";
import { labels } from "../deployment/names.ts";
import { nameOf } from "./container.ts";
import { changedEntries, unequal } from "./difference.ts";
import type { Known } from "./known.ts";
import type { Live, LiveVolume } from "./live.ts";
import { Remedies } from "./remedy.ts";

/** By name of the deployment's volumes that are there: the label by which one that is made anew can be told from it. */
export const identitiesOf = (deployment: Deployment, live: Live): Record<string, string | undefined> =>
  Object.fromEntries(
    live.volumes.flatMap(({ Name: name, Labels: found }) =>
      deployment.volumes.some((volume) => volume.name === name) ? [[name, found?.[labels.identity]]] : [],
    ),
  );

/**
 * What the engine knew and is lost: it makes an empty volume without a word, or takes over the one that it finds. For the
 * preview, which the engine tells the rest.
 */
export const lostVolumes = (deployment: Deployment, live: Live, known: Known): Finding[] =>
  volumeFindings(deployment, live, known).filter(({ key }) => Object.hasOwn(known.volumes, key));

/** Volumes that are gone, or were made anew by somebody else: nothing of a volume can change but the whole. */
export function volumeFindings(deployment: Deployment, live: Live, known?: Known): Finding[] {
  const remedies = new Remedies(deployment);
  return deployment.volumes.flatMap((volume): Finding[] => {
    const { name, key, adopted, source } = volume;
    const finding = (message: string, remedy: string, remedyNote?: string): Finding => ({
      code: "volume-drifted",
      severity: "warning",
      kind: "drift",
      key: name,
      message,
      wanted: { stack: deployment.stack, ...source },
      held: { volume: name },
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
    if (found.Labels?.[labels.stack] !== deployment.id)
      return [
        finding("was made by somebody else, so its data may be gone", remedies.adoption(key), "if its data is right"),
      ];
    const anew = "was made anew, so its data may be gone";
    const differences = volumeDifferences(deployment, volume, found);
    if (differences.length === 0) {
      const made = known?.volumes[name];
      if (made === undefined || made === found.Labels?.[labels.identity]) return [];
      const note = "takes it over as it is; restore the last backup into it where its data is gone";
      return [finding(`${anew}: it is not the one that the engine made`, remedies.up, note)];
    }
    const message = `${anew}: ${differences.map(({ what }) => what).join("; ")}`;
    const users = usersOf(name, live);
    const reader = users[0];
    const remedy = remedies.volumeRemoval(name, users.map(({ container }) => container).sort(), reader);
    return [finding(message, remedy, "makes an empty volume; then restore the last backup")];
  });
}

/** Labels that Compose adds to what it makes from an export are no difference; which one it is of all like it is none here. */
function volumeDifferences(deployment: Deployment, volume: Volume, found: LiveVolume) {
  const own = Object.entries(found.Labels ?? {}).filter(
    ([label]) => !label.startsWith("com.docker.compose.") && label !== labels.identity,
  );
  return [
    ...unequal("driver", found.Driver ?? "local", "local"),
    ...changedEntries("driver option", found.Options ?? {}, {}),
    ...changedEntries("label", Object.fromEntries(own), volumeLabels(deployment, volume)),
  ];
}

const usersOf = (volume: string, live: Live): { container: string; path: string }[] =>
  live.containers.flatMap(({ Name, Mounts: mounts }) => {
    const mount = (mounts ?? []).find((candidate) => candidate.Type === "volume" && candidate.Name === volume);
    return mount === undefined ? [] : [{ container: nameOf(Name), path: mount.Destination }];
  });
