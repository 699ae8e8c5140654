import type { NotLookedAt } from "../conflicts/claim.ts";
import type { Finding } from "../conflicts/finding.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { observeSessions } from "../inventory/observe-databases.ts";
import { observeStatus } from "../inventory/observe-status.ts";
import { hostUnreachable } from "../inventory/observe.ts";
import { type Project, readSiblings } from "../inventory/project.ts";
import { type DatabaseServer, databaseServers } from "../status/database-server.ts";
import type { Look } from "../status/live.ts";
import { type Status, statusOf } from "../status/state.ts";
import { connectionUses, type Use, usesOf } from "../status/use.ts";
import { stackStates, type StackStateAnswer } from "./stack-state.ts";

export interface StatusResult {
  readonly deployments: readonly { readonly deployment: Deployment; readonly status: Status }[];
  readonly uses: readonly Use[];
  /** Of stacks that cannot be read, and of hosts that do not answer. */
  readonly findings: readonly Finding[];
  readonly notLookedAt: readonly NotLookedAt[];
}

export interface StatusWish {
  readonly stack?: string;
  /** Waits so many milliseconds. Without it, only the state is looked at, and not what is used. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** How the deployments of a project are, and what they use. Called again, it asks the engine for no password again. */
export function statusLook(project: Project, { stack, wait }: StatusWish): () => Promise<StatusResult> {
  const { deployments: all, findings } = readSiblings(project);
  const asked = all.filter((deployment) => stack === undefined || deployment.stack === stack);
  const unread = findings.filter(({ severity, wanted }) => severity === "error" && (!stack || wanted?.stack === stack));
  const endpoints = [...new Set(asked.map(({ endpoint }) => endpoint.url))].sort();
  const servers = wait === undefined ? [] : databaseServers(asked, all);
  const owners = [...new Set(servers.map(({ deployment }) => deployment))];
  const ids = [...new Set([...asked, ...owners].map(({ id }) => id))];
  let passwords: Promise<Record<string, StackStateAnswer>> | undefined;
  return async () => {
    passwords ??= owners.length === 0 ? Promise.resolve({}) : stackStates(project.root, owners);
    const [states, ...looks] = await Promise.all([
      passwords,
      ...endpoints.map(async (url): Promise<[string, Look]> => [url, await observeStatus(url, { ids, wait })]),
    ]);
    const lookAt = new Map(looks);
    const open = await Promise.all(servers.map((server) => sessionsAt(server, states, lookAt)));
    const seen = looks.flatMap(([, look]) => (look.kind === "seen" ? [look] : []));
    return {
      deployments: asked.flatMap((deployment) => {
        const look = lookAt.get(deployment.endpoint.url);
        return look === undefined ? [] : [{ deployment, status: statusOf(deployment, look) }];
      }),
      uses: [
        ...asked.flatMap((deployment) => {
          const look = lookAt.get(deployment.endpoint.url);
          return look?.kind === "seen" ? usesOf(deployment, look) : [];
        }),
        ...open.flatMap(({ uses }) => uses),
      ],
      findings: [...unread, ...looks.flatMap(([, look]) => (look.kind === "seen" ? [] : [hostUnreachable(look)]))],
      notLookedAt: [...seen.flatMap(({ notLookedAt }) => notLookedAt), ...open.flatMap(({ gaps }) => gaps)],
    };
  };
}

async function sessionsAt(
  { deployment, server, admin, why }: DatabaseServer,
  states: Readonly<Record<string, StackStateAnswer>>,
  lookAt: ReadonlyMap<string, Look>,
): Promise<{ uses: Use[]; gaps: NotLookedAt[] }> {
  const gap = (reason: string) => ({ uses: [], gaps: [{ what: `sessions at ${server.container}`, why: reason }] });
  const look = lookAt.get(deployment.endpoint.url);
  const runs = (name: string, state: string): boolean => name === server.container && state === "running";
  // What does not run has no sessions, and its deployment's state says so.
  if (look?.kind !== "seen" || !look.containers.some(({ name, state }) => runs(name, state)))
    return { uses: [], gaps: [] };
  if (admin === undefined) return gap(why ?? "it cannot be asked");
  const state = states[deployment.stack];
  const password = state?.kind === "known" ? state.state.secrets[admin.secret] : undefined;
  if (password === undefined)
    return gap(`the password of ${admin.user} is not known here: only the engine's state has it`);
  const report = await observeSessions(admin.address, { user: admin.user, password });
  return report.kind === "seen"
    ? { uses: connectionUses(deployment.stack, server, report), gaps: [] }
    : gap(report.reason);
}
