import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Dockerode from "dockerode";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { dockerClient } from "../../src/inventory/docker-client.ts";
import { berth, projectWith } from "../cli/berth.ts";
import { dockerAnswers, tinyImage } from "./docker.ts";

/** Podman runs as root in a network of its own, so that its rules never meet Docker's. */
const podmanStarts: boolean = (() => {
  try {
    execFileSync("podman", ["--version"], { stdio: "ignore" });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
})();
if (!podmanStarts) console.log("podman is not installed, or this is not root: test/host/podman.test.ts is left out");

describe.skipIf(!dockerAnswers || !podmanStarts)("berth with Podman in Docker's place", () => {
  const folder = mkdtempSync(join(tmpdir(), "berth-podman-"));
  const url = `unix://${join(folder, "podman.sock")}`;
  let service: ChildProcess;
  let podman: Dockerode;
  let root: string;

  beforeAll(async () => {
    const at = (name: string): string => join(folder, name);
    // Where root may not raise its limits, what Podman sets by itself keeps containers from starting.
    writeFileSync(at("containers.conf"), '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n');
    const places = [
      "--root",
      at("root"),
      "--runroot",
      at("run"),
      "--tmpdir",
      at("tmp"),
      "--cgroup-manager",
      "cgroupfs",
    ];
    const network = ["--network-backend", "netavark", "--network-config-dir", at("networks")];
    const words = [...places, ...network, "system", "service", "--time=0", url];
    service = spawn("unshare", ["--net", "podman", ...words], {
      stdio: "ignore",
      env: { ...process.env, CONTAINERS_CONF: at("containers.conf") },
    });
    podman = await dockerClient(url);
    await vi.waitFor(() => podman.ping(), { timeout: 30_000, interval: 100 });
    const archive = execFileSync("docker", ["save", await tinyImage()], { maxBuffer: 1024 ** 3 });
    execFileSync("docker", ["--host", url, "load"], { input: archive });
    root = projectWith({
      "blueprints/web.yaml": 'services: { web: { image: "berth-test-tiny:1", ports: ["8000"] } }\n',
      "Pulumi.pod.yaml": `config: { berth:blueprint: web, berth:endpoint: "${url}", berth:ports: { web: 20311 } }\n`,
    });
  });
  afterAll(async () => {
    const left = (await podman?.listContainers({ all: true }).catch(() => [])) ?? [];
    for (const { Id } of left) await podman.getContainer(Id).remove({ force: true });
    if (service?.exitCode === null) {
      const exit = once(service, "exit");
      service.kill();
      await exit;
    }
    // Podman leaves its folder of layers mounted on itself.
    for (const mount of readFileSync("/proc/mounts", "utf8")
      .split("\n")
      .map((line) => line.split(" ")[1] ?? ""))
      if (mount.startsWith(folder)) execFileSync("umount", ["--lazy", mount]);
    rmSync(folder, { recursive: true, force: true });
  });

  it("finds the image, and says what does not fit", async () => {
    const { code, stdout } = await berth(root, ["check", "--json"]);
    expect(code, stdout).toBe(0);
    expect((JSON.parse(stdout) as { findings: object[] }).findings).toEqual([
      {
        code: "podman-endpoint",
        severity: "warning",
        kind: "host",
        key: url,
        message: expect.stringMatching(/^Podman \d.* answers there, which tells networks, logs and security options/),
        remedy: "run it on Docker (berth:endpoint); check, ports and status work here",
      },
    ]);
  });

  it("sees what lives there: the state of a deployment, and a stranger on its port", async () => {
    const state = async (): Promise<unknown> => {
      const { stdout } = await berth(root, ["status", "pod", "--json"]);
      const [deployment] = (JSON.parse(stdout) as { deployments: { state: string; reason?: string }[] }).deployments;
      return [deployment?.state, deployment?.reason];
    };
    expect(await state()).toEqual(["never started", undefined]);
    const container = await podman.createContainer({
      name: "pod_web",
      Image: "berth-test-tiny:1",
      Labels: { "berth.stack": "organization/berth/pod", "berth.service": "web" },
      HostConfig: { NetworkMode: "none" },
    });
    await container.start();
    expect(await state()).toEqual(["online", undefined]);
    await container.kill();
    await container.wait();
    expect(await state()).toEqual(["stopped", "pod_web is stopped (exit code 137)"]);
    await podman.createContainer({
      name: "stranger",
      Image: "berth-test-tiny:1",
      ExposedPorts: { "80/tcp": {} },
      HostConfig: { PortBindings: { "80/tcp": [{ HostPort: "20311" }] } },
    });
    const { code, stdout } = await berth(root, ["check"]);
    expect(code, stdout).toBe(1);
    expect(stdout).toContain("✗ port-in-use  0.0.0.0:20311/tcp");
    expect(stdout).toContain("container stranger");
  });
});
