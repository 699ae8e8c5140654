import { describe, expect, it } from "vitest";
import { endpointAt } from "../../endpoint-at.ts";
import { instruction } from "../../../src/findings/remedy.ts";
import type { Seen, SeenContainer } from "../../../src/host/seen.ts";
import { isAsConfigured, statusOf } from "../../../src/status/state.ts";
import { deploymentFrom } from "../resolve/sample.ts";

const blueprintYaml = `services:
  app: { image: "app:1", restart: unless-stopped }
  worker: { image: "app:1", restart: "no" }
  migrate: { image: "app:1" }
x-berth: { jobs: [migrate] }
`;
const stack = (more = "") => deploymentFrom(`config:\n  berth:prefix: shop\n${more}`, { stack: "shop", blueprintYaml });
const deployment = stack();
const stopped = stack("  berth:running: false\n");
const at = Date.parse("2030-01-01T12:00:00Z");

type Change = Partial<SeenContainer> | "absent" | "hidden";

/** All is well but for what is given. */
function seen(changes: Readonly<Record<string, Change>> = {}, more: Partial<Seen> = {}): Seen & { kind: "seen" } {
  const services = ["app", "worker", "migrate"];
  return {
    kind: "seen",
    at,
    capacity: { cpus: 4, memory: 8 * 1024 ** 3 },
    containers: services.flatMap((service): SeenContainer[] => {
      const change = changes[service] ?? {};
      const state = service === "migrate" ? "exited" : "running";
      return typeof change === "string" ? [] : [{ ...well, name: `shop_${service}`, service, state, ...change }];
    }),
    unseen: services
      .filter((service) => changes[service] === "hidden")
      .map((service) => ({ name: `shop_${service}`, deployment: deployment.id, why: "HTTP 500: no" })),
    volumesOf: [],
    notLookedAt: [],
    ...more,
  };
}
const well: SeenContainer = {
  id: "1",
  name: "",
  deployment: deployment.id,
  service: "",
  state: "running",
  exitCode: 0,
  error: "",
  outOfMemory: false,
  restarts: 0,
  startedAt: at - 3_600_000,
  cpus: 0,
  memory: 0,
};
const exited = (exitCode: number) => ({ state: "exited", exitCode });
const none = { app: "absent", worker: "absent", migrate: "absent" } as const;
const allStopped = { app: exited(0), worker: exited(143) };
const sick = (output: string) => ({ health: { status: "unhealthy", output } });
const only = (text: string): string => `only a part runs: ${text}`;

it("what another state manages is not the deployment's, and is named by its place", () => {
  const elsewhere = "machine:/srv/clone/.state";
  const other = { deployment: `${deployment.id}@${elsewhere}` };
  const look = seen({ app: other, worker: other, migrate: other }, { volumesOf: [other.deployment] });
  expect(statusOf(deployment, look)).toMatchObject({
    state: "never started",
    reason: `another state manages what is there under this name: ${elsewhere}`,
  });
  expect(isAsConfigured(deployment, statusOf(deployment, look))).toBe(true);
});

it.each<[readonly string[] | undefined, string, string | undefined]>([
  [["shop_default"], "online", undefined],
  [undefined, "online", undefined],
  [[], "errored", "shop_app is not attached to the network shop_default"],
  [["bridge"], "errored", "shop_app is not attached to the network shop_default"],
])("a container that runs, attached to %j, is %s", (networks, state, reason) => {
  const status = statusOf(deployment, seen({ app: { networks } }));
  expect([status.state, status.reason]).toEqual([state, reason]);
});

describe("a deployment that is to run", () => {
  it.each<[string, Readonly<Record<string, Change>>, string, string | undefined]>([
    ["all run, the job is done", {}, "online", undefined],
    ["healthy", { app: { health: { status: "healthy", output: "ok" } } }, "online", undefined],
    ["on its way", { app: { health: { status: "starting", output: "" } } }, "online", "shop_app is starting"],
    ["a job is at work", { migrate: { state: "running" } }, "online", "shop_migrate is at work"],
    ["a job has not run", { migrate: { state: "created" } }, "online", undefined],
    ["one crashed and came back", { app: { restarts: 1, startedAt: at - 11_000 } }, "online", undefined],
    ["it crashed often, long ago", { app: { restarts: 9, startedAt: at - 120_000 } }, "online", undefined],
    [
      "it crashes in a loop",
      { app: { restarts: 3, startedAt: at - 119_999, exitCode: 7 } },
      "errored",
      "shop_app restarts again and again (exit code 7)",
    ],
    [
      "it waits to be restarted",
      { app: { state: "restarting", exitCode: 1 } },
      "errored",
      "shop_app restarts again and again (exit code 1)",
    ],
    ["unhealthy", { app: sick("no database") }, "errored", "shop_app is unhealthy: no database"],
    ["unhealthy without a word", { app: sick("") }, "errored", "shop_app is unhealthy"],
    ["ended with an error", { worker: exited(1) }, "errored", "shop_worker ended with exit code 1"],
    ["killed, and nothing starts it again", { worker: exited(137) }, "errored", "shop_worker ended with exit code 137"],
    [
      "killed for its memory",
      { app: { ...exited(137), outOfMemory: true } },
      "errored",
      "shop_app ended because it wanted more memory than it may have (exit code 137)",
    ],
    [
      "could not be started",
      { app: { state: "created", error: "port is already allocated" } },
      "errored",
      "shop_app could not be started: port is already allocated",
    ],
    ["a job failed", { migrate: exited(3) }, "errored", "shop_migrate failed with exit code 3"],
    [
      "two failed",
      { app: sick(""), worker: exited(1) },
      "errored",
      "shop_app is unhealthy; shop_worker ended with exit code 1",
    ],
    ["a part was stopped", { worker: exited(0) }, "errored", only("shop_worker is stopped (exit code 0)")],
    ["a part was removed", { worker: "absent" }, "errored", only("shop_worker is not there")],
    ["a part was killed by a person", { app: exited(137) }, "errored", only("shop_app is stopped (exit code 137)")],
    ["a part is paused", { app: { state: "paused" } }, "errored", only("shop_app is paused")],
    [
      "all were stopped",
      allStopped,
      "stopped",
      "shop_app is stopped (exit code 0); shop_worker is stopped (exit code 143)",
    ],
    [
      "made and not started",
      { app: { state: "created" }, worker: { state: "created" }, migrate: { state: "created" } },
      "stopped",
      "shop_app was never started; shop_worker was never started",
    ],
    ["nothing there", none, "never started", undefined],
    ["named alike, and of somebody else", { ...none, app: { deployment: "o/p/other" } }, "never started", undefined],
    ["a part cannot be seen", { worker: "hidden" }, "unknown", "shop_worker could not be looked at: HTTP 500: no"],
    ["nothing can be seen", { ...none, app: "hidden" }, "unknown", "shop_app could not be looked at: HTTP 500: no"],
    ["a part cannot be seen, another fails", { worker: "hidden", app: sick("") }, "errored", "shop_app is unhealthy"],
  ])("%s", (_, changes, state, reason) => {
    const { services, ...whole } = statusOf(deployment, seen(changes));
    expect(whole).toEqual(reason === undefined ? { state } : { state, reason });
    expect(services.map(({ service }) => service).sort()).toEqual(["app", "migrate", "worker"]);
  });

  it("its data alone is a deployment that was brought up once", () => {
    const { state, reason } = statusOf(deployment, seen(none, { volumesOf: [deployment.id] }));
    expect([state, reason]).toEqual(["stopped", "it has volumes and no container"]);
  });

  it("while a container takes another's place, the one that serves counts", () => {
    const { containers } = seen();
    const old = { ...well, id: "0", name: "shop_app_old", service: "app", ...exited(1) };
    expect(statusOf(deployment, seen({}, { containers: [old, ...containers] })).state).toBe("online");
  });

  it("nobody knows where the host does not answer", () => {
    const look = {
      kind: "unreachable",
      endpoint: endpointAt("unix:///x"),
      reason: "no answer",
      remedy: instruction(""),
    } as const;
    expect(statusOf(deployment, look)).toEqual({ state: "unknown", reason: "no answer", services: [] });
  });
});

describe("a deployment that is not to run", () => {
  it.each<[string, Readonly<Record<string, Change>>, string, string | undefined]>([
    ["nothing there", none, "never started", undefined],
    ["all are stopped", allStopped, "stopped", "berth:running is false"],
    [
      "whatever they ended with",
      { app: exited(1), worker: exited(1), migrate: exited(1) },
      "stopped",
      "berth:running is false",
    ],
    ["one runs", { app: exited(0) }, "online", "shop_worker runs, although berth:running is false"],
    [
      "a part cannot be seen",
      { app: "hidden", worker: exited(0) },
      "unknown",
      "shop_app could not be looked at: HTTP 500: no",
    ],
  ])("%s", (_, changes, state, reason) => {
    const { state: found, reason: told } = statusOf(stopped, seen(changes));
    expect([found, told]).toEqual([state, reason]);
  });
});

it.each([
  [deployment, "online", true],
  [deployment, "stopped", false],
  [deployment, "errored", false],
  [deployment, "unknown", false],
  [deployment, "never started", true],
  [stopped, "stopped", true],
  [stopped, "online", false],
] as const)("%#: what the file asks for", ({ running }, state, right) =>
  expect(isAsConfigured(running ? deployment : stopped, { state, services: [] })).toBe(right),
);
