import { labels, volumeId } from "../deployment/label-names.ts";
import type { Look, Measured, Seen, SeenContainer } from "./usage-snapshot.ts";
import { withConnection } from "../docker/connection.ts";
import { type Ask, asker } from "../docker/request.ts";
import { explain, failureOf } from "../docker/failure.ts";

export interface ObserveStatusOptions {
  /** Ids of the deployments whose containers are looked at; all, if not given. */
  readonly ids?: readonly string[];
  /** The id of the deployment to which a container or volume belongs; its label `berth.stack`, if not given. */
  readonly owner?: Owner;
  /** Milliseconds for each request; 10 000 if not given. */
  readonly timeout?: number;
  /** Waits between the two looks at the use of CPUs, in milliseconds; without it, none is looked at. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

type LiveLabels = Readonly<Record<string, string>>;

/** @param resource Docker's id of a container, or what distinguishes a volume from others of its name. */
type Owner = (live: LiveLabels, resource: string) => string;

/** Looks once at the containers of deployments on an endpoint. Never throws: what went wrong is the report. */
export async function observeStatus(
  endpoint: string,
  { ids, owner = ofLabel, timeout = 10_000, wait }: ObserveStatusOptions = {},
): Promise<Look> {
  try {
    const seen = await withConnection(endpoint, (connection) =>
      look(endpoint, asker(connection, timeout), { ids, owner, wait }),
    );
    return { kind: "seen", ...seen };
  } catch (error) {
    return { kind: "unreachable", endpoint, ...explain(endpoint, failureOf(error)) };
  }
}

interface Listed {
  readonly Id: string;
  readonly Names?: readonly string[] | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
}

async function look(
  endpoint: string,
  ask: Ask,
  { ids, owner, wait }: ObserveStatusOptions & { readonly owner: Owner },
): Promise<Omit<Extract<Look, { kind: "seen" }>, "kind">> {
  const ours = `filters=${encodeURIComponent(JSON.stringify({ label: [labels.stack] }))}`;
  const [info, listed, volumes] = await Promise.all([
    ask<{ NCPU?: number; MemTotal?: number }>("/info"),
    ask<Listed[]>(`/containers/json?all=1&${ours}`),
    ask<{ Volumes?: (Pick<Listed, "Labels"> & { readonly Name: string })[] | null }>(`/volumes?${ours}`),
  ]);
  const wanted = listed.filter(({ Labels }) => ids === undefined || ids.includes(Labels?.[labels.stack] ?? ""));
  const found = await Promise.all(wanted.map((container) => inspect(ask, container, owner)));
  const containers = found.flatMap(({ container }) => container ?? []);
  const used = wait === undefined ? new Map<string, Measured | string>() : await measure(ask, containers, wait);
  const notLookedAt = containers.flatMap(({ id, name }) => {
    const why = used.get(id);
    return typeof why === "string" ? [{ what: `what ${name} uses of ${endpoint}`, why }] : [];
  });
  return {
    at: Date.now(),
    capacity: { cpus: info.NCPU ?? 0, memory: info.MemTotal ?? 0 },
    containers: containers.map((container) => {
      const use = used.get(container.id);
      return typeof use === "object" ? { ...container, use } : container;
    }),
    unseen: found.flatMap(({ unseen }) => unseen ?? []),
    volumesOf: [
      ...new Set(
        (volumes.Volumes ?? []).flatMap(({ Name, Labels }) =>
          Labels ? owner(Labels, volumeId(Name, Labels[labels.identity])) : [],
        ),
      ),
    ],
    notLookedAt,
  };
}

const ofLabel: Owner = (live) => live[labels.stack] ?? "";

interface Inspected {
  readonly Name: string;
  readonly RestartCount?: number;
  readonly State: {
    readonly Status: string;
    readonly ExitCode?: number;
    readonly Error?: string;
    readonly OOMKilled?: boolean;
    readonly StartedAt?: string;
    readonly Health?: { readonly Status?: string; readonly Log?: readonly { Output?: string }[] | null } | null;
  };
  readonly NetworkSettings?: { readonly Networks?: Readonly<Record<string, unknown>> | null } | null;
  readonly HostConfig: { NanoCpus?: number; CpuQuota?: number; CpuPeriod?: number; Memory?: number };
}

/** Both absent where it vanished after it was listed. */
interface Inspection {
  readonly container?: SeenContainer;
  readonly unseen?: Seen["unseen"][number];
}

async function inspect(ask: Ask, { Id: id, Names: names, Labels: found }: Listed, owner: Owner): Promise<Inspection> {
  const deployment = owner(found ?? {}, id);
  try {
    const { Name, RestartCount, State, HostConfig, NetworkSettings } = await ask<Inspected>(`/containers/${id}/json`);
    const { NanoCpus = 0, CpuQuota = 0, CpuPeriod = 0, Memory = 0 } = HostConfig;
    const status = State.Health?.Status;
    return {
      container: {
        id,
        name: bare(Name),
        deployment,
        service: found?.[labels.service] ?? "",
        state: State.Status,
        exitCode: State.ExitCode ?? 0,
        error: lastLine(State.Error),
        outOfMemory: State.OOMKilled ?? false,
        restarts: RestartCount ?? 0,
        startedAt: Date.parse(State.StartedAt ?? ""),
        ...(status && status !== "none" && { health: { status, output: lastLine(State.Health?.Log?.at(-1)?.Output) } }),
        cpus: NanoCpus > 0 ? NanoCpus / 1e9 : CpuQuota > 0 ? CpuQuota / (CpuPeriod || 100_000) : 0,
        memory: Memory,
        ...(NetworkSettings?.Networks && { networks: Object.keys(NetworkSettings.Networks) }),
      },
    };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== "status") throw error;
    if (failure.status === 404) return {};
    const why = `HTTP ${failure.status}: ${failure.message}`;
    return { unseen: { name: bare(names?.[0] ?? id), deployment, why } };
  }
}

const bare = (name: string): string => name.replace(/^\//, "");

/** Of what a program printed: no characters that a terminal would obey, and no more than a line has room for. */
const lastLine = (output = ""): string =>
  output
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\p{C}+/gu, " ").trim())
    .filter((line) => line !== "")
    .at(-1)
    ?.slice(0, 200) ?? "";

interface Stats {
  readonly read: string;
  readonly cpu_stats: { readonly cpu_usage?: { readonly total_usage?: number } };
  readonly memory_stats: {
    readonly usage?: number;
    readonly stats?: { readonly inactive_file?: number; readonly total_inactive_file?: number };
  };
}

/**
 * By container's id what it uses, or why that is not known. All are asked at once, and once more after a second: that is
 * what one look of Docker's own takes for each, and Docker takes one after the other where they wait for a connection.
 */
async function measure(
  ask: Ask,
  containers: readonly SeenContainer[],
  wait: NonNullable<ObserveStatusOptions["wait"]>,
): Promise<ReadonlyMap<string, Measured | string>> {
  const running = containers.filter(({ state }) => state === "running");
  if (running.length === 0) return new Map();
  const stats = () => Promise.all(running.map(({ id }) => ask<Stats>(statsPath(id)).catch(whyNot)));
  const before = await stats();
  await wait(1000);
  const after = await stats();
  return new Map(
    running.map(({ id }, index): [string, Measured | string] => [id, difference(before[index], after[index])]),
  );
}

const statsPath = (id: string): string => `/containers/${id}/stats?stream=false&one-shot=true`;

const whyNot = (error: unknown): string => {
  const failure = failureOf(error);
  return failure.kind === "status" ? failure.message : failure.kind;
};

function difference(before: Stats | string | undefined, after: Stats | string | undefined): Measured | string {
  if (typeof before === "string") return before;
  if (typeof after === "string") return after;
  if (before === undefined || after === undefined) return "it was not measured";
  const nanoseconds = (Date.parse(after.read) - Date.parse(before.read)) * 1e6;
  const busy = (after.cpu_stats.cpu_usage?.total_usage ?? 0) - (before.cpu_stats.cpu_usage?.total_usage ?? 0);
  const { usage, stats = {} } = after.memory_stats;
  if (!(nanoseconds > 0) || busy < 0 || usage === undefined) return "it ended meanwhile";
  // What the kernel only caches it gives back at need; Docker's own command leaves it out, too.
  const cached = stats.total_inactive_file ?? stats.inactive_file ?? 0;
  return { cpus: busy / nanoseconds, memory: Math.max(0, usage - cached) };
}
