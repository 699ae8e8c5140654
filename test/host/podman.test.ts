import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { berth, projectWith } from "../pure/cli/berth.ts";
import { dockerAnswers } from "./docker.ts";
import { podmanMissing, PodmanService } from "./podman-service.ts";

describe.skipIf(!dockerAnswers || podmanMissing !== "")("berth with Podman in Docker's place", () => {
  let service: PodmanService;
  let root: string;
  const stack = (port: string): string =>
    `config: { berth:blueprint: web, berth:endpoint: "${service.url}", berth:ports: { web: ${port} } }\n`;

  beforeAll(async () => {
    service = await PodmanService.start();
    root = projectWith({
      "blueprints/web.yaml":
        'services: { web: { image: "berth-test-tiny:1", restart: unless-stopped, ports: ["8000"] } }\n',
      "Pulumi.pod.yaml": stack("20311"),
    });
  });
  afterAll(() => service?.end());

  it("finds the image, and says what is not as with Docker", async () => {
    const { code, stdout } = await berth(root, ["check", "--json"]);
    expect(code, stdout).toBe(0);
    expect((JSON.parse(stdout) as { findings: object[] }).findings).toEqual([
      {
        code: "podman-endpoint",
        severity: "warning",
        kind: "host",
        key: service.url,
        message: expect.stringMatching(
          /^Podman \d.* answers there: it runs health checks only where systemd runs, and /,
        ),
        remedy: "systemctl enable podman-restart",
        remedyNote: "on that host; without systemd, run what has a health check on Docker",
        action: { kind: "shell", argv: ["systemctl", "enable", "podman-restart"] },
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
    const container = await service.client.createContainer({
      name: "pod_web",
      Image: "berth-test-tiny:1",
      Labels: { "berth.stack": "organization/berth/pod", "berth.service": "web" },
      HostConfig: { NetworkMode: "none" },
    });
    await container.start();
    expect(await state()).toEqual(["errored", "pod_web is not attached to the network pod_default"]);
    await container.kill();
    await container.wait();
    expect(await state()).toEqual(["stopped", "pod_web is stopped (exit code 137)"]);
    await service.client.createContainer({
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
