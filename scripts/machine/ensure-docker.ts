import { pathToFileURL } from "node:url";
import { explain, type Explanation, type Failure } from "../../src/docker/failure.ts";
import { remedyText } from "../../src/report/remedy-text.ts";
import { type Machine, thisMachine } from "./machine.ts";

export type DockerAnswer =
  { readonly kind: "ready" } | { readonly kind: "missing"; readonly reason: string; readonly remedy: string };

export interface EnsureOptions {
  /** Told what is done, a line at a time. */
  readonly progress: (line: string) => void;
  /** This one by default. */
  readonly machine?: Machine;
}

/**
 * Makes sure that Docker answers. As root on Debian or Ubuntu it installs and starts what is missing; elsewhere it says
 * what to do. A daemon that runs is only ever waited for, and a chosen endpoint is never replaced.
 */
export async function ensureDocker({ progress, machine = thisMachine() }: EnsureOptions): Promise<DockerAnswer> {
  let endpoint: string;
  try {
    endpoint = machine.endpoint();
  } catch (error) {
    return missing((error as Error).message, "choose the default one: docker context use default");
  }
  const failure = await machine.ask(endpoint);
  if (failure === undefined) return ready;
  if (endpoint !== ownEndpoint || !nobodyListens(failure)) return missingBecause(explain(endpoint, failure));
  return (
    (await awaitDaemon(machine, progress)) ?? (await install(machine, progress)) ?? (await start(machine, progress))
  );
}

const ownEndpoint = "unix:///var/run/docker.sock";
const ready = { kind: "ready" } as const;
const missing = (reason: string, remedy: string): DockerAnswer => ({ kind: "missing", reason, remedy });

const missingBecause = ({ reason, remedy }: Explanation): DockerAnswer =>
  missing(reason, remedyText(remedy, { speaks: "berth", berth: "npx berth" }));

const nobodyListens = (failure: Failure): boolean =>
  failure.kind === "system" && (failure.code === "ENOENT" || failure.code === "ECONNREFUSED");

/**
 * A daemon that runs may be on its way up or down, or serve another socket: a second one beside it would harm both.
 * @returns undefined where none runs, any more.
 */
async function awaitDaemon(machine: Machine, progress: (line: string) => void): Promise<DockerAnswer | undefined> {
  const pid = machine.runningDaemon();
  if (pid === undefined) return undefined;
  progress(`dockerd (pid ${pid}) runs and does not answer yet: waiting for it`);
  const isAlive = (): boolean => machine.runningDaemon() === pid;
  if (await answers(machine, isAlive)) return ready;
  if (!isAlive()) return undefined;
  return missing(
    `dockerd (pid ${pid}) runs, but does not answer on ${ownEndpoint}`,
    "set DOCKER_HOST to the socket that it serves, or restart it",
  );
}

/** @returns undefined where Docker is installed now. */
async function install(machine: Machine, progress: (line: string) => void): Promise<DockerAnswer | undefined> {
  if (machine.has("dockerd")) return undefined;
  if (machine.platform !== "linux") {
    return missing("Docker does not run", "start Docker Desktop: https://docs.docker.com/desktop/");
  }
  if (!machine.has("apt-get")) {
    return missing("Docker is not installed", "install it: https://docs.docker.com/engine/install/");
  }
  const byHand = "sudo apt-get update && sudo apt-get install -y docker.io";
  if (!machine.isRoot) return missing("Docker is not installed", `install it: ${byHand}`);
  for (const command of ["apt-get update", "apt-get install -y docker.io"]) {
    progress(`Docker is not installed: ${command}`);
    const problem = await machine.run(command);
    if (problem !== undefined) return missing(`${command} failed: ${problem}`, `install Docker manually: ${byHand}`);
  }
  return undefined;
}

async function start(machine: Machine, progress: (line: string) => void): Promise<DockerAnswer> {
  const byService = machine.hasSystemd;
  if (!machine.isRoot) {
    return missing(
      "the Docker daemon is not running",
      `start it: sudo ${byService ? "systemctl start docker" : "dockerd"}`,
    );
  }
  // Installing may have started it.
  if (machine.runningDaemon() === undefined) {
    progress(`starting Docker: ${byService ? "systemctl start docker" : `dockerd, its log in ${machine.log}`}`);
    const problem = byService ? await machine.run("systemctl start docker") : machine.startDaemon();
    if (problem !== undefined)
      return missing(`Docker does not start: ${problem}`, "look at it: systemctl status docker");
  }
  if (await answers(machine, () => byService || machine.runningDaemon() !== undefined)) return ready;
  return byService
    ? missing("Docker was started and does not answer", "look at its log: journalctl -u docker")
    : missing(`dockerd ended: ${machine.lastWords()}`, `look at its log: ${machine.log}`);
}

/** Asks until Docker answers, the daemon has ended, or a minute is over. */
async function answers(machine: Machine, lives: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 240; tries += 1) {
    if ((await machine.ask(ownEndpoint)) === undefined) return true;
    if (!lives()) return false;
    await machine.pause();
  }
  return false;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const docker = await ensureDocker({ progress: console.error });
  console.log(docker.kind === "ready" ? "Docker answers" : `${docker.reason}\n${docker.remedy}`);
  process.exitCode = docker.kind === "ready" ? 0 : 3;
}
