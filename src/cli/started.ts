import { basename, delimiter, dirname } from "node:path";
import { shellWord } from "../export/shell.ts";

export interface Start {
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * What starts this command again from the same shell: `berth` where that is on PATH, `npx berth` where npm started it
 * (npm puts a project's commands on PATH for them alone), else the words that Node was started with.
 */
export function startOf({ argv: [, script = ""], execArgv, env }: Start): string {
  const folder = dirname(script);
  if (env["npm_command"] !== undefined || folder.endsWith("node_modules/.bin")) return "npx berth";
  const isOnPath = basename(script) === "berth" && (env["PATH"] ?? "").split(delimiter).includes(folder);
  return isOnPath ? "berth" : ["node", ...execArgv, script].map(shellWord).join(" ");
}

/** How this process was started. */
export const thisCommand = startOf(process);
