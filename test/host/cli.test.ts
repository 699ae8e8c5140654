import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ShownFinding } from "../../src/report/shown-finding.ts";
import { specHash } from "../../src/deployment/spec.ts";
import { openProject, readDeployment } from "../../src/project/project.ts";
import { berth, paste, program, projectWith } from "../pure/cli/berth.ts";
import { cleanUp, docker, dockerAnswers, endpoint, tinyImage, uniqueName } from "./docker.ts";
import { freePort } from "./free-port.ts";

/** The command on a real host, as somebody without the engine uses it: what clashes, and what helps against it. */
describe.skipIf(!dockerAnswers)("berth on a real host", () => {
  const prefix = uniqueName("cli");
  const env = { DOCKER_HOST: endpoint };
  const ports = { a: 0, stranger: 0, process: 0, unwanted: 0 };
  let listening: ChildProcess;
  let root: string;

  const web =
    'services: { web: { image: "berth-test-tiny:1", ports: ["80"], volumes: ["data:/data"] } }\nvolumes: { data: }\n';
  const stack = (name: string, port: number): string =>
    `config: { berth:blueprint: web, berth:prefix: ${prefix}_${name}, berth:ports: { web: ${port} } }\n`;

  beforeAll(async () => {
    for (const key of Object.keys(ports) as (keyof typeof ports)[]) ports[key] = await freePort();
    const Image = await tinyImage();
    const stranger = await docker.createContainer({
      name: `${prefix}_stranger`,
      Image,
      StopTimeout: 0,
      HostConfig: { PortBindings: { "80/tcp": [{ HostPort: `${ports.stranger}` }] } },
      ExposedPorts: { "80/tcp": {} },
    });
    await stranger.start();
    await docker.createVolume({ Name: `${prefix}_named_data` });
    const on = (port: number, then: string): string =>
      `require("node:net").createServer().listen(${port}, "127.0.0.1", () => ${then})`;
    const code = on(ports.process, on(ports.unwanted, `console.log("listening")`));
    listening = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
    await once(listening.stdout!, "data");
    root = projectWith({
      "blueprints/web.yaml": web,
      "Pulumi.a.yaml": stack("a", ports.a),
      "Pulumi.b.yaml": stack("b", ports.a),
      "Pulumi.named.yaml": stack("named", await freePort()),
      "Pulumi.of-process.yaml": stack("of_process", ports.process),
      "Pulumi.of-stranger.yaml": stack("of_stranger", ports.stranger),
    });
  });
  afterAll(async () => {
    listening?.kill();
    await cleanUp();
  });

  async function check(): Promise<{ code: number; findings: ShownFinding[] }> {
    const { code, stdout, stderr } = await berth(root, ["check", "--json"], { env });
    expect(stderr).toBe("");
    return { code, findings: (JSON.parse(stdout) as { findings: ShownFinding[] }).findings };
  }

  it("a signal for berth alone stops the job that it runs, and reports that", async () => {
    const shell = 'trap "echo asked; exit 5" TERM; echo working; while :; do sleep 0.1; done';
    const work = `services: { migrate: { image: "berth-test-tiny:1", command: [sh, -c, ${JSON.stringify(shell)}] } }\nx-berth: { jobs: [migrate] }\n`;
    const folder = projectWith({
      "blueprints/work.yaml": work,
      "Pulumi.w.yaml": `config: { berth:blueprint: work, berth:prefix: ${prefix}_w }\n`,
    });
    const deployment = readDeployment(openProject(folder), "w");
    const [job] = deployment.ok ? deployment.value.containers : [];
    if (!deployment.ok || job === undefined) throw new Error(JSON.stringify(deployment));
    const Labels = {
      "berth.stack": deployment.value.id,
      "berth.service": "migrate",
      "berth.spec": specHash(job, deployment.value.prefix),
    };
    await docker.createContainer({ name: job.name, Image: job.image, Cmd: [...(job.command ?? [])], Labels });

    const child = spawn(program[0], [program[1], "run", "w", "migrate"], {
      cwd: folder,
      env: { ...env, PATH: "", HOME: "/nonexistent", NO_COLOR: "1" }, // no engine
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece: Buffer) => (said += piece.toString()));
    const closed = once(child, "close");
    await vi.waitFor(() => expect(said).toContain("working"), { timeout: 30_000, interval: 50 });
    child.kill("SIGINT");
    expect(await closed).toEqual([1, null]);
    expect(said).toContain("asked");
    expect(said).toContain("migrate was stopped before its end (exit code 5)");
  });

  /** As the kernel calls it. */
  const programName = (): string => readFileSync(`/proc/${listening.pid}/comm`, "utf8").trim();

  it("sees a sibling, a live container, a volume and a process in the way, each with its name", async () => {
    const { code, findings } = await check();
    expect(code).toBe(1);
    expect(findings.map(({ code, wanted, held }) => [wanted?.stack, code, held])).toEqual([
      ["b", "port-in-use", expect.objectContaining({ stack: "a", file: "Pulumi.a.yaml" })],
      ["named", "volume-in-use", { volume: `${prefix}_named_data` }],
      ["of-process", "port-in-use", { process: `${programName()} (pid ${listening.pid})` }],
      ["of-stranger", "port-in-use", { container: `${prefix}_stranger` }],
    ]);
  });

  it("ports has a line for each of them", async () => {
    const { stdout } = await berth(root, ["ports", "--json"], { env });
    const rows = JSON.parse(stdout) as { port: number; holder: object }[];
    const held = (port: number) => rows.filter((row) => row.port === port).map(({ holder }) => holder);
    expect(held(ports.a)).toHaveLength(2);
    expect(held(ports.stranger)).toEqual([
      { container: `${prefix}_stranger` },
      expect.objectContaining({ stack: "of-stranger", service: "web" }),
    ]);
    expect(held(ports.unwanted)).toEqual([{ process: `${programName()} (pid ${listening.pid})` }]);
    const shown = (await berth(root, ["ports"], { env })).stdout;
    expect(shown).toMatch(
      new RegExp(`127\\.0\\.0\\.1:${ports.unwanted}/tcp +process +${programName()} \\(pid ${listening.pid}\\)`),
    );
    expect(shown).toMatch(new RegExp(`:${ports.stranger}/tcp +container +${prefix}_stranger`));
  });

  it("berth new goes round what is live, and refuses what was asked for and is not to be had", async () => {
    const root = projectWith({ "blueprints/web.yaml": web });
    const flags = ["--blueprint", "web", "--prefix", `${prefix}_new`, "--json"];
    const refused = await berth(root, ["new", "new", ...flags, "--port", `web=${ports.stranger}`], { env });
    expect(refused.code).toBe(1);
    const [finding] = (JSON.parse(refused.stdout) as { findings: ShownFinding[] }).findings;
    expect(finding).toMatchObject({ code: "port-in-use", held: { container: `${prefix}_stranger` } });
    const pasted = await paste(root, finding?.remedy ?? "", { env });
    expect(pasted, pasted.stdout).toMatchObject({ code: 0 });
  });

  it("every remedy of a check, pasted, leaves one conflict less, until there is none", async () => {
    let { findings } = await check();
    for (let left = findings.length; left > 0; left = findings.length) {
      expect(await paste(root, findings[0]?.remedy ?? "", { env })).toMatchObject({ code: 0 });
      ({ findings } = await check());
      expect(findings.length).toBeLessThan(left);
    }
    expect((await check()).code).toBe(0);
  });
});
