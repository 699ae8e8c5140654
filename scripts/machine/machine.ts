import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { connect } from "../../src/docker/connection.ts";
import { answer } from "../../src/docker/request.ts";
import { type Failure, failureOf } from "../../src/docker/failure.ts";
import { localEndpoint } from "../../src/docker/endpoint.ts";
import { onPath } from "./on-path.ts";

/** What is looked at and done on a machine to get Docker running. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  readonly hasSystemd: boolean;
  /** Where the output of commands and of the daemon goes. */
  readonly log: string;
  /** @throws Error where a context is chosen that cannot be read. */
  endpoint(): string;
  /** @returns why Docker does not answer there; undefined where it does. */
  ask(endpoint: string): Promise<Failure | undefined>;
  has(program: string): boolean;
  /** The process that is a dockerd. */
  runningDaemon(): number | undefined;
  /** @returns what went wrong; undefined where nothing did. */
  run(command: string): Promise<string | undefined>;
  /** Starts a dockerd that outlives this process and holds none of its output. */
  startDaemon(): string | undefined;
  /** What the log complains about last. */
  lastWords(): string;
  pause(): Promise<void>;
}

/** As apt-get and dockerd write their last word; what follows it may be a trace of calls. */
const complaint = /^(?:E:|panic:|failed|fatal)|level=(?:error|fatal)/i;

export function thisMachine(): Machine {
  const log = join(homedir(), ".cache", "berth", "docker.log");
  const lastWords = (): string => {
    const lines = attempt(() => readFileSync(log, "utf8").trim().split("\n")) ?? [];
    return (lines.filter((line) => complaint.test(line)).at(-1) ?? lines.at(-1) ?? "").slice(0, 300);
  };
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    hasSystemd: attempt(() => readdirSync("/run/systemd/system")) !== undefined,
    log,
    lastWords,
    endpoint: () => localEndpoint(),
    ask,
    has: onPath,
    runningDaemon: () => processNamed("dockerd"),
    run: async (command) => {
      const [program = "", ...parameters] = command.split(" ");
      const child = start(program, parameters, log, {});
      const code = await new Promise<number | string>((resolve) => {
        child.once("error", (error) => resolve(error.message));
        child.once("exit", (exit, signal) => resolve(exit ?? signal ?? ""));
      });
      return code === 0 ? undefined : `${lastWords()} (${code})`;
    },
    startDaemon: () => {
      forgetDead("/var/run/docker.pid", "dockerd");
      forgetDead("/var/run/docker/containerd/containerd.pid", "containerd");
      const daemon = start("dockerd", [], log, { detached: true });
      daemon.once("error", () => {});
      daemon.unref();
      return daemon.pid === undefined ? "dockerd cannot be run" : undefined;
    },
    pause: () => wait(250),
  };
}

async function ask(endpoint: string): Promise<Failure | undefined> {
  try {
    const connection = await connect(endpoint);
    await answer(connection, "/version", 5000).finally(() => connection.close());
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

/** A file takes the output, never a pipe: a process that waits for ours to end would wait for the daemon's. */
function start(program: string, parameters: readonly string[], log: string, options: { detached?: boolean }) {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, "a", 0o600);
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    return spawn(program, parameters, { ...options, env, stdio: ["ignore", output, output] });
  } finally {
    closeSync(output);
  }
}

/** A pid file that outlived its process may name a stranger by now; the daemon would take it for itself and not start. */
function forgetDead(pidFile: string, name: string): void {
  const pid = attempt(() => readFileSync(pidFile, "utf8").trim());
  if (pid !== undefined && nameOf(pid) !== name) rmSync(pidFile, { force: true });
}

function processNamed(name: string): number | undefined {
  const pids = attempt(() => readdirSync("/proc")) ?? [];
  const pid = pids.find((entry) => /^\d+$/.test(entry) && nameOf(entry) === name);
  return pid === undefined ? undefined : Number(pid);
}

/** Undefined where there is no such process, or where it has ended and nobody has noticed. */
const nameOf = (pid: string): string | undefined =>
  attempt(() => {
    const [, name, state] = /^\d+ \((.*)\) (\w)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return state === "Z" ? undefined : name;
  });

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
