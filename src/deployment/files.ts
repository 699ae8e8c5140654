import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import { quoted } from "../conflicts/mistake.ts";
import type { ContainerFile, Value } from "./deployment.ts";
import type { Filler, Path } from "./fill.ts";
import { normalPath } from "./mounts.ts";

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
  const secret = (source: string): Value => ({ parts: [{ secret: blueprint.secretFiles[source] ?? source }] });
  const config = (source: string): Value =>
    filler.value(blueprint.configs[source] ?? "", ["configs", source, "content"]);
  return [
    ...secrets.map((grant, index) => file(grant, "/run/secrets/", secret, ["services", key, "secrets", index], filler)),
    ...configs.map((grant, index) => file(grant, "/", config, ["services", key, "configs", index], filler)),
  ];
}

function file(
  grant: Grant,
  folder: string,
  content: (source: string) => Value,
  path: Path,
  filler: Filler,
): ContainerFile {
  const { source, target = source, mode = "0444" } = typeof grant === "string" ? { source: grant } : grant;
  if (!/^0?[0-7]{3}$/.test(mode)) filler.wrong([...path, "mode"], `found ${quoted(mode)}`, modeAllowed);
  return {
    target: target.startsWith("/") ? normalPath(target) : `${folder}${target}`,
    content: content(source),
    mode: mode.padStart(4, "0"),
  };
}
