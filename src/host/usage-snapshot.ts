import type { NotLookedAt } from "../findings/gap.ts";

/** What is looked at to tell how deployments are: their containers, known by their labels. */
export type Look =
  | ({ readonly kind: "seen" } & Seen)
  | { readonly kind: "unreachable"; readonly endpoint: string; readonly reason: string; readonly remedy: string };

export interface Seen {
  /** When it was looked at, in milliseconds since 1970. */
  readonly at: number;
  /** Cores and bytes of the whole host. */
  readonly capacity: { readonly cpus: number; readonly memory: number };
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

/** Cores on average between two looks, and bytes without what the kernel only caches. */
export interface Measured {
  readonly cpus: number;
  readonly memory: number;
}

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
