import type { NotLookedAt } from "../findings/gap.ts";
import type { DockerApi } from "../docker/api.ts";
import { failureOf } from "../docker/failure.ts";
import type { LiveContainer, Measured } from "./snapshot.ts";

interface Stats {
  readonly read: string;
  readonly cpu_stats: { readonly cpu_usage?: { readonly total_usage?: number } };
  readonly memory_stats: {
    readonly usage?: number;
    readonly stats?: { readonly inactive_file?: number; readonly total_inactive_file?: number };
  };
}

/** The containers with what they use, where that is asked for. */
export async function measured(
  endpoint: string,
  docker: DockerApi,
  containers: readonly LiveContainer[],
  wait: ((milliseconds: number) => Promise<unknown>) | undefined,
): Promise<{ containers: readonly LiveContainer[]; unmeasured: NotLookedAt[] }> {
  if (wait === undefined) return { containers, unmeasured: [] };
  const uses = await measure(docker, containers, wait);
  return {
    containers: containers.map((container) => {
      const use = uses.get(container.id);
      return typeof use === "object" ? { ...container, use } : container;
    }),
    unmeasured: containers.flatMap(({ id, name }) => {
      const why = uses.get(id);
      return typeof why === "string" ? [{ what: `what ${name} uses of ${endpoint}`, why }] : [];
    }),
  };
}

/**
 * By container's id what it uses, or why that is not known. All are asked at once, and once more after a second: that is
 * what one measurement of Docker's own takes for each, and Docker takes one after the other where they wait for a
 * connection.
 * @param wait resolves after so many milliseconds
 */
async function measure(
  docker: DockerApi,
  containers: readonly LiveContainer[],
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<ReadonlyMap<string, Measured | string>> {
  const running = containers.filter(({ state }) => state === "running");
  if (running.length === 0) return new Map();
  const stats = () => Promise.all(running.map(({ id }) => docker.get<Stats>(statsPath(id)).catch(whyNot)));
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
