import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { once } from "node:events";
import { promisify } from "node:util";
import type { PulumiCommand, Stack } from "@pulumi/pulumi/automation/index.js";
import { readText } from "../disk/read-text.ts";
import { stackFileName } from "../config/stack-file.ts";
import { projectDefaults } from "../config/project-defaults.ts";
import type { StateResource } from "./state.ts";
import { backendUrl, stateFolder } from "../config/backend.ts";
import { inOwnGroup } from "./process.ts";
import { readerVariable } from "./reader-variable.ts";
import { instruction } from "../findings/remedy.ts";
import { NotReached, Stopped } from "../findings/stopped.ts";
import { assertPassphrase, ignoredByGit, looseFiles } from "../disk/private-files.ts";
import { pathFindings } from "./project-path.ts";
import { onEndSignals } from "./signals.ts";
import { rejectBrokenState, type StateFiles } from "./state-files.ts";
import { notWritten, writeNewFile } from "../disk/write-files.ts";

/** Pulumi as an engine for one project, over the Automation API. Its errors: see {@link engineWords}. */
export interface Engine {
  readonly command: PulumiCommand;
  /** The stack of that name, made where the backend has none. */
  stack(name: string): Promise<Stack>;
  /** As `stack`, but undefined where the backend has none; nothing is made. */
  existing(name: string): Promise<Stack | undefined>;
  /** Lets a destroy remove everything of a stack. */
  unprotect(name: string): Promise<void>;
  /** Lets a destroy keep these resources. */
  protect(name: string, urns: readonly string[]): Promise<void>;
  /** Releases the lock of a stack, whichever process holds it. */
  cancel(name: string): Promise<void>;
  /** Runs `pulumi config …` on this process's own terminal or pipes, on a stack made where there is none; its exit code. */
  config(name: string, args: readonly string[]): Promise<number>;
}

export interface EngineOptions {
  /** Fetch the CLI the official way where it is not on PATH. */
  readonly install?: boolean;
  /** Told once for each thing that was made on the way: a passphrase, a directory. */
  readonly notice?: (text: string) => void;
  /** What starts berth in the shell where the engine's output is read; the program then prints remedies for berth. */
  readonly berth?: string;
}

/** Why there is no engine, and what the person can do. */
export class EngineMissing extends NotReached {}

/** @throws {EngineMissing} where the Pulumi CLI is neither on PATH nor to be had. */
export async function openEngine(
  root: string,
  { install = true, notice = () => {}, berth }: EngineOptions = {},
): Promise<Engine> {
  const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  const pulumiCommand = await inOwnGroup(await commandOf(install, notice));
  const [path] = pathFindings(root, () => backendUrl(root));
  if (path !== undefined) throw new Stopped("mistake", `${path.message ?? ""}; move the project:`, path.remedy);
  checkPrivateFiles(root, notice);
  const directory = stateDirectory(root);
  const reading: Record<string, string> = berth === undefined ? {} : { [readerVariable]: berth };
  const env = () => ({ ...process.env, ...environment(root) });
  const rejectBroken = (stack: string): void => {
    const files = stateFilesOf(root, stack);
    if (files !== undefined) rejectBrokenState(files);
  };
  const make = (stackName: string): Promise<Stack> => {
    rejectBroken(stackName);
    if (directory !== undefined) makeStateDirectory(directory, notice);
    makePassphrase(root, stackName, notice);
    for (const folder of [directory, dirname(passphraseFile(root))])
      if (folder !== undefined && existsSync(folder)) ignoredByGit(folder);
    return LocalWorkspace.createOrSelectStack({ stackName, workDir: root }, options());
  };
  const options = () => ({ workDir: root, pulumiCommand, envVars: { ...environment(root), ...reading } });
  return {
    command: pulumiCommand,
    stack: make,
    existing: async (stackName) => {
      if (directory !== undefined && !existsSync(directory)) return undefined;
      const workspace = await LocalWorkspace.create(options());
      const known = await workspace.listStacks();
      if (!known.some(({ name }) => name === stackName || name.endsWith(`/${stackName}`))) return undefined;
      rejectBroken(stackName);
      return LocalWorkspace.selectStack({ stackName, workDir: root }, options());
    },
    cancel: async (stackName) => {
      const args = ["cancel", "--yes", "--non-interactive", "--stack", stackName];
      await promisify(execFile)(pulumiCommand.command, args, { cwd: root, env: env() });
    },
    unprotect: async (stackName) => {
      const args = ["state", "unprotect", "--all", "--yes", "--non-interactive", "--stack", stackName];
      await promisify(execFile)(pulumiCommand.command, args, { cwd: root, env: env() });
    },
    protect: async (stackName, urns) => {
      if (urns.length === 0) return;
      const args = ["state", "protect", ...urns, "--yes", "--non-interactive", "--stack", stackName];
      await promisify(execFile)(pulumiCommand.command, args, { cwd: root, env: env() });
    },
    config: async (stackName, args) => {
      await make(stackName);
      const words = ["config", ...args, "--stack", stackName];
      const child = spawn(pulumiCommand.command, words, { cwd: root, env: env(), stdio: "inherit" });
      // A terminal's Ctrl-C reaches both; any other signal only this process.
      const release = onEndSignals(() => void child.kill("SIGINT"));
      const [code] = (await once(child, "close").finally(release)) as [number | null];
      return code ?? 1;
    },
  };
}

/** What the engine complained about when it failed, line by line; empty for an error that is not its own. */
export function engineWords(error: unknown): string[] {
  type Ended = { readonly stderr?: string };
  const ended = error as (Ended & { readonly commandResult?: Ended }) | undefined;
  const [first = "", ...lines] = (ended?.commandResult?.stderr ?? ended?.stderr ?? "").split("\n");
  // Of the rest some is the engine's usual output: a complaint begins with "error:" and may go on with indented lines.
  let complains = false;
  const words = [first, ...lines].filter((text) => {
    complains = text.startsWith("error: ") || (complains && /^\s+\S/.test(text));
    return complains;
  });
  const problems = words.length > 0 || first === "" ? words : [first.replace(/: pulumi .*/, "")];
  return problems.map((text) => text.replace(/^error: /, "").trimEnd());
}

async function commandOf(fetches: boolean, notice: (text: string) => void): Promise<PulumiCommand> {
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  const root = join(homedir(), ".cache", "berth", "pulumi");
  try {
    return await PulumiCommand.get();
  } catch {
    try {
      return await PulumiCommand.get({ root });
    } catch {
      // neither on PATH nor fetched before
    }
  }
  const install = instruction("install it manually: https://www.pulumi.com/docs/install/");
  if (!fetches) throw new EngineMissing("the Pulumi CLI is not on PATH", install);
  notice("the Pulumi CLI is not on PATH; fetching it");
  try {
    return await PulumiCommand.install({ root });
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
    throw new EngineMissing(`the Pulumi CLI is not on PATH and could not be fetched (${reason})`, install);
  }
}

/** Where a `file://` backend keeps a stack's state; undefined of any other backend. */
export function stateFilesOf(root: string, stack: string): StateFiles | undefined {
  const folder = stateFolder(root);
  return folder === undefined ? undefined : { root, folder, project: projectDefaults(root).project, stack };
}

/** The directory of a `file://` backend within the project, which has to exist; other backends have none. */
function stateDirectory(root: string): string | undefined {
  const path = /^file:\/\/(\.[^~]*)$/.exec(backendUrl(root))?.[1];
  return path === undefined ? undefined : join(root, path);
}

function makeStateDirectory(directory: string, notice: (text: string) => void): void {
  if (existsSync(directory)) return;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw notWritten(directory, error);
  }
  notice(`made the directory ${directory} for Pulumi's state`);
}

/** The passphrase that counts must be one, and who else may read it or the state is said. */
function checkPrivateFiles(root: string, notice: (text: string) => void): void {
  const own = passphraseFile(root);
  const named = process.env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  const file = isPassphraseSet() ? named : existsSync(own) ? own : undefined;
  const counts = file !== undefined && process.env["PULUMI_CONFIG_PASSPHRASE"] === undefined;
  if (counts) assertPassphrase(file);
  // The command that helps stands alone on its line.
  for (const text of looseFiles(root, counts && file !== own ? [file] : [])) text.split("\n").forEach(notice);
}

const isPassphraseSet = (): boolean =>
  process.env["PULUMI_CONFIG_PASSPHRASE"] !== undefined || process.env["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined;

/** The person's own passphrase where one is set, else the one that is kept in the project. */
function environment(root: string): Record<string, string> {
  const file = passphraseFile(root);
  const own = isPassphraseSet() || !existsSync(file) ? undefined : { PULUMI_CONFIG_PASSPHRASE_FILE: file };
  return { PULUMI_SKIP_UPDATE_CHECK: "true", ...own };
}

/** Generated once where none is set and kept in the project; never for a stack that is encrypted with another one. */
function makePassphrase(root: string, stack: string, notice: (text: string) => void): void {
  const file = passphraseFile(root);
  // Pulumi's own service keeps the keys itself.
  if (isPassphraseSet() || existsSync(file) || backendUrl(root).startsWith("https://")) return;
  const stackFile = join(root, stackFileName(stack));
  const encryption = existsSync(stackFile) ? readText(stackFile) : "";
  if (/^secretsprovider: (?!passphrase)/m.test(encryption)) return;
  if (/^encryptionsalt:/m.test(encryption))
    throw new NotReached(
      `${stackFileName(stack)} is encrypted with a passphrase that is not here: set PULUMI_CONFIG_PASSPHRASE, or write it into ${file}`,
    );
  const text = `${randomBytes(32).toString("base64url")}\n`;
  if (!writeNewFile(file, text, 0o600)) return;
  notice(
    "no passphrase is set: made one in .berth/passphrase (mode 0600, ignored by git); keep a copy, it decrypts the stacks' secrets",
  );
}

const passphraseFile = (root: string): string => join(root, ".berth", "passphrase");

/** What an update that was cut off had begun. */
interface Pending {
  readonly type: string;
  readonly resource: { readonly type: string; readonly inputs?: { readonly name?: string } };
}

/** What updates that were cut off had begun, as the engine's state has it. */
export async function pendingOf(stack: Stack): Promise<readonly Pending[]> {
  const { deployment } = (await stack.exportStack()) as { deployment: { pending_operations?: Pending[] } };
  return deployment.pending_operations ?? [];
}

/** What the engine's state holds of a stack. */
export async function resourcesOf(stack: Stack): Promise<readonly (StateResource & { readonly urn: string })[]> {
  const { deployment } = (await stack.exportStack()) as {
    deployment: { resources?: (StateResource & { urn: string })[] };
  };
  return deployment.resources ?? [];
}
