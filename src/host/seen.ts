import type { NotLookedAt } from "../findings/gap.ts";
import { labels, volumeId } from "../deployment/label-names.ts";
import type { HostSnapshot, HostReport, LiveContainer, Measured } from "./snapshot.ts";

/** What the state of deployments follows from: their containers, known by their labels. `seenOf` has it from a snapshot. */
export type Look = ({ readonly kind: "seen" } & Seen) | Extract<HostReport, { kind: "unreachable" }>;

export interface Seen extends Pick<HostSnapshot, "at" | "capacity"> {
  readonly containers: readonly SeenContainer[];
  /** Containers that are listed and could not be described. */
  readonly unseen: readonly { readonly name: string; readonly deployment: string; readonly why: string }[];
  /** Ids of deployments that have a volume. */
  readonly volumesOf: readonly string[];
  readonly notLookedAt: readonly NotLookedAt[];
}

export interface SeenContainer {
  readonly id: string;
  readonly name: string;
  /** Id of its deployment, by its label `berth.stack`; see `foreignId` of what another state manages. */
  readonly deployment: string;
  /** Its label `berth.service`. */
  readonly service: string;
  /** Docker's word: created, running, paused, restarting, exited, dead. */
  readonly state: string;
  readonly exitCode: number;
  /** Why Docker could not start it; empty where it could. */
  readonly error: string;
  /** Killed because it wanted more memory than it may have. */
  readonly outOfMemory: boolean;
  /** How often Docker has started it again by itself. */
  readonly restarts: number;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly health?: {
    /** starting, healthy, unhealthy */
    readonly status: string;
    /** The last line of the last probe's output. */
    readonly output: string;
  };
  /** Cores; 0 where there is no limit. */
  readonly cpus: number;
  /** Bytes; 0 where there is no limit. */
  readonly memory: number;
  /** Names of the networks that it is attached to, where Docker lists them. */
  readonly networks?: readonly string[];
  /** Of a running container, where it could be measured. */
  readonly use?: Measured;
}

/** @param resource Docker's id of a container, or what distinguishes a volume from others of its name. */
type OwnerBy = (live: Readonly<Record<string, string>>, resource: string) => string;

/**
 * What of a snapshot concerns the state of deployments.
 * @param owner the id of the deployment to which a container or volume belongs; its label `berth.stack`, if not given
 */
export function seenOf(host: HostReport, owner: OwnerBy = (live) => live[labels.stack] ?? ""): Look {
  if (host.kind === "unreachable") return host;
  const ours = host.containers.filter((container) => container.labels[labels.stack] !== undefined);
  return {
    kind: "seen",
    at: host.at,
    capacity: host.capacity,
    containers: ours.flatMap((container) => seenContainer(container, owner) ?? []),
    unseen: ours.flatMap(({ id, name, labels: live, undescribed }) =>
      undescribed === undefined
        ? []
        : [{ name, deployment: owner(live, id), why: `HTTP ${undescribed.status}: ${undescribed.message}` }],
    ),
    volumesOf: [
      ...new Set(
        host.volumes.flatMap(({ name, labels: live }) =>
          live[labels.stack] === undefined ? [] : owner(live, volumeId(name, live[labels.identity])),
        ),
      ),
    ],
    notLookedAt: host.notLookedAt,
  };
}

function seenContainer(container: LiveContainer, owner: OwnerBy): SeenContainer | undefined {
  const { id, name, state, cpus, memory, use, inspect } = container;
  if (inspect === undefined) return undefined;
  const { State: found, RestartCount: restarts = 0, NetworkSettings: settings } = inspect;
  const status = found.Health?.Status;
  return {
    id,
    name,
    deployment: owner(container.labels, id),
    service: container.labels[labels.service] ?? "",
    state,
    exitCode: found.ExitCode ?? 0,
    error: lastLine(found.Error),
    outOfMemory: found.OOMKilled ?? false,
    restarts,
    startedAt: Date.parse(found.StartedAt ?? ""),
    ...(status && status !== "none" && { health: { status, output: lastLine(found.Health?.Log?.at(-1)?.Output) } }),
    cpus,
    memory,
    ...(settings.Networks && { networks: Object.keys(settings.Networks) }),
    ...(use !== undefined && { use }),
  };
}

/** Of what a program printed: no characters that a terminal would obey, and no more than a line has room for. */
const lastLine = (output = ""): string =>
  output
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\p{C}+/gu, " ").trim())
    .filter((line) => line !== "")
    .at(-1)
    ?.slice(0, 200) ?? "";

/** How many clients a pool has. */
export interface PoolClients {
  /** As configured. */
  readonly maximum: number;
  /** Also those that have not logged in yet. */
  readonly open: number;
}

/** How many sessions are open at a PostgreSQL server. */
export interface Sessions {
  /** As configured: those for superusers are among them. */
  readonly maximum: number;
  /** Also those of no role (none that is shown) and of superusers. */
  readonly open: number;
  readonly roles: readonly {
    readonly name: string;
    readonly database: string;
    readonly open: number;
    /** The role's own limit over all databases; -1 for any number. */
    readonly limit: number;
  }[];
}
