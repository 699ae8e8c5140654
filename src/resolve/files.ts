import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import { quoted } from "../notation/quoted.ts";
import type { ContainerFile, Value } from "../deployment/deployment.ts";
import type { Filler, Path } from "./interpolate.ts";
import { normalPath } from "../notation/path.ts";
import { ownValue } from "../notation/own-value.ts";

type Grant = NonNullable<ComposeService["secrets"]>[number];

const modeAllowed = 'an octal mode in quotes, for example "0400"';

/** The files that a service gets: its secrets, under /run/secrets unless they say where, and its configs, under / likewise. */
export function containerFiles(
  key: string,
  { secrets = [], configs = [] }: ComposeService,
  blueprint: Blueprint,
  filler: Filler,
): ContainerFile[] {
  if (secrets.length + configs.length === 0) return [];
  const secret = (source: string): Value => ({
    parts: [{ secret: ownValue(blueprint.secretFiles, source) ?? source }],
  });
  const made = (grant: Grant, folder: string, content: (source: string) => Value, path: Path): ContainerFile => ({
    ...file(grant, folder, content, path, filler),
    source: blueprint.source(path),
  });
  const config = (source: string): Value =>
    filler.value(ownValue(blueprint.configs, source) ?? "", ["configs", source, "content"]);
  return [
    ...secrets.map((grant, index) => made(grant, "/run/secrets/", secret, ["services", key, "secrets", index])),
    ...configs.map((grant, index) => made(grant, "/", config, ["services", key, "configs", index])),
  ];
}

function file(
  grant: Grant,
  folder: string,
  content: (source: string) => Value,
  path: Path,
  filler: Filler,
): Omit<ContainerFile, "source"> {
  const { source, target = source, mode = "0444" } = typeof grant === "string" ? { source: grant } : grant;
  if (!/^0?[0-7]{3}$/.test(mode)) filler.wrong([...path, "mode"], `found ${quoted(mode)}`, modeAllowed);
  const text = content(source);
  // The provider puts no empty file into a container.
  if (text === "") filler.wrong(path, `the config ${source} is empty`, "at least one character");
  return {
    target: normalPath(target.startsWith("/") ? target : `${folder}${target}`),
    content: text,
    mode: mode.padStart(4, "0"),
  };
}
