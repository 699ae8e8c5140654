import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "../deployment/deployment.ts";
import { stackStates } from "./stack-state.ts";
import { writeFiles } from "./write-files.ts";

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
  const answer = (await stackStates(root, [deployment]))[deployment.stack];
  const known = answer?.kind === "known" ? answer.state.secrets : {};
  const kept = keptSecrets(root, deployment);
  const texts: Record<string, string> = {};
  const missing: string[] = [];
  for (const { name, origin } of deployment.secrets) {
    const text =
      known[name] ??
      process.env[`BERTH_SECRET_${name}`] ??
      (origin.kind === "generated" ? kept.generate(name, origin.length) : undefined);
    if (text === undefined) missing.push(name);
    else texts[name] = text;
  }
  if (missing.length === 0) kept.save();
  return { texts, missing };
}

/** Generated secrets of a deployment that no engine keeps. */
function keptSecrets(
  root: string,
  deployment: Deployment,
): { generate: (name: string, length: number) => string; save: () => void } {
  const path = join(".berth", "secrets", `${deployment.stack}.json`);
  const file = join(root, path);
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : {};
  let changed = false;
  return {
    generate: (name, length) => {
      if (kept[name] === undefined) changed = true;
      return (kept[name] ??= randomText(length));
    },
    save: () => {
      if (!changed) return;
      writeFiles(root, [{ path, text: `${JSON.stringify(kept, undefined, 2)}\n`, mode: 0o600 }]);
    },
  };
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
