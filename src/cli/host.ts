import type { Host } from "../operations/host.ts";
import { withProgress } from "./progress.ts";
import { confirm, confirmName } from "./prompts.ts";
import { withRemedy } from "../operations/operation.ts";
import { shownRemedy } from "./reader.ts";
import { lineOf, type RunOptions } from "./run-operation.ts";

/** The command line as the host of an operation: every line names its deployment, and `--yes` answers every question. */
export const commandHost = ({ json, yes = false }: RunOptions & { readonly yes?: boolean }): Host => ({
  notify: ({ about, text, remedy }) => {
    if (text !== undefined) lineOf(about, { json })(withRemedy(text, remedy, shownRemedy));
  },
  ask: async ({ text, expects, otherwise }) => {
    if (yes) return;
    if (expects === "yes") await confirm(text, otherwise);
    else await confirmName(expects.typed, text);
  },
  during: withProgress,
});
