import { Command } from "commander";
import { party } from "../../conflicts/check.ts";
import type { ClaimOf } from "../../conflicts/claim.ts";
import { rules } from "../../conflicts/rules/index.ts";
import { observe } from "../../inventory/observe.ts";
import { readSiblings } from "../../inventory/project.ts";
import { reportText } from "../../report/text.ts";
import { Outcome } from "../outcome.ts";
import { exitCodeOf, print, printJson, projectOf } from "../project.ts";
import { withProgress } from "../progress.ts";
import { tableText } from "../table.ts";

export const portsCommand = (): Command =>
  new Command("ports")
    .description("List every host port that a deployment, a container or a process holds.")
    .option("--offline", "look at files only; ask no host")
    .option("--json", "print a list of objects")
    .action(async (options: { offline?: boolean; json?: boolean }, command: Command) => {
      const { deployments, findings } = readSiblings(projectOf(command));
      const { inventory } = await withProgress("looking at hosts", () =>
        observe(deployments, options.offline !== true, findings),
      );
      const claims = inventory.claims.filter((claim): claim is ClaimOf<"hostPort"> => claim.kind === "hostPort");
      const rows = claims
        .sort((a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol) || a.address.localeCompare(b.address))
        .map((claim) => ({
          port: claim.port,
          protocol: claim.protocol,
          address: claim.address,
          endpoint: claim.endpoint,
          key: rules.hostPort.key(claim),
          holder: party(claim),
        }));
      if (options.json) printJson(rows);
      else
        print(
          tableText(
            ["PORT", "HELD BY", "SERVICE", "WHERE"],
            rows.map(({ key, holder }) => [
              key,
              holder.container ?? holder.process ?? holder.stack ?? "",
              holder.service ?? (holder.container === undefined ? "" : (holder.stack ?? "")),
              holder.file === undefined ? "live" : `${holder.file}: ${holder.path ?? ""}`,
            ]),
          ),
        );
      const code = exitCodeOf(inventory.findings);
      if (code !== 0) throw new Outcome(code, reportText(inventory.findings, []));
    });
