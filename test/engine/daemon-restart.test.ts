import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openProject } from "../../src/project/project.ts";
import { driftOf } from "../../src/operations/drift.ts";
import { tinyImage, uniqueName } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { type Daemon, daemonsCanStart, giveImage, startDaemon } from "./daemon.ts";
import { engineAnswers, temporaryProject, type TemporaryProject } from "./engine.ts";

const prefix = uniqueName("berth_daemon");

const blueprint = (image: string): string => `services:
  app:
    image: "${image}"
    command: [sh, -c, "cat /run/secrets/TOKEN > /data/token; exec sleep 86400"]
    init: true
    ports: ["20000:80"]
    volumes: ["data:/data"]
    secrets: [TOKEN]
    depends_on: { job: { condition: service_completed_successfully } }
    networks: { front: { aliases: [web] }, back: }
    healthcheck: { test: [CMD, test, -e, /data/token], interval: 1s }
    cpus: 0.5
    mem_limit: 64m
    cap_drop: [ALL]
    stop_grace_period: 1s
  retried: { image: "${image}", restart: "on-failure:3", networks: [back], stop_grace_period: 1s, init: true }
  job: { image: "${image}", command: [touch, /data/done], volumes: ["data:/data"], networks: [back] }
volumes: { data: }
networks: { front: , back: { internal: true } }
secrets: { TOKEN: }
x-berth: { hardened: true, secrets: { TOKEN: { generate: 32 } } }
`;

describe.skipIf(!engineAnswers || !daemonsCanStart)("a daemon that is restarted", () => {
  let daemon: Daemon;
  let project: TemporaryProject;

  beforeAll(async () => {
    daemon = await startDaemon();
    const image = await tinyImage();
    giveImage(image, daemon);
    const stack = (more: string): string => `config:\n  berth:blueprint: small\n  berth:prefix: ${prefix}${more}`;
    project = await temporaryProject({
      stacks: {
        main: stack(`\n  berth:ports: { app: ${await freePort()} }\n`),
        idle: stack(`_idle\n  berth:ports: { app: ${await freePort()} }\n  berth:running: false\n`),
      },
      blueprints: { small: blueprint(image) },
    });
  });
  afterAll(async () => {
    await project?.destroy(daemon.docker);
    await daemon?.stop();
  });

  it("leaves no drift behind, of what runs and of what is stopped", async () => {
    for (const stack of ["main", "idle"]) await pulumi("up", "--yes", "--skip-preview", "--stack", stack);
    await isClean();
    const before = await containers();
    await daemon.restart();
    await vi.waitFor(async () => expect(await health()).toBe("healthy"), { timeout: 30_000, interval: 200 });
    expect(await containers()).toEqual(before);
    await isClean();
    for (const stack of ["main", "idle"])
      await pulumi("refresh", "--preview-only", "--diff", "--expect-no-changes", "--stack", stack);
  });

  async function pulumi(...args: string[]): Promise<void> {
    const ran = await project.pulumi(args, { env: { DOCKER_HOST: daemon.url } });
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  }

  async function isClean(): Promise<void> {
    const opened = openProject(project.root);
    const there = { ...opened, setting: { ...opened.setting, localEndpoint: daemon.url } };
    expect((await driftOf(there, ["main", "idle"])).findings).toEqual([]);
    for (const stack of ["main", "idle"]) await pulumi("preview", "--diff", "--expect-no-changes", "--stack", stack);
  }

  /** Id and state by name. */
  async function containers(): Promise<Record<string, string>> {
    const listed = await daemon.docker.listContainers({ all: true });
    return Object.fromEntries(listed.map(({ Id, Names, State }) => [Names[0], `${State} ${Id}`]));
  }

  const health = async () => (await daemon.docker.getContainer(`${prefix}_app`).inspect()).State.Health?.Status;
});
