import { execFileSync } from "node:child_process";
import { cpSync, existsSync, lstatSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { isMap, isScalar, parseDocument, visit } from "yaml";
import { configKey } from "../../src/findings/config-key.ts";
import { readText } from "../../src/disk/read-text.ts";
import { stackFileName } from "../../src/config/stack-file.ts";

/**
 * A copy of the project in which one stack can be previewed by a person without its passphrase, its host or its
 * state: for pull requests. Encrypted values are placeholders there, the endpoint is this machine, no host is asked,
 * and the engine knows of nothing that is up, so the preview shows the whole deployment as it would be made. The other
 * stacks are left out: with their endpoints changed they would clash where they do not (`berth check` looks at those).
 */

export interface StrippedStack {
  /** The stack file with nothing in it but `config:`, placeholders in clear text where encrypted values were. */
  readonly text: string;
  /** Where placeholders stand, as `pulumi config set --path` takes it. */
  readonly secrets: readonly string[];
}

const placeholder = "placeholder";
/** Long and odd enough for whatever a blueprint asks of a secret. */
const standIn = "in-place-of-a-secret-".repeat(7);

/** Takes out of a stack file what only its owner can read, and leaves every other character of `config:` as it is. */
export function stripped(text: string): StrippedStack {
  const document = parseDocument(text, { merge: true });
  if (document.errors.length > 0) throw new Error("is not valid YAML; berth check reports where");
  const cuts: Cut[] = [];
  visit(document, {
    Map: (_, node) => {
      if (!isEncrypted(node.toJS(document)) || !node.range) return undefined;
      cuts.push({ from: node.range[0], to: node.range[1], by: node.flow ? placeholder : `${placeholder}\n` });
      return visit.SKIP;
    },
  });
  const { contents } = document;
  if (!isMap(contents)) throw new Error("is not a map of keys; berth check reports details");
  if (contents.flow) throw new Error("begins with {; write a key a line");
  const kept = contents.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || key.value !== "config" || !key.range) return [];
    const end = (value as { range?: readonly number[] } | null)?.range?.[2] ?? key.range[2];
    return [spliced(text, key.range[0], end, cuts)];
  });
  const { config } = document.toJS() as { config?: unknown };
  return { text: kept.join("") || "config:\n", secrets: encryptedKeys(config) };
}

interface Cut {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

function spliced(text: string, from: number, to: number, cuts: readonly Cut[]): string {
  let at = from;
  let result = "";
  for (const cut of cuts.filter((one) => one.from >= from && one.to <= to)) {
    result += text.slice(at, cut.from) + cut.by;
    at = cut.to;
  }
  return result + text.slice(at, to);
}

const isEncrypted = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  Object.keys(value).length === 1 &&
  typeof (value as { secure?: unknown }).secure === "string";

/** Also of values that an alias repeats: each place is encrypted for itself. */
function encryptedKeys(config: unknown, path: readonly (string | number)[] = []): string[] {
  if (isEncrypted(config)) return [configKey(path).slice("berth:".length)]; // the first part brings its own namespace
  if (Array.isArray(config)) return config.flatMap((item, index) => encryptedKeys(item, [...path, index]));
  if (typeof config !== "object" || config === null) return [];
  return Object.entries(config).flatMap(([key, value]) => encryptedKeys(value, [...path, key]));
}

/** What makes a preview, by name; neither state nor passphrases, dependencies nor other stacks. */
const leftOut = /^(?:node_modules|\.git|\.state|\.berth|\.env.*|.*\.secrets|Pulumi\..+\.ya?ml)$/;

/**
 * Copies the project without its stacks, and the one stack without its secrets.
 * @throws where the folder exists, or a link leads out of the project: its author may not have what is there.
 */
export function copyProject(root: string, stack: string, folder: string): StrippedStack {
  if (existsSync(folder)) throw new Error(`${folder} exists; name a folder that does not`);
  const copied = stripped(readText(join(root, stackFileName(stack)), root));
  const filter = (path: string): boolean => path === root || (!leftOut.test(basename(path)) && staysWithin(root, path));
  cpSync(root, folder, { recursive: true, verbatimSymlinks: true, filter });
  mkdirSync(join(folder, ".state"), { mode: 0o700 });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, stackFileName(stack)), copied.text);
  return copied;
}

/** True of everything but a link that leads out of the folder. @throws of that. */
function staysWithin(root: string, path: string): boolean {
  if (!lstatSync(path).isSymbolicLink()) return true;
  if (existsSync(path) && realpathSync(path).startsWith(realpathSync(root) + sep)) return true;
  throw new Error(`${relative(root, path)} is a link that leads nowhere or out of the project`);
}

/** What the engine is asked for in the copy, so that `pulumi preview` works there. */
export const preparation = (stack: string, secrets: readonly string[]): string[][] => [
  ["stack", "init", stack],
  [
    ...["config", "set-all", "--stack", stack, "--path"],
    ...["--plaintext", "berth:endpoint=local", "--plaintext", "berth:inventory=files"],
    ...secrets.flatMap((key) => ["--secret", `${key}=${standIn}`]),
  ],
];

// tsx scripts/ci/preview-copy.ts STACK FOLDER; PULUMI_CONFIG_PASSPHRASE is whatever the preview will have, too
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [stack = "", folder = ""] = process.argv.slice(2);
  try {
    const { secrets } = copyProject(process.cwd(), stack, resolve(folder));
    for (const args of preparation(stack, secrets))
      execFileSync("pulumi", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  } catch (error) {
    console.error(`${stackFileName(stack)}: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
