import type { NotLookedAt } from "../findings/gap.ts";
import type { Finding } from "../findings/finding.ts";
import { endpointsOf } from "../deployment/endpoint.ts";
import type { Realization } from "../deployment/realization.ts";
import { observePool, observeSessions } from "../inventory/observe-databases.ts";
import { ownerBy } from "../engine/states.ts";
import { observeHost } from "../host/observe-host.ts";
import { hostUnreachable } from "../inventory/observe.ts";
import { type Project, readSiblings } from "../project/project.ts";
import { type DatabaseServer, databaseServers } from "../status/database-server.ts";
import { type CutOff, cutOff } from "./journal.ts";
import { type Look, seenOf } from "../host/seen.ts";
import { type Status, statusOf } from "../status/state.ts";
import { connectionUses, exhaustedUse, poolUse, type Use, usesOf } from "../status/use.ts";
import { stackStates, type StackStateAnswer } from "../engine/stack-state.ts";
import { ownValue } from "../notation/own-value.ts";

export interface StatusResult {
  readonly deployments: readonly DeploymentStatus[];
  readonly uses: readonly Use[];
  /** Of stacks that cannot be read, and of hosts that do not answer. */
  readonly findings: readonly Finding[];
  readonly notLookedAt: readonly NotLookedAt[];
}

interface DeploymentStatus {
  readonly deployment: Realization;
  readonly status: Status;
  /** Its last operation, where that did not live to end. */
  readonly cutOff?: CutOff;
}

export interface StatusOptions {
  readonly stack?: string;
  /** Waits so many milliseconds. Without it, only the state is looked at, and not what is used. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** How the deployments of a project are, and what they use. Called again, it asks the engine for no password again. */
export function statusLook(project: Project, { stack, wait }: StatusOptions): () => Promise<StatusResult> {
  const { deployments: all, findings } = readSiblings(project);
  const asked = all.filter((deployment) => stack === undefined || deployment.stack === stack);
  const unread = findings.filter(({ severity, wanted }) => severity === "error" && (!stack || wanted?.stack === stack));
  const endpoints = endpointsOf(asked);
  const servers = wait === undefined ? [] : databaseServers(asked, all);
  const owners = [...new Set(servers.map(({ deployment }) => deployment))];
  const about = [...new Set([...asked, ...owners])];
  const owner = ownerBy(project.root, all);
  let passwords: Promise<Record<string, StackStateAnswer>> | undefined;
  return async () => {
    passwords ??= owners.length === 0 ? Promise.resolve({}) : stackStates(project.root, owners);
    const [states, ...looks] = await Promise.all([
      passwords,
      ...endpoints.map(async (endpoint): Promise<[string, Look]> => [
        endpoint.id,
        seenOf(await observeHost(endpoint, { about, scope: "about", images: false, wait }), owner),
      ]),
    ]);
    const lookAt = new Map(looks);
    const open = await Promise.all(
      servers.flatMap((server) => [sessionsAt(server, states, lookAt), clientsAt(server, states, lookAt)]),
    );
    const seen = looks.flatMap(([, look]) => (look.kind === "seen" ? [look] : []));
    return {
      deployments: asked.flatMap((deployment) => {
        const look = lookAt.get(deployment.endpoint.id);
        const last = cutOff(project.root, deployment.stack);
        return look === undefined
          ? []
          : [
              {
                deployment,
                status: statusOf(deployment, look),
                ...(last !== undefined && { cutOff: last }),
              },
            ];
      }),
      uses: [
        ...asked.flatMap((deployment) => {
          const look = lookAt.get(deployment.endpoint.id);
          return look?.kind === "seen" ? usesOf(deployment, look) : [];
        }),
        ...open.flatMap(({ uses }) => uses),
      ],
      findings: [...unread, ...looks.flatMap(([, look]) => (look.kind === "seen" ? [] : [hostUnreachable(look)]))],
      notLookedAt: [...seen.flatMap(({ notLookedAt }) => notLookedAt), ...open.flatMap(({ gaps }) => gaps)],
    };
  };
}

interface Open {
  readonly uses: readonly Use[];
  readonly gaps: readonly NotLookedAt[];
}

const nothing: Open = { uses: [], gaps: [] };

const gapOf = (what: string, why: string): Open => ({ uses: [], gaps: [{ what, why }] });

/** What does not run has no connections, and its deployment's state says so. */
const isRunning = (container: string, look: Look | undefined): boolean =>
  look?.kind === "seen" && look.containers.some(({ name, state }) => name === container && state === "running");

/** Clients of the pool in front of a server. */
async function clientsAt(
  { deployment, pool }: DatabaseServer,
  states: Readonly<Record<string, StackStateAnswer>>,
  lookAt: ReadonlyMap<string, Look>,
): Promise<Open> {
  if (pool === undefined || !isRunning(pool.server.container, lookAt.get(deployment.endpoint.id))) return nothing;
  const state = ownValue(states, deployment.stack);
  const password = state?.kind === "known" ? ownValue(state.state.secrets, pool.secret) : undefined;
  const what = `clients of ${pool.server.container}`;
  if (password === undefined)
    return gapOf(what, `the password of ${pool.user} is not known here: only the engine's state has it`);
  const report = await observePool(pool.address, { user: pool.user, password });
  if (report.kind === "seen") return { uses: [poolUse(deployment.stack, pool.server, report)], gaps: [] };
  if (report.kind === "exhausted") return { uses: [exhaustedUse(deployment.stack, pool.server)], gaps: [] };
  return gapOf(what, report.reason);
}

async function sessionsAt(
  { deployment, server, admin, why }: DatabaseServer,
  states: Readonly<Record<string, StackStateAnswer>>,
  lookAt: ReadonlyMap<string, Look>,
): Promise<Open> {
  const gap = (reason: string): Open => gapOf(`sessions at ${server.container}`, reason);
  if (!isRunning(server.container, lookAt.get(deployment.endpoint.id))) return nothing;
  if (admin === undefined) return gap(why ?? "it cannot be asked");
  const state = ownValue(states, deployment.stack);
  const password = state?.kind === "known" ? ownValue(state.state.secrets, admin.secret) : undefined;
  if (password === undefined)
    return gap(`the password of ${admin.user} is not known here: only the engine's state has it`);
  const report = await observeSessions(admin.address, { user: admin.user, password });
  if (report.kind === "seen") return { uses: connectionUses(deployment.stack, server, report), gaps: [] };
  if (report.kind === "exhausted") return { uses: [exhaustedUse(deployment.stack, server)], gaps: [] };
  return gap(report.reason);
}
