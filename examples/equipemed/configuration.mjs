/** What the app is given at its start, and what is wrong with it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const shortestSecret = 32;
const newSecret = "50 random characters";

/**
 * Environment: PORT, LISTEN_ADDRESS, APP_ROOT (where database/, media/, staticfiles/ and VERSION are), SECRET_KEY or
 * SECRET_KEY_FILE, DEBUG, DEPLOYMENT_ENVIRONMENT, ALLOWED_HOSTS, EMAIL_BACKEND, HOSPITAL_*.
 */
export function readConfiguration(env) {
  const root = env.APP_ROOT || path.dirname(fileURLToPath(import.meta.url));
  return {
    port: env.PORT || "8000",
    address: env.LISTEN_ADDRESS || "0.0.0.0",
    version: readText(path.join(root, "VERSION")).text?.trim() || "unknown",
    settings: Object.fromEntries(
      Object.entries(env)
        .filter(([name]) => isShown(name))
        .sort(),
    ),
    secret: readSecret(env),
    allowedHosts: readAllowedHosts(env),
    database: path.join(root, "database"),
    media: path.join(root, "media"),
    staticFiles: path.join(root, "staticfiles"),
  };
}

/** The settings that may be shown to everybody. */
const isShown = (name) => /^(HOSPITAL_.*|EMAIL_BACKEND|ALLOWED_HOSTS|DEBUG|DEPLOYMENT_ENVIRONMENT)$/.test(name);

function readText(file) {
  try {
    return { text: readFileSync(file, "utf8") };
  } catch (error) {
    return { reason: error.code };
  }
}

function readSecret({ SECRET_KEY, SECRET_KEY_FILE }) {
  if (SECRET_KEY) return { text: SECRET_KEY.trim() };
  if (!SECRET_KEY_FILE) return { text: "" };
  const { text = "", reason } = readText(SECRET_KEY_FILE);
  return { text: text.trim(), file: SECRET_KEY_FILE, reason };
}

/** As Django does it: with DEBUG and no list, the local names. */
function readAllowedHosts({ ALLOWED_HOSTS = "", DEBUG }) {
  const hosts = ALLOWED_HOSTS.split(",")
    .map((host) => host.trim().toLowerCase())
    .filter(Boolean);
  return hosts.length === 0 && DEBUG === "True" ? ["localhost", ".localhost", "127.0.0.1", "[::1]"] : hosts;
}

/** Whether a Host header, its port left out, is allowed; `.example.com` covers subdomains, `*` everything. */
export function allowsHost({ allowedHosts }, header = "") {
  const host = /^([a-z0-9_.-]+|\[[a-f0-9:.]+\])(:\d+)?$/.exec(header.toLowerCase())?.[1]?.replace(/\.$/, "");
  if (host === undefined) return false;
  return allowedHosts.some((allowed) => {
    const isSubdomain = allowed.startsWith(".") && (host.endsWith(allowed) || host === allowed.slice(1));
    return allowed === "*" || allowed === host || isSubdomain;
  });
}

/** Everything that somebody has to put right, in words that say how; never the text of the secret. */
export async function misconfigurations(configuration) {
  const folders = await Promise.all([configuration.database, configuration.media].map(folderProblems));
  return [secretProblems(configuration), settingProblems(configuration), ...folders].flat();
}

function secretProblems({ secret: { text, file, reason } }) {
  const length = [...text].length;
  if (reason !== undefined) {
    return [`SECRET_KEY_FILE names ${file}, which cannot be read (${reason}): mount it so that ${me()} can read it`];
  }
  if (length === 0 && file !== undefined)
    return [`SECRET_KEY_FILE names ${file}, which is empty: put ${newSecret} in it`];
  if (length === 0)
    return [`SECRET_KEY is not set: set it to ${newSecret}, or SECRET_KEY_FILE to a file that holds them`];
  if (length >= shortestSecret) return [];
  return [`SECRET_KEY has ${length} characters and needs at least ${shortestSecret}: set it to ${newSecret}`];
}

function settingProblems({ settings: { DEBUG, DEPLOYMENT_ENVIRONMENT }, allowedHosts }) {
  const problems = [];
  const isProduction = !["development", "staging"].includes(DEPLOYMENT_ENVIRONMENT);
  if (isProduction && DEBUG !== "False") {
    const found = DEBUG === undefined ? "not set" : JSON.stringify(DEBUG);
    problems.push(`DEBUG is ${found} in production: set DEBUG to False`);
  }
  if (allowedHosts.length === 0) {
    problems.push(
      "ALLOWED_HOSTS is empty, so every request is refused: list the host names that the app is reached by",
    );
  }
  return problems;
}

async function folderProblems(folder) {
  try {
    await access(`${folder}/.`, constants.W_OK | constants.X_OK);
    return [];
  } catch ({ code }) {
    const remedy =
      code === "EACCES" ? `let ${me()} own the volume that is mounted there` : "mount a writable volume there";
    return [`${folder} cannot be written (${code}): ${remedy}`];
  }
}

const me = () => `user ${process.getuid()}:${process.getgid()}`;

/**
 * Eight hex digits by which a test sees that the secret stays the same. They are harmless for 50 random characters
 * (about 300 bits), of which 32 bits of a hash tell nothing useful; a secret too short for that gets none.
 */
export function secretFingerprint({ secret }) {
  if ([...secret.text].length < shortestSecret) return null;
  return createHash("sha256").update(secret.text).digest("hex").slice(0, 8);
}
