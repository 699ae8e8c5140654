import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { podmanMissing, PodmanService } from "../host/podman-service.ts";
import { engineAnswers, temporaryProject, type TemporaryProject } from "./engine.ts";
import { succeeds } from "./tenancy.ts";

const blueprint = `services:
  seed:
    image: berth-test-tiny:1
    command: [sh, -c, "echo from podman > /data/index.html"]
    volumes: ["data:/data"]
  web:
    image: berth-test-tiny:1
    command: [httpd, -f, -p, "8000", -h, /data]
    ports: ["8000"]
    volumes: ["data:/data"]
    environment: { TOKEN: "\${TOKEN}" }
    depends_on: { seed: { condition: service_completed_successfully } }
    mem_limit: 64m
    tmpfs: ["/tmp:size=10m"]
    sysctls: { net.core.somaxconn: "1024" }
    read_only: true
    networks: { net: { ipv4_address: 10.243.77.20, aliases: [www] } }
    init: true
    stop_signal: SIGKILL
    cap_drop: [ALL]
    cap_add: [CHOWN]
volumes: { data: }
networks: { net: { ipam: { config: [{ subnet: 10.243.77.0/26 }] } } }
x-berth: { secrets: { TOKEN: { generate: 24 } } }
`;

/** The engine's Docker provider with Podman in Docker's place: what it reads back in other words is no change. */
describe.skipIf(!engineAnswers || podmanMissing !== "")("a deployment on Podman", () => {
  let service: PodmanService;
  let project: TemporaryProject;

  beforeAll(async () => {
    service = await PodmanService.start();
    project = await temporaryProject({
      stacks: {
        pod: `config:
  berth:blueprint: web
  berth:endpoint: ${service.url}
  berth:ports: { web: 20311 }
`,
      },
      blueprints: { web: blueprint },
    });
  });
  afterAll(async () => {
    await project?.destroy(service.client);
    await service?.end();
  });

  const up = () => succeeds(project.pulumi(["up", "--yes", "--skip-preview", "--stack", "pod"]));
  const drift = () => project.shell("node dist/cli.cjs drift pod");

  async function isClean(): Promise<void> {
    await succeeds(project.pulumi(["preview", "--expect-no-changes", "--stack", "pod"]));
    expect(await drift()).toMatchObject({ code: 0, stdout: "no drift\n" });
  }

  it("comes up, answers on its port, and has nothing to change afterwards", async () => {
    await up();
    expect(service.fetch("http://127.0.0.1:20311/")).toBe("from podman");
    await isClean();
    await succeeds(project.pulumi(["refresh", "--preview-only", "--expect-no-changes", "--stack", "pod"]));
  });

  it("is replaced where its specification changes, also in what Podman tells in other words", async () => {
    const before = await service.client.getContainer("pod_web").inspect();
    await project.shell(
      "sed -i 's/cap_add: .*/cap_add: [CHOWN, KILL]/; s/mem_limit: .*/mem_limit: 80m/' blueprints/web.yaml",
    );
    await up();
    const after = await service.client.getContainer("pod_web").inspect();
    expect(after.Id).not.toBe(before.Id);
    expect(after.HostConfig.CapDrop).not.toContain("KILL");
    expect(after.HostConfig.Memory).toBe(80 * 1024 ** 2);
    await isClean();
  });

  it("is mended where a person changed it", async () => {
    await service.client.getContainer("pod_web").stop();
    expect((await drift()).stdout).toMatch(/container-drifted {2}pod_web[^]*is stopped/);
    await up();
    expect(service.fetch("http://127.0.0.1:20311/")).toBe("from podman");
    await isClean();
  });

  it("goes, and its data stays", async () => {
    await succeeds(project.pulumi(["destroy", "--yes", "--exclude-protected", "--stack", "pod"]));
    expect(await service.client.listContainers({ all: true })).toEqual([]);
    expect(((await service.client.listVolumes()).Volumes ?? []).map(({ Name }) => Name)).toEqual(["pod_data"]);
  });
});
