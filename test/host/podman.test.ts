import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { berth, paste, projectWith } from "../cli/berth.ts";
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
      "blueprints/web.yaml": 'services: { web: { image: "berth-test-tiny:1", ports: ["8000"] } }\n',
      "Pulumi.pod.yaml": stack("{ port: 20311, address: 127.0.0.1 }"),
    });
  });
  afterAll(() => service?.end());

  it("finds the image, and nothing that does not fit", async () => {
    const { code, stdout } = await berth(root, ["check", "--json"]);
    expect(code, stdout).toBe(0);
    expect((JSON.parse(stdout) as { findings: object[] }).findings).toEqual([]);
  });

  it("refuses a port of all addresses, which Podman would forward to nobody, and its remedy works", async () => {
    const open = projectWith({
      "blueprints/web.yaml": 'services: { web: { image: "berth-test-tiny:1", ports: ["8000"] } }\n',
      "Pulumi.pod.yaml": stack("20311"),
    });
    const { code, stdout } = await berth(open, ["check", "--json"]);
    expect(code, stdout).toBe(1);
    const [finding] = (JSON.parse(stdout) as { findings: { remedy: string }[] }).findings;
    expect(finding).toEqual({
      code: "podman-endpoint",
      severity: "error",
      kind: "host",
      key: "0.0.0.0:20311/tcp",
      message: expect.stringMatching(/^Podman \d.* runs as root there, and forwards no port of all addresses$/),
      allowed: "one address of the host in berth:ports.web",
      wanted: { stack: "pod", service: "web", file: "Pulumi.pod.yaml", path: "berth:ports.web", line: 1 },
      remedy:
        "berth config rm --path berth:ports.web -s pod && berth config set --path berth:ports.web.port 20311 -s pod && berth config set --path berth:ports.web.address 127.0.0.1 -s pod",
      remedyNote: "or another address of the host",
    });
    expect(await paste(open, finding?.remedy ?? "")).toMatchObject({ code: 0 });
    expect(await berth(open, ["check"])).toMatchObject({ code: 0 });
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
    expect(await state()).toEqual(["online", undefined]);
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
    expect(stdout).toContain("✗ port-in-use  127.0.0.1:20311/tcp");
    expect(stdout).toContain("container stranger");
  });
});
