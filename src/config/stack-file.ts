import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isMap, LineCounter, parseDocument } from "yaml";
import type { Checked, Finding } from "../conflicts/finding.ts";
import { meant } from "./schema.ts";
import { type RawStack, type StackConfig, stackConfig } from "./stack-config.ts";

const namespace = "berth:";
const stackFile = /^Pulumi\.([A-Za-z0-9._-]+)\.ya?ml$/;

export const stackFileName = (stack: string): string => `Pulumi.${stack}.yaml`;

/** The stacks that have a file in the project, deployed or not, sorted by name. */
export function listStacks(root: string): string[] {
  return readdirSync(root)
    .flatMap((name) => stackFile.exec(name)?.[1] ?? [])
    .sort();
}

/**
 * Reads one stack file. A file that is empty, unreadable or no YAML is a finding `stack-unreadable`:
 * what the stack claims is then unknown, and unknown is not nothing.
 * @param defaults the project's own `berth:` defaults (see {@link projectDefaults}); the stack's keys win.
 */
export function readStackFile(
  root: string,
  stack: string,
  defaults: Readonly<Record<string, unknown>> = {},
): Checked<StackConfig> {
  const file = stackFileName(stack);
  let text: string;
  try {
    text = readFileSync(join(root, file), "utf8");
  } catch (error) {
    return unreadable(stack, file, `cannot be read: ${reason(error)}`, `make ${file} readable, or remove it`);
  }
  return parseStack(text, stack, file, defaults);
}

/** As {@link readStackFile}, of text at hand. */
export function parseStack(
  text: string,
  stack: string,
  file: string,
  defaults: Readonly<Record<string, unknown>> = {},
): Checked<StackConfig> {
  if (text.trim() === "") {
    return unreadable(
      stack,
      file,
      "is empty",
      `write its configuration (berth new ${stack}), or remove it: rm ${file}`,
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) {
    return unreadable(stack, file, `is no YAML: ${broken.message.split("\n")[0] ?? ""}`, `mend ${file}`);
  }
  if (!isMap(document.contents)) {
    return unreadable(stack, file, "holds no keys", `write a map with the key config: into ${file}`);
  }
  const content = document.toJS() as { config?: unknown };
  const config = content.config ?? {};
  if (typeof config !== "object" || Array.isArray(config)) {
    return unreadable(
      stack,
      file,
      "has a config: that is no map",
      `write keys like berth:prefix under config: in ${file}`,
    );
  }
  const values = { ...defaults, ...berthKeys(config as Record<string, unknown>) };
  return stackConfig({ stack, file, values: values, encrypted: isEncrypted(values), line });

  function line(path: readonly (string | number)[]): number | undefined {
    for (let length = path.length; length > 0; length -= 1) {
      const node: unknown = document.getIn(
        ["config", `${namespace}${String(path[0])}`, ...path.slice(1, length)],
        true,
      );
      const range =
        typeof node === "object" && node !== null && "range" in node ? (node.range as number[] | undefined) : undefined;
      if (range?.[0] !== undefined) return lines.linePos(range[0]).line;
    }
    return undefined;
  }
}

/** Defaults for every stack, from `config:` in Pulumi.yaml; a value may be written plainly or under `value:`. */
export function projectDefaults(root: string): { project: string; defaults: Readonly<Record<string, unknown>> } {
  const content = parseDocument(readFileSync(join(root, "Pulumi.yaml"), "utf8")).toJS() as {
    name?: string;
    config?: Record<string, unknown>;
  };
  const plain = Object.entries(content.config ?? {}).map(([key, entry]) => [
    key,
    typeof entry === "object" && entry !== null && "value" in entry ? entry.value : entry,
  ]);
  return {
    project: content.name ?? basename(root),
    defaults: berthKeys(Object.fromEntries(plain) as Record<string, unknown>),
  };
}

function berthKeys(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith(namespace) ? [[key.slice(namespace.length), meant(key.slice(namespace.length), value)]] : [],
    ),
  );
}

/** An encrypted value is a map with the one key `secure`. */
function isEncrypted(values: Readonly<Record<string, unknown>>): RawStack["encrypted"] {
  return (path) => {
    const value = path
      .split(".")
      .reduce<unknown>(
        (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
        values,
      );
    return typeof value === "object" && value !== null && "secure" in value;
  };
}

function unreadable(stack: string, file: string, message: string, remedy: string): Checked<never> {
  const finding: Finding = {
    code: "stack-unreadable",
    severity: "error",
    kind: "configuration",
    key: file,
    message: `${file} ${message}`,
    wanted: { stack, file },
    remedy,
  };
  return { ok: false, findings: [finding] };
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
