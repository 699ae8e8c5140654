import { mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { rememberRelease } from "../../../src/operations/last-release.ts";
import { openProject, readDeployment } from "../../../src/project/project.ts";
import { fakeDocker } from "../docker/fake-docker.ts";
import { berth, program, projectWith } from "./berth.ts";

afterEach(() => vi.unstubAllEnvs());

it("an up of what the last one left reads its host once, for the check and for the comparison", async () => {
  let reads = 0;
  const info = { NCPU: 4, MemTotal: 8e9, Name: hostname(), Swarm: { LocalNodeState: "inactive" } };
  const fake = await fakeDocker({
    "/info": (response) => {
      reads += 1;
      response.end(JSON.stringify(info));
    },
    "/images/web%3A1/json": { Id: "sha256:1", Config: {} },
  });
  try {
    const root = projectWith({
      "Pulumi.yaml": "name: berth\nruntime: nodejs\nbackend: { url: file://./.state }\n",
      "Pulumi.a.yaml": "config:\n  berth:blueprint: web\n",
      "blueprints/web.yaml": "services: { web: { image: web:1 } }\nx-berth: { app: web, health: false }\n",
      ".berth/passphrase": "a passphrase\n",
    });
    const state = join(root, ".state/.pulumi/stacks/berth");
    mkdirSync(state, { recursive: true });
    writeFileSync(join(state, "a.json"), JSON.stringify({ version: 3, checkpoint: { latest: { resources: [] } } }));
    vi.stubEnv("DOCKER_HOST", fake.endpoint);
    const deployment = readDeployment(openProject(root), "a");
    if (!deployment.ok) throw new Error(JSON.stringify(deployment.findings));
    rememberRelease(root, deployment.value);
    // The container is not there, so the engine is needed, and there is none.
    const env = { DOCKER_HOST: fake.endpoint, PATH: dirname(program[1]), HOME: "/nonexistent" };
    const { code, stderr } = await berth(root, ["up", "a"], { env });
    expect([code, stderr]).toEqual([3, expect.stringContaining("the Pulumi CLI is not on PATH")]);
    expect(reads).toBe(1);
  } finally {
    await fake.close();
  }
});
