import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { PulumiCommand, Stack } from "@pulumi/pulumi/automation/index.js";
import { parseDocument } from "yaml";

/** Pulumi as an engine for one project, over the Automation API. */
export interface Engine {
  readonly command: PulumiCommand;
  /** The stack of that name, made where the backend has none. */
  stack(name: string): Promise<Stack>;
  /** As `stack`, but undefined where the backend has none. */
  existing(name: string): Promise<Stack | undefined>;
}

export interface EngineWish {
  /** Fetch the CLI the official way where it is not on PATH. */
  readonly install?: boolean;
  /** Told once for each thing that was made on the way: a passphrase, a directory. */
  readonly notice?: (text: string) => void;
}

/** Why there is no engine, and what the person can do. */
export class EngineMissing extends Error {}

/** @throws {EngineMissing} where the Pulumi CLI is neither on PATH nor to be had. */
export async function openEngine(
  root: string,
  { install = true, notice = () => {} }: EngineWish = {},
): Promise<Engine> {
  const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  const command = await pulumiCommand(install, notice);
  makeStateDirectory(root, notice);
  const envVars = { PULUMI_SKIP_UPDATE_CHECK: "true", ...passphrase(root, notice) };
  const options = { workDir: root, pulumiCommand: command, envVars };
  return {
    command,
    stack: (stackName) => LocalWorkspace.createOrSelectStack({ stackName, workDir: root }, options),
    existing: async (stackName) => {
      const workspace = await LocalWorkspace.create(options);
      const known = await workspace.listStacks();
      if (!known.some(({ name }) => name === stackName || name.endsWith(`/${stackName}`))) return undefined;
      return LocalWorkspace.selectStack({ stackName, workDir: root }, options);
    },
  };
}

async function pulumiCommand(install: boolean, notice: (text: string) => void): Promise<PulumiCommand> {
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
  const byHand = "install it by hand: https://www.pulumi.com/docs/install/";
  if (!install) throw new EngineMissing(`the Pulumi CLI is not on PATH; ${byHand}`);
  notice("the Pulumi CLI is not on PATH; fetching it");
  try {
    return await PulumiCommand.install({ root });
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
    throw new EngineMissing(`the Pulumi CLI is not on PATH and could not be fetched (${reason}); ${byHand}`);
  }
}

/** A `file://` backend wants its directory to exist; others need nothing. */
function makeStateDirectory(root: string, notice: (text: string) => void): void {
  const settings = parseDocument(readFileSync(join(root, "Pulumi.yaml"), "utf8")).toJS() as {
    backend?: { url?: string };
  };
  const url = process.env["PULUMI_BACKEND_URL"] ?? settings.backend?.url;
  const path = /^file:\/\/(\.[^~]*)$/.exec(url ?? "")?.[1];
  if (path === undefined || existsSync(join(root, path))) return;
  mkdirSync(join(root, path), { recursive: true, mode: 0o700 });
  notice(`made the directory ${path} for Pulumi's state`);
}

/** The person's own passphrase where one is set, else one that is generated once and kept in the project. */
function passphrase(root: string, notice: (text: string) => void): Record<string, string> {
  if (
    process.env["PULUMI_CONFIG_PASSPHRASE"] !== undefined ||
    process.env["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined
  )
    return {};
  const file = passphraseFile(root);
  if (!existsSync(file)) {
    mkdirSync(join(root, ".berth"), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
    notice(
      "no passphrase is set: made one in .berth/passphrase (mode 0600, ignored by git); keep a copy, it decrypts the stacks' secrets",
    );
  }
  chmodSync(file, 0o600);
  return { PULUMI_CONFIG_PASSPHRASE_FILE: file };
}

export const passphraseFile = (root: string): string => join(root, ".berth", "passphrase");
