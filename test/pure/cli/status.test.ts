import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { thisProcess } from "../../../src/operations/process-id.ts";
import { type Fake, fakeDocker } from "../docker/fake-docker.ts";
import { berth, equipemed, onTerminal, program, projectWith } from "./berth.ts";

const ended = { Status: "exited", ExitCode: 3 };
const service = (stack: string, key: string, Id: string) => ({
  Id,
  Names: [`/${stack}_${key}`],
  Labels: { "berth.stack": `organization/berth/${stack}`, "berth.service": key },
});

/** Docker's description of a container that it lists. */
const described = ({ Id, Names: [Name], Labels }: ReturnType<typeof service>, State: object) => ({
  Id,
  Name,
  State,
  Config: { Labels },
  HostConfig: {},
  NetworkSettings: {},
});

/** Three stacks on a host where one never ran, one failed and one is stopped. */
describe("berth status", () => {
  let fake: Fake;
  let root: string;
  const env = () => ({ DOCKER_HOST: fake.endpoint });

  beforeAll(async () => {
    const [b, c] = [service("b", "app", "1"), service("c", "app", "2")];
    fake = await fakeDocker({
      "/containers/json?all=1": [b, c],
      "/containers/1/json": described(b, ended),
      "/containers/2/json": described(c, { Status: "created" }),
    });
    root = projectWith({
      "Pulumi.a.yaml": equipemed({}),
      "Pulumi.b.yaml": equipemed({ ports: { app: 20_051 } }),
      "Pulumi.c.yaml": equipemed({ running: false }),
    });
  });
  afterAll(() => fake?.close());

  it("has a line for each, and ends with 1 where one is not as its file says", async () => {
    const { code, stdout, stderr } = await berth(root, ["status"], { env: env() });
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toBe(
      [
        "STACK  STATE",
        "a      never started",
        "b      errored        b_app ended with exit code 3",
        "c      stopped        berth:running is false\n",
      ].join("\n"),
    );
  });

  it.each([
    ["a", 0, { state: "never started", asConfigured: true }],
    ["b", 1, { state: "errored", asConfigured: false, reason: "b_app ended with exit code 3" }],
    ["c", 0, { state: "stopped", asConfigured: true }],
  ])("of %s alone ends with %d", async (stack, code, told) => {
    const ran = await berth(root, ["status", stack, "--json"], { env: env() });
    expect(ran).toMatchObject({ code, stderr: "" });
    const report = JSON.parse(ran.stdout) as { deployments: object[] };
    expect(report).toEqual({ deployments: [expect.any(Object)], uses: [], findings: [], notLookedAt: [] });
    expect(report.deployments[0]).toMatchObject({ stack, prefix: stack, ...told });
  });

  it("is unknown where the host does not answer, and ends with 3", async () => {
    const { code, stdout } = await berth(root, ["status", "a"], { env: { DOCKER_HOST: "unix:///nonexistent" } });
    expect(code).toBe(3);
    expect(stdout).toContain("a      unknown  the Docker daemon is not running: there is no /nonexistent");
    expect(stdout).toContain("✗ host-unreachable  unix:///nonexistent");
  });

  it("--watch tells what has lasted, until it is interrupted", async () => {
    const watching = onTerminal(root, ["status", "b", "--watch", "--for", "1ms", "--every", "2ms"], env());
    await watching.shows("b  critical for 0 s: errored: b_app ended with exit code 3");
    watching.type("\x03");
    expect(await watching.ended).toBe(0);
    expect(watching.screen().match(/critical for/g)).toHaveLength(1);
  });

  it.each([
    ["--for", "soon", "--for soon is not valid: expected a duration, for example 30s or 1m30s"],
    ["--every", "0", "--every 0 is not valid: expected a duration, for example 30s or 1m30s"],
  ])("--watch takes no %s %s", async (flag, value, message) => {
    const { code, stderr } = await berth(root, ["status", "--watch", flag, value], { env: env() });
    expect([code, stderr]).toEqual([2, `${message}\n`]);
  });
});

it("names an operation that was cut off, and what completes it", async () => {
  const process = { pid: spawnSync(globalThis.process.execPath, ["--version"]).pid };
  const planned = {
    at: "2026-11-29T10:00:00.000Z",
    kind: "planned",
    operation: "destroy",
    options: ["data"],
    steps: [],
  };
  const lines = [
    { ...planned, owner: "ops@host, pid 42", process: { ...thisProcess(), ...process } },
    { at: planned.at, kind: "started", step: "destroy:a" },
  ];
  const root = projectWith({
    "Pulumi.a.yaml": equipemed({}),
    ".berth/journal/a/1-destroy.jsonl": lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
  });
  const fake = await fakeDocker();
  try {
    const env = { DOCKER_HOST: fake.endpoint };
    const { stdout } = await berth(root, ["status"], { env });
    expect(stdout).toContain(
      "\n! a: berth destroy was cut off at destroy:a (ops@host, pid 42, since 2026-11-29T10:00:00.000Z)\n" +
        "  remedy     berth destroy a --data\n",
    );
    const { deployments } = JSON.parse((await berth(root, ["status", "--json"], { env })).stdout) as {
      deployments: object[];
    };
    expect(deployments).toMatchObject([{ cutOff: { operation: "destroy", remedy: "berth destroy a --data" } }]);
  } finally {
    await fake.close();
  }
});

it("a clone's status does not show what the other clone runs, unless that state is gone or the own one holds it", async () => {
  const other = projectWith({ ".state/.pulumi/stacks/berth/a.json": "{}" });
  const settings = "name: berth\nruntime: nodejs\nbackend: { url: file://./.state }\n";
  const root = projectWith({ "Pulumi.yaml": settings, "Pulumi.a.yaml": equipemed({}) });
  const place = `${hostname()}:${other}/.state`;
  const container = service("a", "app", "1");
  const listed = { ...container, Labels: { ...container.Labels, "berth.home": "0123", "berth.place": place } };
  const fake = await fakeDocker({
    "/containers/json?all=1": [listed],
    "/containers/1/json": described(listed, { Status: "running" }),
  });
  const status = async () => {
    const { stdout } = await berth(root, ["status", "a"], { env: { DOCKER_HOST: fake.endpoint } });
    return stdout.split("\n")[1];
  };
  try {
    expect(await status()).toBe(`a      never started  another state manages what is there under this name: ${place}`);
    const outputs = { id: "1", name: "a_app", labels: [{ label: "berth.stack", value: "organization/berth/a" }] };
    const resources = [{ type: "docker:index/container:Container", outputs }];
    mkdirSync(join(root, ".state/.pulumi/stacks/berth"), { recursive: true });
    const state = join(root, ".state/.pulumi/stacks/berth/a.json");
    writeFileSync(state, JSON.stringify({ checkpoint: { latest: { resources } } }));
    expect(await status()).toBe("a      online  http://localhost:8778/");
    rmSync(state);
    rmSync(join(other, ".state"), { recursive: true });
    expect(await status()).toBe("a      online  http://localhost:8778/");
  } finally {
    await fake.close();
  }
});

describe("berth start and stop before the engine", () => {
  const port = 20_052;
  const env = { DOCKER_HOST: "unix:///nonexistent" };
  const files = (more: object) => ({
    "Pulumi.a.yaml": equipemed({ ports: { app: port }, inventory: "files" }),
    "Pulumi.b.yaml": equipemed({ ports: { app: port }, running: false, inventory: "files", ...more }),
  });
  const text = (root: string, stack: string): string => readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8");
  const held = `0.0.0.0:${port}/tcp is held by a, which runs. Stop a and start b?`;

  it("start names the flag where it cannot ask whether to stop who holds the port", async () => {
    const root = projectWith(files({}));
    const before = [text(root, "a"), text(root, "b")];
    const { code, stdout, stderr } = await berth(root, ["start", "b"], { env });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(`${held}\nThere is no terminal to answer on: add --yes; nothing was changed\n`);
    expect([text(root, "a"), text(root, "b")]).toEqual(before);
  });

  it("start asks on a terminal, and does nothing without a yes", async () => {
    const root = projectWith(files({}));
    const terminal = onTerminal(root, ["start", "b"], env);
    await terminal.shows(held);
    terminal.type("\r");
    expect(await terminal.ended).toBe(2);
    expect(terminal.screen()).toContain("nothing was changed");
    expect(text(root, "b")).toContain("berth:running: false");
  });

  it("start stops nobody where something else is in the way, too", async () => {
    const root = projectWith(files({ prefix: "a" }));
    const { code, stdout, stderr } = await berth(root, ["start", "b", "--yes", "--json"], { env });
    expect([code, stderr]).toEqual([1, "nothing was changed\n"]);
    expect(JSON.parse(stdout)).toMatchObject({
      stack: "b",
      operation: "start",
      ok: false,
      findings: expect.arrayContaining([expect.objectContaining({ code: "prefix-in-use" })]),
    });
    expect(text(root, "a")).not.toContain("running");
  });

  it.each(["start", "stop"])("%s leaves the stack file as it is where there is no engine", async (command) => {
    const root = projectWith(files({}));
    const before = text(root, "a");
    const { code, stderr } = await berth(root, [command, "a"], {
      env: { ...env, PATH: dirname(program[1]), HOME: "/nonexistent" },
    });
    expect(code).toBe(3);
    expect(stderr).toContain("the Pulumi CLI is not on PATH and could not be fetched");
    expect(text(root, "a")).toBe(before);
  });
});
