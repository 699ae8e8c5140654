import { findingCodes } from "../../src/conflicts/finding.ts";
import { code, page, table } from "./markdown.ts";

/** Every code that a finding can have. */
export function findingsPage(): string {
  return page(
    "src/conflicts/finding.ts",
    "# Findings",
    "What `pulumi preview`, `pulumi up` and `berth` report, in this order. An error stops preview and up before anything is changed; a warning is only told.",
    table(
      ["code", "what it means"],
      Object.entries(findingCodes).map(([name, meaning]) => [code(name), meaning]),
    ),
    "## As JSON",
    "`berth check --json` prints one object, a public contract: fields are added, never renamed.",
    table(
      ["field", "what it holds"],
      [
        ["`deployments[]`", "`stack`, `prefix`, `endpoint`, `running`"],
        [
          "`findings[]`",
          "`code`, `severity` (`error` or `warning`), `kind`, `key`, `message`, `allowed`, `wanted`, `held`, `remedy`, `remedyNote`",
        ],
        [
          "`wanted`, `held`",
          "the two parties: `stack` and `service` with `file`, `path` and `line`; or what is live, as `container`, `volume`, `network`, `process`, `directory` or `host`",
        ],
        [
          "`remedy`",
          "a command to paste, made sure to help; where no command can, an instruction. A stack file is changed by `berth config`, which needs no stack that the engine knows; the engine's own preview says `pulumi config`",
        ],
        ["`notLookedAt[]`", "`what` was skipped or out of reach, and `why`"],
      ],
    ),
  );
}
