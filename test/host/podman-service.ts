import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Dockerode from "dockerode";
import { vi } from "vitest";
import { onPath } from "../../scripts/machine/on-path.ts";
import { dockerClient } from "../../src/docker/client.ts";
import { tinyImage } from "./docker.ts";

/** Debian's packages; Podman without its helpers starts, and fails in the middle of a test. */
const packages = ["podman", "runc", "netavark", "aardvark-dns", "catatonit"];
/** Where Podman looks for its helpers, besides PATH: containers.conf(5), helper_binaries_dir and init_path. */
const helpers = ["/usr/lib/podman", "/usr/libexec/podman"];
const missing = (): string[] =>
  packages.filter((name) => !onPath(name) && !helpers.some((folder) => existsSync(join(folder, name))));

/** Why Podman cannot be had here; empty where it can. Debian's packages are installed where that is possible. */
export const podmanMissing: string = (() => {
  if (process.getuid?.() !== 0) return "this is not root";
  if (missing().length > 0 && onPath("apt-get"))
    try {
      const install = ["install", "--yes", "--no-install-recommends", ...packages];
      execFileSync("apt-get", install, { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
    } catch {
      return `Podman cannot be installed: apt-get install ${packages.join(" ")}`;
    }
  const left = missing();
  return left.length === 0 ? "" : `not installed: ${left.join(", ")}`;
})();
if (podmanMissing !== "") console.log(`tests with Podman are left out: ${podmanMissing}`);

/** Podman as root, with all that it keeps in a folder of its own, and in a network of its own: it never meets Docker's rules. */
export class PodmanService {
  private constructor(
    readonly url: string,
    readonly client: Dockerode,
    private readonly folder: string,
    private readonly service: ChildProcess,
  ) {}

  /** It answers, and has the image of tinyImage. */
  static async start(): Promise<PodmanService> {
    const folder = mkdtempSync(join(tmpdir(), "berth-podman-"));
    const at = (name: string): string => join(folder, name);
    const url = `unix://${at("podman.sock")}`;
    // Where root may not raise its limits, what Podman sets by itself keeps containers from starting.
    writeFileSync(at("containers.conf"), '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n');
    const places = ["--root", at("root"), "--runroot", at("run"), "--tmpdir", at("tmp")];
    // Its usual runtime does not start where both versions of control groups are mounted.
    const machinery = ["--runtime", "runc", "--cgroup-manager", "cgroupfs"];
    const network = ["--network-backend", "netavark", "--network-config-dir", at("networks")];
    const words = [...places, ...machinery, ...network, "system", "service", "--time=0", url];
    const inside = 'ip link set lo up && exec podman "$@"';
    const service = spawn("unshare", ["--net", "sh", "-c", inside, "podman", ...words], {
      stdio: "ignore",
      env: { ...process.env, CONTAINERS_CONF: at("containers.conf") },
    });
    const client = await dockerClient(url);
    const started = new PodmanService(url, client, folder, service);
    try {
      await vi.waitFor(() => client.ping(), { timeout: 30_000, interval: 100 });
      const archive = execFileSync("docker", ["save", await tinyImage()], { maxBuffer: 1024 ** 3 });
      execFileSync("docker", ["--host", url, "load"], { input: archive, stdio: ["pipe", "ignore", "inherit"] });
      return started;
    } catch (error) {
      await started.end();
      throw error;
    }
  }

  /** What an address says to somebody on Podman's host. */
  fetch(address: string): string {
    const code = `fetch(${JSON.stringify(address)}).then(async (answer) => console.log(await answer.text()))`;
    const words = ["--target", String(this.service.pid), "--net", process.execPath, "-e", code];
    return execFileSync("nsenter", words, { encoding: "utf8", timeout: 30_000 }).trim();
  }

  async end(): Promise<void> {
    const left = await this.client.listContainers({ all: true }).catch(() => []);
    for (const { Id } of left) await this.client.getContainer(Id).remove({ force: true });
    if (this.service.exitCode === null) {
      const exit = once(this.service, "exit");
      this.service.kill();
      await exit;
    }
    // Podman leaves its folder of layers mounted on itself.
    const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
    for (const mount of mounts.map((line) => line.split(" ")[1] ?? ""))
      if (mount.startsWith(this.folder)) execFileSync("umount", ["--lazy", mount]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
