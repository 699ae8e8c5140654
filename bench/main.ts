import Table from "cli-table3";
import { checkResults } from "./check.ts";
import { databaseResults } from "./databases.ts";
import { engineResults } from "./engine.ts";
import { figureOf, isMet, type Result, type Row } from "./measure.ts";
import { lifecycleResults } from "./lifecycle.ts";
import { processResults } from "./process.ts";
import { readResults } from "./read.ts";

const parts: readonly (() => Promise<Result[]>)[] = [
  checkResults,
  readResults,
  processResults,
  engineResults,
  lifecycleResults,
  databaseResults,
];

const table = new Table({ head: ["what", "ms", "against", "ms", "figure", "target", ""], style: { head: [] } });
const results: Result[] = [];
for (const part of parts) results.push(...(await part()));

const rows = results.filter((result) => "measured" in result);
for (const row of rows) table.push(cells(row));
console.log(table.toString());
for (const result of results) if ("skipped" in result) console.log(`not measured: ${result.what} (${result.skipped})`);

const missed = rows.filter((row) => !isMet(row)).length;
console.log(`${rows.length - missed} of ${rows.length} targets met`);
process.exitCode = missed === 0 ? 0 : 1;

function cells(row: Row): string[] {
  const { what, measured, against, target } = row;
  const shown = (value: number): string =>
    target.kind === "ratio" ? `${value.toFixed(2)} ×` : `${value.toFixed(0)} ms`;
  return [
    what,
    measured.toFixed(1),
    against?.what ?? "",
    against?.measured.toFixed(1) ?? "",
    shown(figureOf(row)),
    `≤ ${shown(target.atMost)}`,
    isMet(row) ? "✓" : "✗",
  ];
}
