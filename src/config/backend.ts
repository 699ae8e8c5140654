import { createHash } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { readText } from "../disk/read-text.ts";
import type { Home } from "../notation/home.ts";

/** The URL of a project's state backend, as environment or Pulumi.yaml name it; empty where neither does. */
export function backendUrl(root: string): string {
  const own = process.env["PULUMI_BACKEND_URL"];
  if (own !== undefined) return own;
  const settings = parseDocument(readText(join(root, "Pulumi.yaml"))).toJS() as {
    backend?: { url?: unknown };
  } | null;
  const url = settings?.backend?.url;
  return typeof url === "string" ? url : "";
}

/** The folder of a `file://` backend, links resolved as far as it exists; undefined for other backends. */
export function stateFolder(root: string, url = backendUrl(root)): string | undefined {
  const path = /^file:\/\/([^?]*)/.exec(url)?.[1];
  if (path === undefined) return undefined;
  return realPath(resolve(root, path.replace(/^~(?=\/|$)/, homedir())));
}

/**
 * The home of a project's deployments. A folder counts with its machine's name, as every machine may have the same path.
 * Undefined where `pulumi login` chose the backend: then every checkout of a person has the same.
 */
export function homeOf(root: string): Home | undefined {
  const url = backendUrl(root);
  if (url === "") return undefined;
  const folder = stateFolder(root, url);
  const place = folder === undefined ? publicUrl(url) : `${hostname()}:${folder}`;
  return { hash: createHash("sha256").update(place).digest("hex").slice(0, 16), place };
}

function publicUrl(text: string): string {
  try {
    const { protocol, host, pathname } = new URL(text);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return text.replace(/\/\/[^/@]*@/, "//").replace(/[?#].*$/s, "");
  }
}

function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realPath(parent), path.slice(parent.length));
}
