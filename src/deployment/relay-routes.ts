import { relayKey } from "../notation/names.ts";
import type { Connections, Database, Platform } from "./deployment.ts";

/** What a relay forwards: each port to its server, with so many connections at once. */
export interface Route {
  readonly name: "pool" | "direct";
  /** What its address is called on the platform's network; likewise the port there. */
  readonly host: string;
  readonly port: number;
  readonly limit: number;
  /** New connections in a second; more wait. */
  readonly rate: number;
}

/** The routes of a deployment: to the pool always, to PostgreSQL itself where its services need it. */
export function routesOf({ platform }: Pick<Database, "platform">, connections: readonly Connections[]): Route[] {
  const limitOf = (isCounted: (one: Connections) => boolean): number =>
    connections.filter(isCounted).reduce((sum, { count }) => sum + count, 0);
  const clients = limitOf(({ server }) => server.container === platform.containers.pool);
  const direct = limitOf((one) => one.direct === true);
  return [
    { name: "pool", ...platform.pooled, limit: clients, rate: 100 },
    ...(direct === 0 ? [] : [{ name: "direct", ...platform.direct, limit: direct, rate: 10 } as const]),
  ];
}

/** Connections through one route of a relay, as its health check reports them. */
export interface RouteState {
  readonly name: Route["name"];
  readonly open: number;
  readonly waiting: number;
}

/** Reads what a relay's health check printed; empty where it is not such a report. */
export const routeStates = (output: string): RouteState[] =>
  [...output.matchAll(/\b(pool|direct) (\d+) waiting (\d+)/g)].map(([, name, open, waiting]) => ({
    name: name as Route["name"],
    open: Number(open),
    waiting: Number(waiting),
  }));

/** Where a deployment's services reach its database: at its relay, on the ports that the platform has. */
export const relayed = ({ direct, pooled }: Platform): Pick<Platform, "direct" | "pooled"> => ({
  direct: { host: relayKey, port: direct.port },
  pooled: { host: relayKey, port: pooled.port },
});
