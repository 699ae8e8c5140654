import type { Mount } from "../deployment/deployment.ts";
import type { Container, Realization } from "../deployment/realization.ts";
import { type Difference, unequal } from "./difference.ts";
import type { InspectedConfig, InspectedMount } from "../host/inspected.ts";

/** Volumes and directories in a container, by the path where they are. */
export function mountDifferences(
  service: Container,
  deployment: Pick<Realization, "containers">,
  live: readonly InspectedMount[] | null | undefined,
  image: InspectedConfig,
): Difference[] {
  const found = new Map(
    (live ?? [])
      .filter((mount) => mount.Type === "volume" || mount.Type === "bind")
      .map((mount) => [path(mount.Destination), mount]),
  );
  const wanted = new Map(service.mounts.map((mount) => [path(mount.target), mount]));
  const missing = [...wanted.keys()].filter((target) => !found.has(target));
  const others = [...found].filter(
    ([target, mount]) => !wanted.has(target) && !belongs(target, mount) && !isShared(target),
  );
  return [
    ...missing.map((target): Difference => ({ what: `mount ${target} is missing`, cure: "replacement" })),
    ...[...wanted].flatMap(([target, mount]) => {
      const there = found.get(target);
      if (there === undefined) return [];
      const propagation = mount.kind === "directory" ? mount.propagation : undefined;
      return [
        ...unequal(`mount ${target}`, liveText(there), text(mount)),
        ...(propagation === undefined
          ? []
          : unequal(`propagation of mount ${target}`, there.Propagation ?? "rprivate", propagation)),
      ];
    }),
    ...others.map(([target, mount]): Difference => ({
      what: `mount ${target} (${liveText(mount)}) is not its own`,
      cure: "replacement",
    })),
  ];

  /** What it has of other containers; of one that is none of the deployment's, that may be anything. */
  function isShared(target: string): boolean {
    return (service.volumesFrom ?? []).some(({ from }) => {
      const other = deployment.containers.find(({ key }) => key === from.service);
      return other === undefined || other.mounts.some((mount) => path(mount.target) === target);
    });
  }

  /** Anonymous volumes of the image, and secrets that Compose mounts where the engine uploads them. */
  function belongs(target: string, mount: InspectedMount): boolean {
    const anonymous = mount.Type === "volume" && /^[0-9a-f]{64}$/.test(mount.Name ?? "");
    const ofImage = Object.keys(image.Volumes ?? {}).some((volume) => path(volume) === target);
    return (anonymous && ofImage) || service.files.some((file) => file.target === target);
  }
}

const path = (target: string): string => target.replace(/(.)\/+$/, "$1");

const text = (mount: Mount): string =>
  `${mount.kind} ${mount.kind === "volume" ? mount.volume : mount.path}${mount.readOnly ? ", read-only" : ""}`;

const liveText = ({ Type: type, Name: name, Source: source, RW: writable }: InspectedMount): string =>
  `${type === "volume" ? `volume ${name ?? ""}` : `directory ${path(source ?? "")}`}${writable ? "" : ", read-only"}`;
