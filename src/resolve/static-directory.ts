import type { Blueprint } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { quoted } from "../notation/quoted.ts";
import type { StaticDirectory } from "../deployment/deployment.ts";
import type { Filler } from "./interpolate.ts";
import { normalPath } from "../notation/path.ts";

/** The directory that a web server hands out, where the blueprint has one. Its path stands in files of nginx, so few characters may. */
export function staticDirectoryOf(
  config: StackConfig,
  blueprint: Blueprint,
  filler: Filler,
): StaticDirectory | undefined {
  const written = blueprint.extension.static;
  if (written === undefined) return undefined;
  const place = ["x-berth", "static"];
  const directory = filler.text(written.directory, [...place, "directory"]);
  const path = normalPath(directory);
  if (!/^\/[A-Za-z0-9._\-/]+$/.test(path))
    filler.wrong(
      [...place, "directory"],
      `found ${quoted(directory)}`,
      "an absolute path of letters, digits, . _ - and /",
    );
  const url = filler.text(written.url, [...place, "url"]).replace(/\/*$/, "/");
  return {
    path,
    url,
    adopted: config.adopt.includes("static"),
    source: blueprint.source([...place, "directory"]),
  };
}
