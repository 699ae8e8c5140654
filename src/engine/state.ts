import type { Kept } from "../resources/kept.ts";
import { labels, volumeId } from "../deployment/label-names.ts";

/**
 * What the engine's state holds of one deployment: only with it can a copy made outside Pulumi be distinguished from
 * the original.
 */
export interface Known {
  /** By name on the host. */
  readonly containers: Readonly<Record<string, KnownContainer>>;
  /** Id by name on the host. */
  readonly networks: Readonly<Record<string, string>>;
  /** By name on the host, the label `berth.identity` that the engine saw on it last, if any. */
  readonly volumes: Readonly<Record<string, string | undefined>>;
  /** Names of databases and roles at PostgreSQL. */
  readonly databases: readonly string[];
  readonly roles: readonly string[];
  /** What generated secrets and volumes are called in the state, so that neither is made once more under another name. */
  readonly kept: Kept;
  /** All values of the label `berth.stack` in it: those before a rename of the stack count as its own. */
  readonly ids: readonly string[];
  /** Databases that the engine has closed to everybody; of one that an `up` was cut off before, the next `up` does it. */
  readonly closed: readonly string[];
}

/** What of a state outlives it in a journal: which volumes were a deployment's. */
export interface Memory {
  readonly ids: readonly string[];
  /** As in `Known`; null for a volume without the label. */
  readonly volumes: Readonly<Record<string, string | null | undefined>>;
}

interface KnownContainer {
  readonly id: string;
  /** Its label `berth.attempt`. */
  readonly attempt?: string;
  /** Its other labels. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A resource as `pulumi stack export` prints it under `deployment.resources`. */
export interface StateResource {
  readonly urn?: string;
  readonly type: string;
  /** Replaced, and still to be deleted. */
  readonly delete?: boolean;
  readonly outputs?: unknown;
}

export function knownOf(resources: readonly StateResource[]): Known {
  const containers: Record<string, KnownContainer> = {};
  const networks: Record<string, string> = {};
  const volumes: Record<string, string | undefined> = {};
  const databases: string[] = [];
  const roles: string[] = [];
  const closed: string[] = [];
  const ids = new Set<string>();
  for (const { type, delete: leaves, outputs } of resources) {
    if (type === "berth:index:TenantDatabase" && leaves !== true) closed.push(...closedBy(outputs));
    const { name, id, labels: list } = (outputs ?? {}) as { name?: unknown; id?: unknown; labels?: unknown };
    const stack = labelOf(list, labels.stack);
    if (stack !== undefined && leaves !== true) ids.add(stack);
    if (typeof name !== "string" || typeof id !== "string" || leaves === true) continue;
    if (type === "docker:index/container:Container") containers[name] = knownContainer(id, list);
    if (type === "docker:index/network:Network") networks[name] = id;
    if (type === "docker:index/volume:Volume") volumes[name] = labelOf(list, labels.identity);
    if (type === "postgresql:index/database:Database") databases.push(name);
    if (type === "postgresql:index/role:Role") roles.push(name);
  }
  return { containers, networks, volumes, databases, roles, closed, ids: [...ids], kept: keptOf(resources) };
}

const knownContainer = (id: string, list: unknown): KnownContainer => {
  const entries = Array.isArray(list) ? (list as { label?: string; value?: string }[]) : [];
  const found = Object.fromEntries(entries.map(({ label = "", value = "" }) => [label, value]));
  return { id, attempt: found[labels.attempt], labels: found };
};

/** Whether a label `berth.stack` names the deployment, by the id that it has or one that it had before a rename. */
export const isOwnLabel = (label: string | undefined, { id }: { readonly id: string }, known?: Known): boolean =>
  label === id || (label !== undefined && known?.ids.includes(label) === true);

function keptOf(resources: readonly StateResource[]): Kept {
  const present = resources.filter((resource) => resource.delete !== true);
  const components = present.filter(({ type }) => type === "berth:index:Deployment").map(nameOf);
  const passwords: Record<string, number> = {};
  const volumes: Record<string, string> = {};
  for (const resource of present) {
    const { name, length } = (resource.outputs ?? {}) as { name?: unknown; length?: unknown };
    if (resource.type === passwordType) passwords[nameOf(resource)] = typeof length === "number" ? length : 32;
    if (resource.type === "docker:index/volume:Volume" && typeof name === "string") volumes[name] = nameOf(resource);
  }
  return { ...(components.length === 1 && { name: components[0] }), passwords, volumes };
}

/** The name that the program gave a resource: the last part of its URN. */
const nameOf = ({ urn = "" }: StateResource): string => urn.split("::").at(-1) ?? "";

/** What a generated secret is to the engine. */
export const passwordType = "random:index/randomPassword:RandomPassword";

/** Docker's ids of all containers and networks in it, and what distinguishes its volumes from others. */
export const knownIds = ({ containers, networks, volumes }: Known): ReadonlySet<string> =>
  new Set([
    ...Object.values(containers).map(({ id }) => id),
    ...Object.values(networks),
    ...Object.entries(volumes).map(([name, identity]) => volumeId(name, identity)),
  ]);

/** The database that its component has closed. */
function closedBy(outputs: unknown): string[] {
  const { closed } = (outputs ?? {}) as { closed?: unknown };
  return typeof closed === "string" ? [closed] : [];
}

function labelOf(list: unknown, wanted: string): string | undefined {
  const entries = Array.isArray(list) ? (list as { label?: string; value?: string }[]) : [];
  return entries.find(({ label }) => label === wanted)?.value;
}
