import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { stackFileName } from "../config/stack-file.ts";
import { stateFolder } from "../config/backend.ts";
import type { Realization } from "../deployment/realization.ts";
import { writeFiles } from "../disk/write-files.ts";
import { knownOf } from "../engine/state.ts";
import { fileOf, resourcesIn } from "../engine/states.ts";
import type { HostReport } from "../host/snapshot.ts";
import { hash } from "../notation/content-hash.ts";
import { driftBetween } from "./drift.ts";

/** What the last `up` that ended well was made of: two hashes, no texts. */
interface Release {
  /** Of the resolved deployment, the files that are read for it, and the program. */
  readonly made: string;
  /** Of the engine's state after it. */
  readonly state: string;
}

/** Why the engine is not needed: what it would leave as it is. */
export interface Unchanged {
  /** How many resources the state holds. */
  readonly resources: number;
}

/**
 * Compares a deployment with its last release and with what is live, without the engine.
 * @param hosts those that were read already, with the files in containers
 * @returns undefined where anything differs, could not be inspected, or only the engine can say: of databases on a
 * platform, of a backend that is no folder
 */
export async function unchangedSince(
  root: string,
  deployment: Realization,
  hosts: readonly HostReport[] = [],
): Promise<Unchanged | undefined> {
  const resources = resourcesOfRelease(root, deployment);
  if (resources === undefined) return undefined;
  const { findings, notLookedAt } = await driftBetween([deployment], {
    known: { [deployment.stack]: knownOf(resources) },
    hosts,
  });
  // The texts of secrets are not known here, nor does a refresh compare them: a container with others is another container.
  const gaps = notLookedAt.filter(({ what }) => !what.startsWith("values with "));
  return findings.length > 0 || gaps.length > 0 ? undefined : { resources: resources.length };
}

/** Whether a deployment is its last release: then only what is live could need the engine. */
export const isLastRelease = (root: string, deployment: Realization): boolean =>
  resourcesOfRelease(root, deployment) !== undefined;

/** What the state of a deployment holds; undefined where the deployment is not its last release, or only the engine can say. */
function resourcesOfRelease(root: string, deployment: Realization): ReturnType<typeof resourcesIn> {
  if (deployment.database !== undefined || deployment.platform !== undefined) return undefined;
  const last = read(join(root, releaseFile(deployment.stack)));
  const file = stateFile(root, deployment);
  if (last === undefined || file === undefined || last.state !== hash(readFileSync(file))) return undefined;
  return last.made === madeOf(root, deployment) ? resourcesIn(file) : undefined;
}

/** Keeps what an `up` was made of that ended well; of another backend than a folder there is nothing to keep. */
export function rememberRelease(root: string, deployment: Realization): void {
  try {
    rmSync(join(root, releaseFile(deployment.stack)), { force: true });
    const file = stateFile(root, deployment);
    if (file === undefined || !existsSync(join(root, ".berth"))) return;
    const release: Release = { made: madeOf(root, deployment), state: hash(readFileSync(file)) };
    writeFiles(root, [{ path: releaseFile(deployment.stack), text: `${JSON.stringify(release)}\n`, mode: 0o600 }]);
  } catch {
    // The next `up` starts the engine.
  }
}

const releaseFile = (stack: string): string => join(".berth", "releases", `${stack}.json`);

function read(path: string): Release | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Release;
  } catch {
    return undefined; // there was none, or it is cut off: the engine decides
  }
}

function stateFile(root: string, { id }: Realization): string | undefined {
  const folder = stateFolder(root);
  return folder === undefined ? undefined : fileOf(folder, id);
}

/** The stack file counts as it is written: secrets are in it encrypted, and the deployment does not hold their texts. */
function madeOf(root: string, deployment: Realization): string {
  const files = [stackFileName(deployment.stack), "Pulumi.yaml"].map((name) => readFileSync(join(root, name), "utf8"));
  return hash(JSON.stringify([deployment, ...files, ...programOf(root)]));
}

/** What the engine runs, by the times and sizes of its files: of berth's bundle, and of a program of the project's own. */
function programOf(root: string): string[] {
  return ["src", "dist", "index.ts", "package-lock.json"].flatMap((name) => filesIn(join(root, name))).map(stampOf);
}

function filesIn(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (!found.isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function stampOf(path: string): string {
  const { size, mtimeMs } = statSync(path);
  return `${path} ${size} ${mtimeMs}`;
}
