import { hostname } from "node:os";
import type { Claim } from "../claims/claim.ts";
import type { Ownership } from "../conflicts/ownership.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { labels } from "../deployment/label-names.ts";
import { type Known, knownIds, knownOf, type StateResource } from "./state.ts";
import { foreignId } from "../notation/home.ts";
import { stateFolder } from "../config/backend.ts";
import { stateFileIn, stateObject } from "./state-file.ts";

/**
 * What the deployments of a project own beyond their labels. The states themselves are read only where something live has
 * labels that do not match, and only from a backend that is a folder; of others, labels alone count.
 */
export function ownershipOf(root: string, deployments: readonly Deployment[], claims: readonly Claim[]): Ownership {
  const home = deployments.find((deployment) => deployment.home !== undefined)?.home;
  const ids = new Set(deployments.map(({ id }) => id));
  const projects = new Set(deployments.map(({ id }) => projectOf(id)));
  const isDoubtful = ({ owner }: Claim): boolean =>
    "resource" in owner &&
    owner.id !== undefined &&
    ((owner.home !== undefined && owner.home.hash !== home?.hash) ||
      (!ids.has(owner.id) && projects.has(projectOf(owner.id))));
  const doubtful = claims.filter(isDoubtful);
  if (doubtful.length === 0) return { home };
  const folder = stateFolder(root);
  const owned = new Map<string, string>();
  const renamed = new Map<string, string>();
  for (const { id } of folder === undefined ? [] : deployments) {
    const known = folder === undefined ? undefined : stateIn(folder, id);
    if (known === undefined) continue;
    for (const resource of knownIds(known)) owned.set(resource, id);
    for (const former of known.ids) if (!ids.has(former)) renamed.set(former, id);
  }
  return { home, owned, renamed, gone: goneHomes(doubtful) };
}

/**
 * Gives what is live to deployments by its labels. What was created from another state that is still there is another
 * party's, although its deployment has the same id, unless the state here holds it.
 */
export function ownerBy(
  root: string,
  deployments: readonly Deployment[],
): (live: Readonly<Record<string, string>>, resource: string) => string {
  const homes = new Map(deployments.map(({ id, home }) => [id, home]));
  const held = new Map<string, ReadonlySet<string>>();
  const holds = (id: string, resource: string): boolean => {
    const ids = held.get(id) ?? idsIn(stateFolder(root), id);
    held.set(id, ids);
    return ids.has(resource);
  };
  return ({ [labels.stack]: id = "", [labels.home]: hash, [labels.place]: place = "another place" }, resource) => {
    const home = homes.get(id);
    if (home === undefined || hash === undefined || hash === home.hash) return id;
    return presenceOf(place, id) === "gone" || holds(id, resource) ? id : foreignId(id, place);
  };
}

const projectOf = (id: string): string => id.split("/").slice(0, 2).join("/");

/** Hashes of homes on this machine whose state is not there any more. */
export function goneHomes(claims: readonly Claim[]): ReadonlySet<string> {
  const gone = new Set<string>();
  for (const { owner } of claims) {
    if (!("home" in owner) || owner.home === undefined || owner.id === undefined || gone.has(owner.home.hash)) continue;
    if (presenceOf(owner.home.place, owner.id) === "gone") gone.add(owner.home.hash);
  }
  return gone;
}

/** Whether a place still holds the state of a deployment; only of folders of this machine can that be said. */
export function presenceOf(place: string, id: string): "there" | "gone" | "unknown" {
  const machine = `${hostname()}:/`;
  if (!place.startsWith(machine)) return "unknown";
  return fileOf(place.slice(machine.length - 1), id) === undefined ? "gone" : "there";
}

/** Ids of what a folder's state of a deployment holds. */
function idsIn(folder: string | undefined, id: string): ReadonlySet<string> {
  const known = folder === undefined ? undefined : stateIn(folder, id);
  return known === undefined ? new Set() : knownIds(known);
}

/** What a folder's state of a deployment holds; undefined where there is none, or none that can be read. */
function stateIn(folder: string, id: string): Known | undefined {
  const file = fileOf(folder, id);
  const resources = file === undefined ? undefined : resourcesIn(file);
  return resources && knownOf(resources);
}

/** What a state file holds; undefined where it cannot be read: the engine says what is wrong with it. */
export function resourcesIn(file: string): readonly StateResource[] | undefined {
  try {
    const { checkpoint } = stateObject(file) as { checkpoint?: { latest?: { resources?: readonly StateResource[] } } };
    return checkpoint?.latest?.resources ?? [];
  } catch {
    return undefined;
  }
}

/** The state file of a deployment in a backend's folder. */
export function fileOf(folder: string, id: string): string | undefined {
  const [, project = "", stack = ""] = id.split("/");
  return stateFileIn(folder, project, stack);
}
