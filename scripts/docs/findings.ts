import { findingClasses, findingCodes } from "../../src/findings/finding.ts";
import { code, page, table } from "./markdown.ts";

/** Every code that a finding can have. */
export function findingsPage(): string {
  return page(
    "src/findings/finding.ts",
    "# Findings",
    "What `pulumi preview`, `pulumi up` and `berth` report, in this order. An error stops preview and up before anything is changed; a warning is only reported; a note says what berth replaces, and asks for nothing.",
    table(
      ["code", "what it means", "counted as", "exit status"],
      Object.entries(findingCodes).map(([name, { class: own, meaning }]) => {
        const { noun, exit } = findingClasses[own];
        return [code(name), meaning, noun, String(exit)];
      }),
    ),
    "The exit status is that of a `berth` command that reports an error of this code; of several, an unreachable party counts most, then a mistake. Warnings and notes alone end with 0.",
    "## As JSON",
    "`berth check --json` prints one object, a public contract: fields are added, never renamed.",
    table(
      ["field", "what it holds"],
      [
        ["`deployments[]`", "`stack`, `prefix`, `endpoint`, `running`"],
        [
          "`findings[]`",
          "`code`, `severity` (`error`, `warning` or `note`), `kind`, `key`, `message`, `allowed`, `wanted`, `held`, `remedy`, `remedyNote`, `action`",
        ],
        [
          "`wanted`, `held`",
          "the two parties: `stack` and `service` with `file`, `path` and `line`; or what is live, as `container`, `volume`, `network`, `process`, `directory` or `host`",
        ],
        [
          "`remedy`",
          "a command to paste, made sure to help; where no command can, an instruction. A stack file is changed by `berth config`, which needs no stack that the engine knows; the engine's own preview says `pulumi config`",
        ],
        [
          "`action`",
          "the remedy as data: `kind` is `set`, `ask`, `secret`, `unset` or `decrypt` (a key of a stack file), `up`, `berth`, `docker` (with the endpoint's URL), `shell`, `pipe`, `sequence`, `instruction`, or `steps`, a list of these",
        ],
        ["`notLookedAt[]`", "`what` was skipped or out of reach, and `why`"],
      ],
    ),
  );
}
