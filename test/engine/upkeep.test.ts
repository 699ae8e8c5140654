import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { engineAnswers, type Ran, temporaryProject, type TemporaryProject } from "./engine.ts";

const prefix = uniqueName("upkeep");

/** Whether services stay up after an `up`, and what a stop leaves of them. */
describe.skipIf(!engineAnswers)("the containers of a deployment", () => {
  let project: TemporaryProject;
  let port = 0;

  beforeAll(async () => {
    await docker.getImage(await tinyImage()).tag({ repo: `${prefix}_rest`, tag: "1" });
    port = await freePort();
    project = await temporaryProject({
      stacks: {
        loop: `config:\n  berth:blueprint: loop\n  berth:prefix: ${prefix}_loop\n`,
        rest: `config:\n  berth:blueprint: rest\n  berth:prefix: ${prefix}_rest\n  berth:ports: { app: ${port} }\n`,
      },
      blueprints: {
        rest,
        loop: `services: { app: { image: "berth-test-tiny:1", restart: always, command: [sh, -c, "echo the disk is full; exit 3"] } }`,
      },
    });
  });
  afterAll(async () => {
    await project?.destroy();
    await cleanUp();
    await docker
      .getImage(image)
      .remove()
      .catch(() => undefined);
  });

  const image = `${prefix}_rest:1`;
  const rest = `services:
  app:
    image: ${image}
    command: [sh, -c, "echo started; trap 'echo told to stop; exit 0' TERM; while :; do sleep 1 & wait; done"]
    ports: ["8000"]
    restart: always
    depends_on: { migrate: { condition: service_completed_successfully } }
  migrate: { image: "${image}", command: [echo, migrated] }
x-berth: { jobs: [migrate], health: false }
`;
  const up = (stack: string): Promise<Ran> => project.pulumi(["up", "--yes", "--skip-preview", "--stack", stack]);
  const set = (running: boolean): Promise<Ran> =>
    project.pulumi(["config", "set", "berth:running", String(running), "--stack", "rest"]);
  const inspect = (name: string) => docker.getContainer(`${prefix}_${name}`).inspect();
  const ids = async (): Promise<string[]> =>
    Promise.all(["rest_app", "rest_migrate"].map(async (name) => (await inspect(name)).Id));
  async function succeeds(running: Promise<Ran>): Promise<void> {
    const ran = await running;
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  }

  it("that restart again and again fail every up, with their last lines, and are drift", async () => {
    for (const turn of ["first", "second"]) {
      const failed = await up("loop");
      expect(failed.code, turn).not.toBe(0);
      expect(failed.stdout, turn).toMatch(
        RegExp(`the service ${prefix}_loop_app restarts again and again( \\(exit code 3\\))?; its last lines:`),
      );
      expect(failed.stdout, turn).toContain("the disk is full");
    }
    const drift = await project.shell("node dist/cli.cjs drift loop");
    expect(drift.code).toBe(1);
    expect(drift.stdout).toMatch(/restarts again and again( \(exit code 3\))?$/m);
  });

  it("are kept by a stop with their logs, and started again by a start", async () => {
    await succeeds(up("rest"));
    const before = await ids();
    await set(false);
    await succeeds(up("rest"));
    expect(await ids()).toEqual(before);
    const { State, HostConfig } = await inspect("rest_app");
    expect([State.Status, State.ExitCode, HostConfig.RestartPolicy?.Name]).toEqual(["exited", 0, "no"]);
    const logs = await project.shell(`docker logs ${prefix}_rest_app && docker logs ${prefix}_rest_migrate`);
    expect(logs.stdout).toBe("started\ntold to stop\nmigrated\n");
    await succeeds(project.pulumi(["preview", "--expect-no-changes", "--stack", "rest"]));
    await set(true);
    await succeeds(up("rest"));
    expect(await ids()).toEqual(before);
    const started = await inspect("rest_app");
    expect([started.State.Status, started.HostConfig.RestartPolicy?.Name]).toEqual(["running", "always"]);
    expect(started.NetworkSettings.Ports["8000/tcp"]).toEqual([{ HostIp: "0.0.0.0", HostPort: String(port) }]);
    await succeeds(project.pulumi(["preview", "--expect-no-changes", "--stack", "rest"]));
  });

  it("are stopped and started although the name of their image was removed", async () => {
    const before = await ids();
    await docker.getImage(image).remove();
    const berth = (command: string) => project.shell(`node dist/cli.cjs ${command} rest`);
    await succeeds(berth("stop"));
    expect([(await inspect("rest_app")).State.Status, await ids()]).toEqual(["exited", before]);
    await succeeds(berth("start"));
    expect([(await inspect("rest_app")).State.Status, await ids()]).toEqual(["running", before]);
    await docker.getImage(await tinyImage()).tag({ repo: `${prefix}_rest`, tag: "1" });
    await succeeds(up("rest"));
    expect(await ids()).toEqual(before);
  });
});
