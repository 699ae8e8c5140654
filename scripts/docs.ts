import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { blueprintsPage } from "./docs/blueprints.ts";
import { commandsPage } from "./docs/commands.ts";
import { configurationPage } from "./docs/configuration.ts";
import { eventsPage } from "./docs/events.ts";
import { findingsPage } from "./docs/findings.ts";
import { blueprintFileSchema, stackFileSchema } from "./docs/schemas.ts";

/** Pages that are made from the code, by their place in the project. */
const pages: Readonly<Record<string, () => string>> = {
  "docs/reference/configuration.md": configurationPage,
  "docs/reference/blueprints.md": blueprintsPage,
  "docs/reference/findings.md": findingsPage,
  "docs/reference/commands.md": commandsPage,
  "docs/reference/events.md": eventsPage,
  "docs/reference/stack.schema.json": stackFileSchema,
  "docs/reference/blueprint.schema.json": blueprintFileSchema,
};

const root = join(import.meta.dirname, "..");
const stale = Object.entries(pages)
  .map(([file, page]) => ({ file, text: page() }))
  .filter(({ file, text }) => text !== present(file));

if (process.argv.includes("--check")) {
  for (const { file } of stale) console.error(`${file} is stale: npm run docs`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const { file, text } of stale) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    console.log(`wrote ${file}`);
  }
}

function present(file: string): string | undefined {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    return undefined;
  }
}
