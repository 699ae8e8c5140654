import { basename, delimiter, dirname } from "node:path";
import { parseArgs } from "node:util";
import { shellWord } from "../notation/shell-quote.ts";

export interface Start {
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * What starts this command again from the same shell: `berth` where that is on PATH, `npx berth` where npm started it
 * (npm puts a project's commands on PATH for them alone), else the words that Node was started with. It keeps the folder
 * that -C names: without it, the same command would change another project's stack of that name.
 */
export function startOf(start: Start): string {
  const folder = folderIn(start.argv.slice(2));
  return folder === undefined ? programOf(start) : `${programOf(start)} -C ${shellWord(folder)}`;
}

function folderIn(args: readonly string[]): string | undefined {
  const options = { directory: { type: "string", short: "C" }, stack: { type: "string", short: "s" } } as const;
  const { directory } = parseArgs({ args: [...args], options, strict: false }).values;
  return typeof directory === "string" ? directory : undefined;
}

function programOf({ argv: [, script = ""], execArgv, env }: Start): string {
  const folder = dirname(script);
  if (env["npm_command"] !== undefined || folder.endsWith("node_modules/.bin")) return "npx berth";
  const isOnPath = basename(script) === "berth" && (env["PATH"] ?? "").split(delimiter).includes(folder);
  return isOnPath ? "berth" : ["node", ...execArgv, script].map(shellWord).join(" ");
}

/** How this process was started. */
export const thisCommand = startOf(process);
