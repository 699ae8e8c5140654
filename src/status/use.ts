import { instruction, type Remedy, sequence, setKey, up } from "../findings/remedy.ts";
import type { ConnectionServer } from "../deployment/deployment.ts";
import type { Realization } from "../deployment/realization.ts";
import { relayKey } from "../notation/names.ts";
import { sizeText } from "../notation/quantities.ts";
import { routesOf, routeStates } from "../deployment/relay-routes.ts";
import type { PoolClients, Seen, Sessions } from "../host/seen.ts";

/** From 70 % on it is watched, from 80 % on more is needed, above 90 % at once. */
export type Level = "fine" | "watch" | "scale" | "critical";

/** @param share 1 for all that there is */
export function levelOf(share: number): Level {
  const percent = shareInPercent(share);
  if (percent > 90) return "critical";
  if (percent >= 80) return "scale";
  return percent >= 70 ? "watch" : "fine";
}

/** Rounded as it is shown, so that nothing shown as 80 % counts as less. */
export const shareInPercent = (share: number): number => Math.round(share * 1000) / 10;

/** How much of something is in use, and what to do about it. */
export interface Use {
  /** Whose it is. */
  readonly stack: string;
  /** The container, or the role at a server. */
  readonly of: string;
  readonly service?: string;
  readonly kind: "cpu" | "memory" | "connections";
  /** Cores, bytes or sessions. */
  readonly used: number;
  readonly limit: number;
  /** `0.41 of 0.5 CPUs` */
  readonly shown: string;
  /** 1 for all that there is. */
  readonly share: number;
  readonly level: Level;
  /** A command to paste, or an instruction where no command can do it; none where all is fine. */
  readonly step?: Remedy;
}

/** What a deployment's running services use of their limits; without a limit, of the host. */
export function usesOf(deployment: Realization, seen: Seen): Use[] {
  return [...resourceUses(deployment, seen), ...relayUses(deployment, seen)];
}

function resourceUses({ id, stack, containers: wanted }: Realization, { containers, capacity }: Seen): Use[] {
  return wanted.flatMap(({ key, kind, service: written }) =>
    containers
      .filter(({ deployment, service }) => kind === "service" && deployment === id && service === key)
      .flatMap(({ name, use, ...limits }): Use[] => {
        if (use === undefined) return [];
        const common = { stack, of: name, service: key };
        return (["cpu", "memory"] as const).map((resource) => {
          const { limitKey, text, more } = resources[resource];
          const total = capacity[limitKey];
          const limit = limits[limitKey] || total;
          const raised = more(limits[limitKey]);
          const command = sequence(setKey(["services", written, limitKey], raised.written, stack), up(stack));
          const elsewhere = instruction(
            "the host has no more: lower what others use, or move a deployment (berth:endpoint)",
          );
          const step = limits[limitKey] > 0 && raised.amount <= total ? command : elsewhere;
          return used({ ...common, kind: resource, used: use[limitKey], limit, step, text });
        });
      }),
  );
}

/** What is open through the deployment's relay, as its last health check reported: also connections that never log in. */
function relayUses({ id, stack, database, connections }: Realization, { containers }: Seen): Use[] {
  const relay = containers.find(({ deployment, service }) => deployment === id && service === relayKey);
  if (database === undefined || relay?.health === undefined || relay.state !== "running") return [];
  const states = routeStates(relay.health.output);
  return routesOf(database, connections).flatMap(({ name, limit }) => {
    const state = states.find((candidate) => candidate.name === name);
    if (state === undefined) return [];
    const { open, waiting } = state;
    const [what, key] = routeNames[name];
    const text = (): string => `${open} of ${limit} ${what}${waiting > 0 ? `, ${waiting} waiting` : ""}`;
    const step = instruction(`raise x-berth.database.${key} in its blueprint, or let its services open fewer`);
    const of = `${relay.name} ${name}`;
    return used({ stack, of, service: relayKey, kind: "connections", used: open, limit, step, text });
  });
}

/** What a route carries, and what its limit follows from. */
const routeNames = {
  pool: ["clients of the pool", "clients"],
  direct: ["direct connections", "connections"],
} as const;

/** Half as much again is offered. */
const resources = {
  cpu: {
    limitKey: "cpus",
    text: (cores: number, limit: number) => `${short(cores)} of ${short(limit)} CPUs`,
    more: (cores: number) => {
      const amount = Math.ceil(cores * 150) / 100;
      return { amount, written: amount };
    },
  },
  memory: {
    limitKey: "memory",
    text: (size: number, limit: number) => `${sizeText(size)} of ${sizeText(limit)}`,
    more: (size: number) => {
      const megabytes = Math.ceil((size * 1.5) / 1024 ** 2);
      return { amount: megabytes * 1024 ** 2, written: `${megabytes}M` };
    },
  },
} as const;

/** Clients of a pool. */
export const poolUse = (stack: string, pool: ConnectionServer, { maximum, open }: PoolClients): Use =>
  used({
    stack,
    of: pool.container,
    kind: "connections",
    used: open,
    limit: maximum,
    step: raiseCommand(pool, "max_client_conn", Math.ceil(maximum * 1.5)),
    text: (count, limit) => `${count} of ${limit} clients`,
  });

/** A server, or a pool, that accepts no further connection: not even one that asks how many there are. */
export function exhaustedUse(stack: string, server: ConnectionServer): Use {
  const maximum = server.available + server.reserved;
  return server.counts === "clients"
    ? poolUse(stack, server, { maximum, open: maximum })
    : connectionUses(stack, server, { maximum, open: maximum, roles: [] })[0];
}

const raiseCommand = ({ container, setting }: ConnectionServer, option: string, raised: number): Remedy =>
  setting === undefined
    ? instruction(`raise ${option} of ${container} to ${raised}, or let its users open fewer`)
    : sequence(setKey(["settings", setting.name], raised, setting.stack), up(setting.stack));

/** What is open at a PostgreSQL server, in all and by each role that may open so many only. */
export function connectionUses(
  stack: string,
  server: ConnectionServer,
  { maximum, open, roles }: Sessions,
): [Use, ...Use[]] {
  const { container } = server;
  const step = raiseCommand(server, "max_connections", Math.ceil(maximum * 1.5));
  const text = (count: number, limit: number): string => `${count} of ${limit} sessions`;
  const all = used({ stack, of: container, kind: "connections", used: open, limit: maximum, step, text });
  const limits = new Map(roles.flatMap(({ name, limit }) => (limit > 0 ? [[name, limit] as const] : [])));
  const limited = [...limits].map(([name, limit]) => {
    const own = roles.filter((role) => role.name === name).reduce((sum, role) => sum + role.open, 0);
    const of = `${name} at ${container}`;
    const wider = instruction("raise x-berth.database.connections in its blueprint, or let it open fewer");
    return used({ stack, of, kind: "connections", used: own, limit, step: wider, text });
  });
  return [all, ...limited];
}

type Counted = Omit<Use, "share" | "level" | "shown"> & {
  readonly text: (used: number, limit: number) => string;
};

function used({ text, step, ...use }: Counted): Use {
  const share = use.limit === 0 ? 0 : use.used / use.limit;
  const level = levelOf(share);
  return {
    ...use,
    shown: text(use.used, use.limit),
    share,
    level,
    ...(level !== "fine" && { step }),
  };
}

const short = (amount: number): number => Number(amount.toFixed(2));
