import { userInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { ensureDocker } from "../../../scripts/machine/ensure-docker.ts";
import type { Machine } from "../../../scripts/machine/machine.ts";
import type { Failure } from "../../../src/docker/failure.ts";

const failed = (code: string): Failure => ({ kind: "system", code, message: code });

interface Scene extends Partial<Omit<Machine, "run" | "startDaemon" | "has" | "ask" | "runningDaemon">> {
  /** What is said for each time that Docker is asked, the last for all others; "" is an answer. */
  readonly says?: readonly string[];
  readonly installed?: boolean;
  /** The pid of the daemon each time that it is looked for, the last for all others. */
  readonly pids?: readonly (number | undefined)[];
  readonly failing?: string;
  /** What starting a daemon leads to. */
  readonly starts?: boolean;
}

/** A machine in which nothing happens but in `done`. */
function machineOf(scene: Scene) {
  const done: string[] = [];
  const says = [...(scene.says ?? ["ENOENT"])];
  const pids = [...(scene.pids ?? [undefined])];
  let installed = scene.installed ?? true;
  let started = false;
  const next = <T>(values: T[]): T => (values.length > 1 ? (values.shift() as T) : (values[0] as T));
  const act = (command: string): string | undefined => {
    done.push(command);
    if (command === scene.failing) return "E: no such luck";
    if (command.includes("install")) installed = true;
    if (command.endsWith("start docker")) started = true;
    return undefined;
  };
  const machine: Machine = {
    platform: "linux",
    isRoot: true,
    hasSystemd: false,
    log: "/root/docker.log",
    endpoint: () => "unix:///var/run/docker.sock",
    ask: async () => {
      const said = next(says);
      return started || said === "" ? undefined : failed(said);
    },
    has: (program) => program === "apt-get" || installed,
    runningDaemon: () => (started ? 99 : next(pids)),
    run: async (command) => act(command),
    startDaemon: () => {
      started = scene.starts ?? true;
      return act("dockerd");
    },
    lastWords: () => "failed to start daemon: no iptables",
    pause: async () => {},
    ...scene,
  };
  return { machine, done };
}

async function outcome(scene: Scene) {
  const { machine, done } = machineOf(scene);
  return { docker: await ensureDocker({ progress: () => {}, machine }), done };
}

const ready = { kind: "ready" };
const missing = (reason: string, remedy: string) => ({ kind: "missing", reason, remedy });
const update = "apt-get update";
const install = "apt-get install -y docker.io";

describe("what is done", () => {
  it.each<[string, Scene, string[]]>([
    ["nothing, where Docker answers", { says: [""] }, []],
    ["nothing but waiting, where a daemon is on its way up", { says: ["ENOENT", "ECONNREFUSED", ""], pids: [7] }, []],
    ["a start, where the daemon was on its way down", { says: ["ECONNREFUSED"], pids: [7, 7, undefined] }, ["dockerd"]],
    ["a start, where the socket is dead", { says: ["ECONNREFUSED"] }, ["dockerd"]],
    ["a start by systemd, where that runs the machine", { hasSystemd: true }, ["systemctl start docker"]],
    ["an installation and a start, where there is only a client", { installed: false }, [update, install, "dockerd"]],
    [
      "an installation alone, where that starts it",
      { installed: false, says: ["ENOENT", ""], pids: [undefined, 7] },
      [update, install],
    ],
  ])("%s", async (_, scene, expected) => {
    expect(await outcome(scene)).toEqual({ docker: ready, done: expected });
  });
});

describe("what is said where it cannot be done", () => {
  const byHand = "sudo apt-get update && sudo apt-get install -y docker.io";
  it.each<[string, Scene, string, string, string[]?]>([
    [
      "an endpoint that somebody chose",
      { endpoint: () => "tcp://other:2375", says: ["ECONNREFUSED"] },
      "nothing listens on other:2375",
      "start Docker on that host, or correct the address and port of the endpoint",
    ],
    [
      "a socket that is not ours to open",
      { says: ["EACCES"] },
      "permission denied on /var/run/docker.sock",
      `sudo usermod -aG docker ${userInfo().username}\nthen log in again, so that the new group counts`,
    ],
    [
      "a daemon that serves another socket",
      { pids: [7] },
      "dockerd (pid 7) runs, but does not answer on unix:///var/run/docker.sock",
      "set DOCKER_HOST to the socket that it serves, or restart it",
    ],
    [
      "not root, not installed",
      { isRoot: false, installed: false },
      "Docker is not installed",
      `install it: ${byHand}`,
    ],
    ["not root, not started", { isRoot: false }, "the Docker daemon is not running", "start it: sudo dockerd"],
    [
      "no Debian",
      { installed: false, has: () => false } as Scene,
      "Docker is not installed",
      "install it: https://docs.docker.com/engine/install/",
    ],
    [
      "no Linux",
      { installed: false, platform: "darwin" },
      "Docker does not run",
      "start Docker Desktop: https://docs.docker.com/desktop/",
    ],
    [
      "no package",
      { installed: false, failing: install },
      `${install} failed: E: no such luck`,
      `install Docker manually: ${byHand}`,
      [update, install],
    ],
    [
      "a daemon that ends at once",
      { starts: false },
      "dockerd ended: failed to start daemon: no iptables",
      "look at its log: /root/docker.log",
      ["dockerd"],
    ],
  ])("%s", async (_, scene, reason, remedy, expected = []) => {
    expect(await outcome(scene)).toEqual({ docker: missing(reason, remedy), done: expected });
  });

  it("a context without an endpoint", async () => {
    const endpoint = () => {
      throw new Error("the Docker context has no endpoint");
    };
    const { docker } = await outcome({ endpoint });
    expect(docker).toEqual(
      missing("the Docker context has no endpoint", "choose the default one: docker context use default"),
    );
  });
});
