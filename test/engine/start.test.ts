import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { berth, paste } from "../pure/cli/berth.ts";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { engineAnswers, temporaryProject, type TemporaryProject } from "./engine.ts";

const prefix = uniqueName("start");
const web = `services:
  web:
    image: berth-test-tiny:1
    command: [sh, -c, "mkdir /w; hostname >/w/index.html; exec httpd -f -p 8000 -h /w"]
    init: true
    ports: ["8000"]
    healthcheck: { test: [CMD, "true"], interval: 1s }
    stop_grace_period: 1s
x-berth: { health: / }
`;
/** Healthy to Docker, and of no use to people: there it is told soonest. */
const sick = web.replace(
  /exec httpd.*"/,
  `while :; do printf 'HTTP/1.1 503 No\\\\r\\\\nContent-Length: 9\\\\r\\\\n\\\\r\\\\nmigrating' | nc -l -p 8000; done"`,
);

/** Deployments that are configured for one port, of which one runs. */
describe.skipIf(!engineAnswers)("berth start and stop with the real engine", () => {
  let project: TemporaryProject;
  let port = 0;
  const env = {
    PULUMI_CONFIG_PASSPHRASE: "x",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    DOCKER_HOST: process.env["DOCKER_HOST"],
  };
  const run = (...args: string[]) => berth(project.root, args, { env });
  const file = (stack: string): string => join(project.root, `Pulumi.${stack}.yaml`);

  beforeAll(async () => {
    await tinyImage();
    port = await freePort();
    project = await temporaryProject({
      stacks: {},
      blueprints: { web, sick },
    });
    for (const [stack, blueprint, running] of [
      ["a", "web", ""],
      ["b", "web", "\n  berth:running: false # until the fair"],
      ["c", "sick", "\n  berth:running: false"],
    ])
      writeFileSync(
        file(stack!),
        `config:\n  berth:blueprint: ${blueprint}\n  berth:prefix: ${prefix}_${stack}\n  berth:ports: { web: ${port} }${running}\n`,
      );
    rmSync(join(project.root, ".state"), { recursive: true });
  });
  afterAll(async () => {
    await project?.destroy();
    await cleanUp();
  });

  const states = async (): Promise<Record<string, string>> => {
    const { stdout } = await run("status", "--json");
    const { deployments } = JSON.parse(stdout) as { deployments: { stack: string; state: string }[] };
    return Object.fromEntries(deployments.map(({ stack, state }) => [stack, state]));
  };
  const answering = async (): Promise<string> => {
    const { Id } = await docker.getContainer(`${prefix}_${await nameOf()}_web`).inspect();
    return (await (await fetch(`http://localhost:${port}/`)).text()).trim() === Id.slice(0, 12) ? await nameOf() : "";
  };
  const nameOf = async (): Promise<string> =>
    Object.entries(await states()).find(([, state]) => state === "online")?.[0] ?? "none";

  it("start stops who holds the port, if one agrees, and starts", async () => {
    const up = await run("start", "a");
    expect(up.code, up.stdout + up.stderr).toBe(0);
    expect(up.stdout).toContain(`${prefix}_a: answers on its health page`);
    const asked = await run("start", "b");
    expect([asked.code, asked.stderr]).toEqual([
      2,
      `0.0.0.0:${port}/tcp is held by a, which runs. Stop a and start b?\n` +
        "There is no terminal to answer on: add --yes; nothing was changed\n",
    ]);
    expect(await states()).toEqual({ a: "online", b: "never started", c: "never started" });
    const started = await run("start", "b", "--yes", "--json");
    expect(started.code, started.stdout + started.stderr).toBe(0);
    expect(JSON.parse(started.stdout)).toMatchObject({ stack: "b", operation: "start", ok: true, stopped: ["a"] });
    expect(await states()).toEqual({ a: "stopped", b: "online", c: "never started" });
    expect(await answering()).toBe("b");
    expect(readFileSync(file("a"), "utf8")).toContain('berth:running: "false"');
    expect(readFileSync(file("b"), "utf8")).not.toContain("running");
  });

  it("says how things stand where the new one does not come up, and what it says leads back", async () => {
    const failed = await run("start", "c", "--yes");
    expect(failed.code, failed.stdout).toBe(1);
    expect(failed.stderr).toBe(
      [
        "c did not come up; this is how things stand:",
        "  c is online",
        "  b is stopped: berth:running is false",
        `  c does not answer: http://localhost:${port}/ answered 503: migrating (10 tries)`,
        "to go back: berth stop c && berth start b\n",
      ].join("\n"),
    );
    const back = await paste(project.root, "berth stop c && berth start b", { env });
    expect(back.code, back.stdout + back.stderr).toBe(0);
    expect(await states()).toEqual({ a: "stopped", b: "online", c: "stopped" });
    expect(await answering()).toBe("b");
  });
});
