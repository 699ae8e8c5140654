import { labels } from "../deployment/names.ts";

/** What the engine's state holds of one deployment: only with it can a copy made by hand be told from the real thing. */
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
  /** Databases that the engine has closed to everybody; of one that an `up` was cut off before, the next `up` does it. */
  readonly closed: readonly string[];
}

export interface KnownContainer {
  readonly id: string;
  /** Its label `berth.attempt`. */
  readonly attempt?: string;
}

/** A resource as `pulumi stack export` tells it under `deployment.resources`. */
export interface StateResource {
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
  for (const { type, delete: leaves, outputs } of resources) {
    if (type === "postgresql:index/grant:Grant" && leaves !== true) closed.push(...closedBy(outputs));
    const { name, id, labels: list } = (outputs ?? {}) as { name?: unknown; id?: unknown; labels?: unknown };
    if (typeof name !== "string" || typeof id !== "string" || leaves === true) continue;
    if (type === "docker:index/container:Container") containers[name] = { id, attempt: labelOf(list, labels.attempt) };
    if (type === "docker:index/network:Network") networks[name] = id;
    if (type === "docker:index/volume:Volume") volumes[name] = labelOf(list, labels.identity);
    if (type === "postgresql:index/database:Database") databases.push(name);
    if (type === "postgresql:index/role:Role") roles.push(name);
  }
  return { containers, networks, volumes, databases, roles, closed };
}

/** Docker's ids of all containers and networks in it. */
export const knownIds = ({ containers, networks }: Known): ReadonlySet<string> =>
  new Set([...Object.values(containers).map(({ id }) => id), ...Object.values(networks)]);

/** The database of a grant that leaves nothing to everybody. */
function closedBy(outputs: unknown): string[] {
  const { role, objectType, database } = (outputs ?? {}) as { role?: string; objectType?: string; database?: string };
  return role === "public" && objectType === "database" && database !== undefined ? [database] : [];
}

function labelOf(list: unknown, wanted: string): string | undefined {
  const entries = Array.isArray(list) ? (list as { label?: string; value?: string }[]) : [];
  return entries.find(({ label }) => label === wanted)?.value;
}
