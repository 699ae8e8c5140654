import { setCommand } from "../conflicts/config-key.ts";
import type { ConnectionServer, Deployment } from "../deployment/deployment.ts";
import { sizeText } from "../deployment/quantities.ts";
import type { Seen, Sessions } from "./live.ts";

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
  readonly step?: string;
}

/** What a deployment's running services use of their limits; without a limit, of the host. */
export function usesOf({ id, stack, services }: Deployment, { containers, capacity }: Seen): Use[] {
  return services.flatMap(({ key, kind, replicaOf: written = key }) =>
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
          const command = `${setCommand(["services", written, limitKey], raised.written, stack)} && berth up ${stack}`;
          const elsewhere = `the host has no more: lower what others use, or move a deployment (berth:endpoint)`;
          const step = limits[limitKey] > 0 && raised.amount <= total ? command : elsewhere;
          return used({ ...common, kind: resource, used: use[limitKey], limit, step, text });
        });
      }),
  );
}

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

/** What is open at a PostgreSQL server, in all and by each role that may open so many only. */
export function connectionUses(stack: string, server: ConnectionServer, { maximum, open, roles }: Sessions): Use[] {
  const { container, setting } = server;
  const raised = Math.ceil(maximum * 1.5);
  const step =
    setting === undefined
      ? `raise max_connections of ${container} to ${raised}, or let its users open fewer`
      : `${setCommand(["settings", setting.name], raised, setting.stack)} && berth up ${setting.stack}`;
  const text = (count: number, limit: number): string => `${count} of ${limit} sessions`;
  const all = used({ stack, of: container, kind: "connections", used: open, limit: maximum, step, text });
  const limits = new Map(roles.flatMap(({ name, limit }) => (limit > 0 ? [[name, limit] as const] : [])));
  const limited = [...limits].map(([name, limit]) => {
    const own = roles.filter((role) => role.name === name).reduce((sum, role) => sum + role.open, 0);
    const of = `${name} at ${container}`;
    const wider = "raise x-berth.database.connections in its blueprint, or let it open fewer";
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
