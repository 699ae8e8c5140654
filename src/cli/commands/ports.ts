import { Command } from "commander";
import { observe } from "../../inventory/observe.ts";
import { readSiblings } from "../../inventory/project.ts";
import { type PortRow, portRows } from "../../report/ports.ts";
import { notLookedAtText, reportText } from "../../report/text.ts";
import { Outcome } from "../outcome.ts";
import { exitCodeOf, print, printJson, projectOf } from "../project.ts";
import { withProgress } from "../progress.ts";
import { told } from "../told.ts";
import { tableText } from "../table.ts";

export const portsCommand = (): Command =>
  new Command("ports")
    .description("List every host port that a deployment, a container or a process holds.")
    .option("--offline", "look at files only; ask no host")
    .option("--json", "print a list of objects: port, protocol, address, endpoint, key, holder")
    .action(async (options: { offline?: boolean; json?: boolean }, command: Command) => {
      const { deployments, unknown: findings } = readSiblings(projectOf(command));
      const { inventory } = await withProgress("looking at hosts", () =>
        observe(deployments, options.offline !== true, findings, [], "all"),
      );
      const rows = portRows(inventory.claims);
      if (options.json) printJson(rows);
      else print(tableText(["PORT", "HELD BY", "SERVICE", "LIVE", "WHERE"], rows.map(cells)));
      for (const gap of inventory.notLookedAt) process.stderr.write(`${notLookedAtText(gap)}\n`);
      const code = exitCodeOf(inventory.findings);
      if (code !== 0) throw new Outcome(code, reportText(told(inventory.findings), []));
    });

function cells({ key, endpoint, holder }: PortRow): string[] {
  const { stack, service, container, process: program, file, path } = holder;
  const live = container ?? program;
  const where = file === undefined ? endpoint : `${file}: ${path ?? ""}`;
  return [key, stack ?? (container === undefined ? "process" : "container"), service ?? "", live ?? "", where];
}
