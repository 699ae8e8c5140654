import { exitStatusOf } from "../../findings/finding.ts";
import { Command } from "commander";
import { inventoryFor } from "../../project/inventory.ts";
import { type PortRow, portRows } from "../../report/ports.ts";
import { notLookedAtText, reportText } from "../../report/text.ts";
import { Outcome } from "../outcome.ts";
import { print, printJson, projectOf } from "../project.ts";
import { withProgress } from "../progress.ts";
import { complain } from "../terminal.ts";
import { shown } from "../reader.ts";
import { tableText } from "../table.ts";

export const portsCommand = (): Command =>
  new Command("ports")
    .description("List every host port that a deployment, a container or a process holds.")
    .option("--offline", "check files only; ask no host")
    .option("--json", "print a list of objects: port, protocol, address, endpoint, key, holder")
    .action(async (options: { offline?: boolean; json?: boolean }, command: Command) => {
      const live = options.offline !== true;
      const { inventory } = await withProgress("checking hosts", () =>
        inventoryFor(projectOf(command), { live, purpose: "list" }),
      );
      const rows = portRows(inventory.claims);
      if (options.json) printJson(rows);
      else print(tableText(["PORT", "HELD BY", "SERVICE", "LIVE", "WHERE"], rows.map(cells)));
      for (const gap of inventory.notLookedAt) complain(notLookedAtText(gap));
      const code = exitStatusOf(inventory.findings);
      if (code !== 0) throw new Outcome(code, reportText(shown(inventory.findings), []));
    });

function cells({ key, endpoint, holder }: PortRow): string[] {
  const { stack, service, container, process: program, file, path } = holder;
  const live = container ?? program;
  const where = file === undefined ? endpoint : `${file}: ${path ?? ""}`;
  return [key, stack ?? (container === undefined ? "process" : "container"), service ?? "", live ?? "", where];
}
