import type { Finding } from "../conflicts/finding.ts";
import type { Deployment, Volume } from "../deployment/deployment.ts";
import { volumeLabels } from "../deployment/labels.ts";
import { labels } from "../deployment/names.ts";
import { nameOf } from "./container.ts";
import { changedEntries, unequal } from "./difference.ts";
import type { Known } from "./known.ts";
import type { Live, LiveVolume } from "./live.ts";
import { Remedies } from "./remedy.ts";

/** Volumes that are gone, or were made anew: nothing of a volume can change but the whole. */
export function volumeFindings(deployment: Deployment, live: Live, known?: Known): Finding[] {
  const remedies = new Remedies(deployment);
  return deployment.volumes.flatMap((volume): Finding[] => {
    const { name, key, adopted } = volume;
    const found = live.volumes.find(({ Name }) => Name === name);
    if (found === undefined) {
      const gone = known !== undefined && name in known.volumes;
      const message = gone ? "is gone, and the data in it" : "does not exist";
      const note = gone ? "makes an empty volume; the data is in the last backup, if there is one" : undefined;
      return [finding(deployment, volume, message, remedies.up, note)];
    }
    if (!adopted && !isOurs(found, deployment)) {
      const message = "was made by somebody else, so its data may be gone";
      return [finding(deployment, volume, message, remedies.adoption(key), "if its data is right")];
    }
    return remade(deployment, volume, found, live, known);
  });
}

/** Of the deployment's own volumes those that were made anew by hand, which no refresh sees and no `up` mends. */
export const remadeVolumes = (deployment: Deployment, live: Live, known: Known): Finding[] =>
  deployment.volumes.flatMap((volume) => {
    const found = live.volumes.find(({ Name }) => Name === volume.name);
    const isOwn = found !== undefined && (volume.adopted || isOurs(found, deployment));
    return isOwn ? remade(deployment, volume, found, live, known) : [];
  });

const isOurs = ({ Labels }: LiveVolume, { id }: Deployment): boolean => Labels?.[labels.stack] === id;

function remade(deployment: Deployment, volume: Volume, found: LiveVolume, live: Live, known?: Known): Finding[] {
  const { name } = volume;
  const remedies = new Remedies(deployment);
  const differences = volume.adopted ? [] : volumeDifferences(deployment, volume, found);
  if (differences.length > 0) {
    const message = `was made anew, so its data may be gone: ${differences.map(({ what }) => what).join("; ")}`;
    const users = usersOf(name, live);
    const remedy = remedies.volumeRemoval(name, users.map(({ container }) => container).sort(), users[0]);
    return [finding(deployment, volume, message, remedy, "makes an empty volume; then restore the last backup")];
  }
  const made = known?.volumes[name];
  if (made === undefined || found.CreatedAt === undefined || Date.parse(made) === Date.parse(found.CreatedAt))
    return [];
  const message = `was made anew at ${found.CreatedAt}, so the data of the one made at ${made} is gone`;
  return [finding(deployment, volume, message, remedies.up, "takes it as it is; restore the last backup before")];
}

const finding = (
  { stack }: Deployment,
  { name, source }: Volume,
  message: string,
  remedy: string,
  remedyNote?: string,
): Finding => ({
  code: "volume-drifted",
  severity: "warning",
  kind: "drift",
  key: name,
  message,
  wanted: { stack, ...source },
  held: { volume: name },
  remedy,
  remedyNote,
});

/** Labels that Compose adds to what it makes from an export are no difference. */
function volumeDifferences(deployment: Deployment, volume: Volume, found: LiveVolume) {
  const own = Object.entries(found.Labels ?? {}).filter(([label]) => !label.startsWith("com.docker.compose."));
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
