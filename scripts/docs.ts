import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { extension } from "../src/blueprint/extension-schema.ts";
import { service } from "../src/blueprint/schema.ts";
import { advice } from "../src/blueprint/supported-keys.ts";
import { createProgram } from "../src/cli/program.ts";
import { stackSchema } from "../src/config/schema.ts";
import { findingCodes } from "../src/conflicts/finding.ts";

/**
 * Writes docs/reference from what the code says of itself; with --check it writes nothing and fails where a page is stale.
 */
const folder = join(import.meta.dirname, "..", "docs", "reference");

const pages: Readonly<Record<string, () => string>> = {
  "configuration.md": configuration,
  "blueprints.md": blueprints,
  "findings.md": findings,
  "commands.md": commands,
};

function configuration(): string {
  return page(
    "Configuration",
    "What can stand under `berth:` in `Pulumi.<stack>.yaml`, and under `config:` in `Pulumi.yaml` as a default for all stacks. Unknown keys are errors. `pulumi config set --path berth:ports.app 8781 -s STACK` works on all of it.",
    table(
      ["key", "default", "what"],
      Object.entries(stackSchema.shape).map(([key, schema]) => [
        `\`berth:${key}\``,
        defaultOf(schema),
        described(schema),
      ]),
    ),
  );
}

function blueprints(): string {
  return page(
    "Blueprints",
    "A blueprint is a Compose file: in `blueprints/`, or anywhere by its path. Variables are filled in as Compose does (`${NAME:-default}` and its kin, `$$` for a dollar sign) from `berth:settings` and `berth:secrets`, and from what berth knows itself: `BERTH_ID`, `BERTH_STACK`, `BERTH_PREFIX`, `BERTH_ENVIRONMENT`, `BERTH_DOMAIN`, `BERTH_SERVER_NAMES`, `BERTH_IMAGE_SLUG`, `BERTH_STATIC_DIRECTORY`.",
    "## Keys of a service",
    Object.keys(service.shape)
      .map((key) => `\`${key}\``)
      .join(", "),
    "A service with `profiles` is part of the deployments whose `berth:environment` is among them.",
    "## x-berth",
    table(
      ["key", "default", "what"],
      Object.entries(extension.shape).map(([key, schema]) => [`\`${key}\``, defaultOf(schema), described(schema)]),
    ),
    "## Keys of Compose that are not supported",
    table(
      ["key", "what to do"],
      Object.entries(advice).map(([key, text]) => [`\`${key}\``, text]),
    ),
  );
}

function findings(): string {
  return page(
    "Findings",
    "Every code that `berth check`, `berth drift` and a preview can tell. An error stops preview and up; a warning is only told.",
    table(
      ["code", "what it means"],
      Object.entries(findingCodes).map(([code, text]) => [`\`${code}\``, text]),
    ),
  );
}

function commands(): string {
  const program = createProgram();
  return page(
    "Commands",
    "`berth` adds what Pulumi has no verb for; nothing needs it to deploy. Exit codes: 0 fine, 1 findings, 2 wrong usage or configuration, 3 something could not be reached.",
    optionTable(program),
    ...program.commands.flatMap((command) => section(command, "berth")),
  );
}

function section(command: Command, parent: string): string[] {
  const name = `${parent} ${command.name()}`;
  const inner = command.commands.flatMap((sub) => section(sub, name));
  return [
    `## ${name}`,
    `\`${name} ${command.usage()}\``,
    command.description(),
    ...(command.options.length > 0 ? [optionTable(command)] : []),
    ...inner,
  ];
}

const optionTable = (command: Command): string =>
  table(
    ["option", "what"],
    command.options.map(({ flags, description }) => [`\`${flags}\``, description]),
  );

const described = (schema: z.ZodType): string =>
  schema.description ?? (schema instanceof z.ZodDefault ? described(schema.def.innerType as z.ZodType) : "");

function defaultOf(schema: z.ZodType): string {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault) {
    const value: unknown = schema.def.defaultValue;
    return typeof value === "object" ? "none" : `\`${String(value)}\``;
  }
  return "";
}

const page = (title: string, ...parts: readonly string[]): string =>
  [`# ${title}`, "<!-- made by npm run docs: change the code it comes from -->", ...parts].join("\n\n") + "\n";

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => escaped(cell)).join(" | ")} |`)
    .join("\n");

/** A cell that is no code may hold words in angle brackets, which are no tags. */
function escaped(cell: string): string {
  const line = cell.replaceAll("|", "\\|").replaceAll("\n", " ");
  return line.startsWith("`") ? line : line.replaceAll("<", "\\<");
}

const stale = Object.entries(pages).filter(([name, text]) => text() !== read(join(folder, name)));
if (process.argv.includes("--check")) {
  for (const [name] of stale) console.error(`docs/reference/${name} is stale: npm run docs`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of stale) writeFileSync(join(folder, name), text());
  console.log(stale.length === 0 ? "docs/reference is up to date" : `wrote ${stale.map(([name]) => name).join(", ")}`);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
