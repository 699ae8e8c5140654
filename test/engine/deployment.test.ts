import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { engineAnswers, type Ran, temporaryProject, type TemporaryProject } from "./engine.ts";

/** What one deployment goes through on the real engine: evil settings, a failing job, an installation that was there before. */
const base = 27_000 + (process.pid % 500) * 10;
const name = (noun: string): string => uniqueName(noun).replace(/[^a-z0-9]/g, "_");
const prefixes = { evil: name("evil"), job: name("job"), adopt: name("adopt"), stray: name("stray") };

const evil = {
  HOSPITAL_NAME: `a "quoted" 'name' with $HOME, \${HOME}, $$ and \\n`,
  HOSPITAL_ADDRESS: "two\nlines, and\ttab ",
  HOSPITAL_PHONE: "`id` $(id) #;&|",
  HOSPITAL_EMAIL: "ümläut@例え.jp",
};

const equipemed = (prefix: string, port: number, settings: Readonly<Record<string, string>> = {}): string => `config:
  berth:blueprint: equipemed
  berth:prefix: ${prefix}
  berth:ports: { app: ${port} }
  berth:images: { app: "berth-test-eqmd:1" }
  berth:settings: ${JSON.stringify({ ...settings, STATIC_ROOT: "{root}/www" })}
`;

const withJob = `services:
  web:
    image: berth-test-tiny:1
    command: ["sleep", "1000"]
    depends_on: { migrate: { condition: service_completed_successfully } }
    healthcheck: { test: ["CMD", "true"], interval: 1s, retries: 2 }
    stop_grace_period: 1s
  migrate:
    image: berth-test-tiny:1
    command: ["sh", "-c", "echo migrating with $\${TOKEN}; [ ! -e /ready/lock ] || sleep 1000; test -e /ready/now"]
    environment: { TOKEN: "\${TOKEN}" }
    volumes: ["\${READY}:/ready:ro"]
x-berth:
  jobs: { migrate: { timeout: 3s } }
  secrets: { TOKEN: { generate: 24 } }
`;

describe.skipIf(!engineAnswers)("one deployment on the real engine", () => {
  let project: TemporaryProject;

  beforeAll(async () => {
    await tinyImage();
    project = await temporaryProject({
      stacks: {
        evil: equipemed(prefixes.evil, base, evil),
        job: `config:\n  berth:blueprint: with-job\n  berth:prefix: ${prefixes.job}\n  berth:settings: { READY: "{root}/ready" }\n`,
        adopt: equipemed(prefixes.adopt, base + 1),
        stray: `config:\n  berth:blueprint: with-job\n  berth:prefix: ${prefixes.stray}\n  berth:settings: { READY: "{root}/elsewhere" }\n`,
      },
      blueprints: { "with-job": withJob },
    });
  });
  afterAll(async () => {
    await project?.destroy();
    await cleanUp();
  });

  const up = (stack: string) => project.pulumi(["up", "--yes", "--skip-preview", "--stack", stack]);

  async function isClean(stack: string): Promise<void> {
    const ran = await project.pulumi(["preview", "--expect-no-changes", "--stack", stack]);
    expect(ran.code, ran.stdout).toBe(0);
  }

  it("settings reach the container unchanged, whatever is in them", async () => {
    const ran = await up("evil");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const { settings } = (await (await fetch(`http://localhost:${base}/api/info`)).json()) as { settings: object };
    expect(settings).toMatchObject(evil);
    await isClean("evil");
  });

  it("no secret is in labels, in arguments or in the stack's outputs", async () => {
    const { Config } = await docker.getContainer(`${prefixes.evil}_app`).inspect();
    const secret = Config.Env.find((entry) => entry.startsWith("SECRET_KEY="))?.slice("SECRET_KEY=".length) ?? "";
    expect(secret).toHaveLength(50);
    expect(JSON.stringify([Config.Labels, Config.Cmd])).not.toContain(secret);
    const { stdout } = await project.pulumi(["stack", "export", "--stack", "evil"]);
    expect(stdout).not.toContain(secret);
  });

  it("a job that fails stops the up with its log, secrets masked, and runs again when its cause is gone", async () => {
    await project.shell("mkdir -p ready");
    const failed = await up("job");
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).toContain(`the job ${prefixes.job}_migrate ended with exit code 1; what it said last:`);
    expect(failed.stdout).toContain("migrating with [secret]");
    await expect(docker.getContainer(`${prefixes.job}_web`).inspect()).rejects.toThrow("No such container");
    await project.shell("touch ready/now");
    const mended = await up("job");
    expect(mended.code, mended.stdout).toBe(0);
    // It has neither a port nor static files.
    expect(mended.stdout).not.toContain("Undefined value");
    const { State } = await docker.getContainer(`${prefixes.job}_web`).inspect();
    expect(State.Running).toBe(true);
    await isClean("job");
  });

  it("a job that hangs is ended when its time is over, what runs goes on running, and the next up repeats it", async () => {
    const web = await docker.getContainer(`${prefixes.job}_web`).inspect();
    await project.shell("touch ready/lock");
    await project.pulumi([
      "config",
      "set",
      "--path",
      "berth:secrets.TOKEN",
      "another-token-that-is-new",
      "--secret",
      "-s",
      "job",
    ]);
    const failed = await up("job");
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).toContain(
      `the job ${prefixes.job}_migrate was ended after 3s, its time-out (x-berth.jobs.migrate.timeout); what it said last:`,
    );
    expect((await docker.getContainer(`${prefixes.job}_migrate`).inspect()).State.Running).toBe(false);
    expect((await docker.getContainer(`${prefixes.job}_web`).inspect()).Id).toBe(web.Id);
    await project.shell("rm ready/lock");
    const mended = await up("job");
    expect(mended.code, mended.stdout).toBe(0);
    await isClean("job");
  });

  it("a job runs once more on demand, and one that failed then is repeated by the next up", async () => {
    const run = (): Promise<Ran> => project.shell("node dist/cli.cjs run job migrate");
    expect(await run()).toMatchObject({
      code: 0,
      stdout: `${prefixes.job}: migrating with [secret]\n${prefixes.job}: migrate ended well\n`,
    });
    await isClean("job");
    await project.shell("rm ready/now");
    expect(await run()).toMatchObject({ code: 1, stderr: `${prefixes.job}: migrate ended with exit code 1\n` });
    expect((await project.shell("node dist/cli.cjs status job")).stdout).toContain("errored");
    await project.shell("touch ready/now ready/lock");
    expect(await run()).toMatchObject({
      code: 1,
      stderr: `${prefixes.job}: migrate was ended after 3s, its time-out (x-berth.jobs.migrate.timeout)\n`,
    });
    await project.shell("rm ready/lock");
    const mended = await up("job");
    expect(mended.code, mended.stdout).toBe(0);
    await isClean("job");
    expect((await project.shell("node dist/cli.cjs status job")).stdout).toContain("online");
  });

  it("what carries our label but is not in our state is named, with what removes it", async () => {
    const Labels = { "berth.stack": `organization/${project.name}/stray` };
    await docker.createContainer({ name: `${prefixes.stray}_web`, Image: await tinyImage(), Labels });
    await project.shell("mkdir -p elsewhere && touch elsewhere/now");
    const refused = await project.pulumi(["preview", "--stack", "stray"]);
    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toContain("1 conflict; nothing was changed");
    const remedy = /remedy {5}(docker .*)/.exec(refused.stdout)?.[1] ?? "";
    expect(remedy).toBe(`docker rm -f ${prefixes.stray}_web`);
    expect((await project.shell(remedy)).code).toBe(0);
    expect((await project.pulumi(["preview", "--stack", "stray"])).code).toBe(0);
  });

  it("an installation that was there before is taken over with its data, once it is said to be ours", async () => {
    const volumes = ["database", "media_files", "static_files"].map((key) => `${prefixes.adopt}_${key}`);
    for (const volume of volumes)
      await docker.createVolume({ Name: volume, Labels: { "com.docker.compose.project": "old" } });
    const old = {
      name: `${prefixes.adopt}_app`,
      Image: await tinyImage(),
      HostConfig: { Binds: [`${volumes[0]}:/data`] },
    };
    await docker
      .createContainer({ ...old, Cmd: ["sh", "-c", `echo '{"text":"old"}' > /data/records.jsonl`] })
      .then((container) => container.start());
    await docker.getContainer(old.name).wait();
    const refused = await project.pulumi(["preview", "--stack", "adopt"]);
    expect(refused.stdout).toContain("4 conflicts; nothing was changed");
    await project.shell(`docker rm -f ${old.name}`);
    for (const [index, key] of ["database", "media_files", "static_files"].entries()) {
      await project.pulumi(["config", "set", "--path", `berth:adopt[${index}]`, key, "--stack", "adopt"]);
    }
    const ran = await up("adopt");
    expect(ran.code, ran.stdout).toBe(0);
    const info = (await (await fetch(`http://localhost:${base + 1}/api/info`)).json()) as { records: number };
    expect(info.records).toBe(1);
    await isClean("adopt");
    const destroyed = await project.pulumi(["destroy", "--yes", "--exclude-protected", "--stack", "adopt"]);
    expect(destroyed.code, destroyed.stdout).toBe(0);
    const { Volumes: kept } = await docker.listVolumes({ filters: { name: [prefixes.adopt] } });
    expect((kept ?? []).map(({ Name }) => Name).sort()).toEqual(volumes.sort());
  });
});
