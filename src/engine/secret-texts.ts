import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isMap } from "../config/raw-values.ts";
import { readText, UnreadableFile } from "../disk/read-text.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { NotReached } from "../findings/stopped.ts";
import { ignoredByGit } from "../disk/private-files.ts";
import { stackStates } from "./stack-state.ts";
import { writeFiles } from "../disk/write-files.ts";
import { ownValue } from "../notation/own-value.ts";

/** The texts of a deployment's secrets, and the names of those that cannot be had. */
export interface SecretTexts {
  readonly texts: Readonly<Record<string, string>>;
  readonly missing: readonly string[];
}

/**
 * Secrets for what is made without the engine's help (exports). Of a stack that the engine knows they are what its state
 * and configuration say. Otherwise generated ones are kept in `.berth/secrets/` (mode 0600), and given ones, which only
 * the engine can decrypt, come from `BERTH_SECRET_<NAME>`.
 */
export async function secretTexts(root: string, deployment: Deployment): Promise<SecretTexts> {
  if (deployment.secrets.length === 0) return { texts: {}, missing: [] };
  const answer = ownValue(await stackStates(root, [deployment]), deployment.stack);
  const known = answer?.kind === "known" ? answer.state.secrets : {};
  const kept = keptSecrets(root, deployment);
  const texts: Record<string, string> = {};
  const missing: string[] = [];
  for (const { name, origin } of deployment.secrets) {
    const text =
      ownValue(known, name) ??
      process.env[`BERTH_SECRET_${name}`] ??
      (origin.kind === "generated" ? kept.generate(name, origin.length) : undefined);
    if (text === undefined) missing.push(name);
    else texts[name] = text;
  }
  if (missing.length === 0) kept.save();
  return { texts, missing };
}

/** The text of one secret, as far as the engine or an earlier export knows it; nothing is generated for this. */
export async function secretTextOf(root: string, deployment: Deployment, name: string): Promise<string | undefined> {
  const answer = ownValue(await stackStates(root, [deployment]), deployment.stack);
  const known = answer?.kind === "known" ? answer.state.secrets : {};
  return (
    ownValue(known, name) ?? process.env[`BERTH_SECRET_${name}`] ?? ownValue(keptSecrets(root, deployment).kept, name)
  );
}

/** Generated secrets of a deployment that no engine keeps. */
function keptSecrets(
  root: string,
  deployment: Deployment,
): {
  readonly kept: Readonly<Record<string, string>>;
  readonly generate: (name: string, length: number) => string;
  readonly save: () => void;
} {
  const path = join(".berth", "secrets", `${deployment.stack}.json`);
  const file = join(root, path);
  const kept = keptIn(file);
  let changed = false;
  return {
    kept,
    generate: (name, length) => {
      if (ownValue(kept, name) === undefined) changed = true;
      return (kept[name] ??= randomText(length));
    },
    save: () => {
      if (!changed) return;
      writeFiles(root, [{ path, text: `${JSON.stringify(kept, undefined, 2)}\n`, mode: 0o600 }]);
      ignoredByGit(join(root, ".berth"));
    },
  };
}

/** @throws NotReached where the file cannot be read: with others in their place, the data would not open. */
function keptIn(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  try {
    const kept: unknown = JSON.parse(readText(file));
    if (isMap(kept) && Object.values(kept).every((text) => typeof text === "string"))
      return Object.assign(Object.create(null) as object, kept) as Record<string, string>;
  } catch (error) {
    if (error instanceof UnreadableFile) throw new NotReached(`${file} ${error.reason}`);
  }
  throw new NotReached(`${file} does not hold secrets by name; restore it from your copy`);
}

/** Letters and digits from the system's secure source, each equally likely. */
export function randomText(length: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += alphabet[byte % 62];
    }
  }
  return text;
}
