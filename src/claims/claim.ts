import type { ConnectionServer, Endpoint } from "../deployment/deployment.ts";
import type { Home } from "../notation/home.ts";
import type { Protocol } from "../notation/protocol.ts";
import type { Source } from "../findings/finding.ts";

/**
 * One thing that a party holds or wants. Two claims of different owners that meet are a conflict;
 * src/conflicts/rules has one file for each kind.
 */
export type Claim = ClaimBase &
  (
    | { readonly kind: "prefix"; readonly prefix: string }
    | {
        readonly kind: "hostPort";
        readonly address: string;
        readonly protocol: Protocol;
        readonly port: number;
        /** Where another port may be looked for, first and last inclusive; of deployments only. */
        readonly range?: readonly [number, number];
        /** The key under `berth:ports`; of deployments only. */
        readonly configKey?: string;
        /** What to set for another number; of deployments only. */
        readonly configPath?: readonly string[];
        /** The ports that follow it and move with it; of deployments only. */
        readonly led?: readonly Follower[];
      }
    | { readonly kind: "container"; readonly name: string }
    | {
        readonly kind: "volume";
        readonly name: string;
        readonly volumeKey?: string;
        readonly adopted?: boolean;
        /** The stack file names it under berth:volumes. */
        readonly chosen?: boolean;
      }
    | { readonly kind: "network"; readonly name: string }
    /** In CIDR; `networkKey` is the key under `berth:subnets`, of deployments only; `network` is the network's name on the host. `settled`: live there already, see settled.ts. */
    | {
        readonly kind: "subnet";
        readonly subnet: string;
        readonly network: string;
        readonly networkKey?: string;
        readonly settled?: boolean;
      }
    /** A container's own address in a network, by the network's name on the host. */
    | { readonly kind: "address"; readonly address: string; readonly network: string }
    /** `shared`: only read, so that others may read it too. */
    | { readonly kind: "hostPath"; readonly path: string; readonly shared?: boolean; readonly adopted?: boolean }
    | { readonly kind: "serverName"; readonly serverName: string }
    /** A name by which a service is found in a network that deployments share, by the network's name on the host. */
    | {
        readonly kind: "alias";
        readonly name: string;
        readonly network: string;
        /** On a network that belongs to nobody known, where short names may meet: a name that is the container's alone. */
        readonly instead?: string;
      }
    | ({ readonly kind: "database" } & AtServer)
    | ({ readonly kind: "role" } & AtServer)
    /** Connections that a user may open at a PostgreSQL server. */
    | { readonly kind: "connections"; readonly server: ConnectionServer; readonly count: number; readonly by: string }
    | ({ readonly kind: "cpu" } & Share)
    | ({ readonly kind: "memory" } & Share)
  );

/** Cores, or bytes, of each replica; 0 where nothing is said. */
interface Share {
  readonly limit: number;
  readonly reserved: number;
  /** How many containers there are of the kind; 1 if not given. */
  readonly replicas?: number;
}

/** What has a name on a PostgreSQL server. */
interface AtServer {
  readonly name: string;
  /** The server's container. */
  readonly server: string;
  /** True where what nobody known owns was declared to be the deployment's; of deployments only. */
  readonly adopts?: boolean;
  /** The next free place under `berth:adopt`; of deployments only. */
  readonly nextAdoption?: number;
}

/** A port that is always so far behind another one. */
interface Follower {
  readonly address: string;
  readonly protocol: Protocol;
  readonly distance: number;
}

interface ClaimBase {
  readonly owner: Owner;
  /** Where a stack wrote it; what is live has none. */
  readonly source?: Source;
  /** Where it is held. Claims on endpoints of different ids never meet. */
  readonly endpoint: Endpoint;
}

export type ClaimKind = Claim["kind"];
export type ClaimOf<K extends ClaimKind> = Extract<Claim, { kind: K }>;

/** Who holds or wants a claim. Owners with the same id are the same deployment and never in conflict. */
export type Owner =
  | {
      readonly kind: "deployment";
      /** `<organization>/<project>/<stack>` */
      readonly id: string;
      readonly stack: string;
      readonly service?: string;
    }
  | {
      readonly kind: "container" | "volume" | "network" | "swarm service" | "database" | "role";
      readonly name: string;
      /** The deployment it belongs to, by its label; absent for strangers. */
      readonly id?: string;
      /** Docker's id of a container or network; of a volume see `volumeId`. */
      readonly resource?: string;
      /** Where the state is that it was created from, as its labels say. */
      readonly home?: Home;
      /** It belongs to a deployment of this id that is managed from another state; `id` is then no deployment's of ours. */
      readonly elsewhere?: { readonly id: string; readonly place: string };
      /** It stands where the deployment's own was, and the deployment's state does not know it; see stray.ts. */
      readonly stray?: boolean;
    }
  | { readonly kind: "process" | "route"; readonly name: string }
  | { readonly kind: "directory"; readonly name: string; readonly id?: string };
