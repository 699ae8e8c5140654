import type { Blueprint, ComposeVolume } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import type { ExternalVolume, Volume } from "../deployment/deployment.ts";
import type { Source } from "../findings/finding.ts";
import { hostName } from "../notation/names.ts";
import { ownValue } from "../notation/own-value.ts";
import type { Filler, Path } from "./interpolate.ts";
import type { Context } from "./service.ts";
import { replicaKeys } from "../realize/realize.ts";
import type { Service } from "../deployment/deployment.ts";
import type { Places } from "./relative-paths.ts";

/** The volumes that a blueprint declares: those of the deployment, and those that are there without it. */
export interface DeclaredVolumes {
  readonly own: readonly Volume[];
  readonly external: readonly ExternalVolume[];
}

/** @param places where paths of the blueprint are, for volumes that are bind mounts by their options */
export function declaredVolumes(
  config: StackConfig,
  blueprint: Blueprint,
  prefix: string,
  { filler, places }: { readonly filler: Filler; readonly places: Places },
): DeclaredVolumes {
  const declared = Object.entries(blueprint.volumes).map(([key, volume]) => {
    const path = ["volumes", key];
    const external = externalName(key, volume, path, filler);
    return external === undefined
      ? { own: { ...named(key, config, prefix), ...driverOf(volume, path, filler, places) } }
      : { external: { key, name: external, source: blueprint.source(path) } };
  });
  return {
    own: declared.flatMap(({ own }) => own ?? []),
    external: declared.flatMap(({ external }) => external ?? []),
  };
}

function named(key: string, { adopt, source, volumes }: StackConfig, prefix: string): Volume {
  const chosen = Object.hasOwn(volumes, key);
  return {
    key,
    name: (chosen ? ownValue(volumes, key) : undefined) ?? hostName(prefix, key),
    chosen,
    adopted: adopt.includes(key),
    source: chosen ? source("volumes", key) : source("prefix"),
  };
}

/** The name of a volume that is external; undefined where it is not. */
function externalName(key: string, volume: ComposeVolume, path: Path, filler: Filler): string | undefined {
  const { external, name } = volume;
  const isExternal = typeof external === "object" || filler.flag(external, [...path, "external"]) === true;
  if (!isExternal) return undefined;
  for (const other of ["driver", "driver_opts", "labels"] as const)
    if (volume[other] !== undefined)
      filler.wrong([...path, other], "an external volume is created elsewhere, with what it has there", "no such key");
  const written = name ?? (typeof external === "object" ? external.name : undefined);
  return written === undefined ? key : filler.text(written, [...path, "name"]);
}

function driverOf(
  { driver, driver_opts, labels }: ComposeVolume,
  path: Path,
  filler: Filler,
  places: Places,
): Pick<Volume, "driver" | "driverOptions" | "labels"> {
  const filled = <T extends object>(map: T | undefined, key: string): T | undefined =>
    map === undefined || Object.keys(map).length === 0 ? undefined : filler.all(map, [...path, key]);
  const name = driver === undefined ? undefined : filler.text(driver, [...path, "driver"]);
  const options = filled(driver_opts, "driver_opts");
  const texts = filled(labels, "labels");
  const device = options?.["device"];
  // By these options it is a bind mount.
  const isBind = name === "local" && options?.["o"] === "bind" && device !== undefined;
  return {
    ...(name !== undefined && name !== "local" && { driver: name }),
    ...(options && { driverOptions: isBind ? { ...options, device: places(device).path } : options }),
    ...(texts && { labels: textsOf(texts) }),
  };
}

/**
 * The volume of a mount that names none. It is named for its service and target, so that it is kept when its container
 * is replaced, as Compose keeps it.
 */
export function anonymousVolume(
  service: string,
  target: string,
  source: Source,
  { config, prefix, volumes, external, anonymous }: Context,
): Volume {
  const slug = target.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "") || "root";
  const taken = [...volumes, ...external, ...anonymous].map(({ name }) => name);
  const isFree = (key: string): boolean => !taken.includes(named(key, config, prefix).name);
  const usual = `${service}-${slug}`;
  const key =
    [usual, ...Array.from({ length: 99 }, (_, index) => `${usual}-anonymous-${index + 1}`)].find(isFree) ?? usual;
  const volume = { ...named(key, config, prefix), source: volumeSource(key, source, config) };
  anonymous.push(volume);
  return volume;
}

const volumeSource = (key: string, source: Source, { volumes, source: inStack }: StackConfig): Source =>
  Object.hasOwn(volumes, key) ? inStack("volumes", key) : source;

/** A service's mounts with an anonymous volume for each of its replicas. */
export const withFurtherVolumes = (service: Service, replicas: number, context: Context): Service["mounts"] =>
  service.mounts.map((mount) => {
    const isAnonymous = mount.kind === "volume" && context.anonymous.some(({ name }) => name === mount.volume);
    if (!isAnonymous) return mount;
    const keys = replicaKeys({ ...service, kind: "service", replicas } as Service).slice(1);
    const ofReplicas = keys.map((key) => anonymousVolume(key, mount.target, mount.source, context).name);
    return { ...mount, ofReplicas };
  });

/** Texts by name, one without a value as the empty text. */
export const textsOf = (pairs: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(Object.entries(pairs).map(([name, text]) => [name, text ?? ""]));
