import { spawn, execFileSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type Dockerode from "dockerode";
import { vi } from "vitest";
import { dockerClient } from "../../src/docker/client.ts";

/** A Docker daemon that tests may restart: its own folder, socket and containerd, and a network apart. */
export interface Daemon {
  /** For DOCKER_HOST. */
  readonly url: string;
  readonly docker: Dockerode;
  /** Ends the daemon as a restart of the service does, and starts it again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Only root may start one, and only where dockerd is installed on this machine. */
export const daemonsCanStart: boolean =
  process.getuid?.() === 0 &&
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, "dockerd"), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

export async function startDaemon(): Promise<Daemon> {
  const folder = mkdtempSync(join(tmpdir(), "berth-test-daemon-"));
  const url = `unix://${join(folder, "docker.sock")}`;
  const docker = await dockerClient(url);
  let daemon = await started();
  return {
    url,
    docker,
    restart: async () => {
      await ended(daemon);
      daemon = await started();
    },
    stop: async () => {
      await ended(daemon);
      rmSync(folder, { recursive: true, force: true });
    },
  };

  async function started(): Promise<ChildProcess> {
    const at = (name: string): string => join(folder, name);
    const place = ["--data-root", at("data"), "--exec-root", at("exec"), "--pidfile", at("pid"), "--host", url];
    // A network of its own: `--bridge=none` would take docker0 away from the machine's own daemon.
    const network = ["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-masq=false"];
    const apart = ["--net", "sh", "-c", 'ip link set lo up; exec "$@"', "sh", "dockerd"];
    const names = ["--containerd-namespace", "berth-test", "--containerd-plugins-namespace", "berth-test-plugins"];
    const child = spawn("unshare", [...apart, ...place, ...network, ...names], { stdio: "ignore" });
    await vi.waitFor(() => docker.ping(), { timeout: 30_000, interval: 50 });
    return child;
  }
}

async function ended(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null) return;
  const exit = once(daemon, "exit");
  daemon.kill("SIGTERM");
  await exit;
}

/** Brings an image of another daemon there. */
export const giveImage = (image: string, { url }: Daemon): void => {
  const archive = execFileSync("docker", ["save", image], { maxBuffer: 1024 ** 3 });
  execFileSync("docker", ["--host", url, "load"], { input: archive });
};
