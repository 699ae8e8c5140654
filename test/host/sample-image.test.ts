import { randomBytes } from "node:crypto";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseLibraries } from "../../scripts/machine/host-programs.ts";
import { buildImage } from "../../scripts/images/image-build.ts";
import type { AppImage } from "../../scripts/images/app-image.ts";
import { makeSampleImage } from "../../scripts/images/sample-image.ts";
import { deploymentFrom } from "../pure/resolve/sample.ts";

const docker = new Docker();
const dockerAnswers = await docker.ping().then(
  () => true,
  () => false,
);
const unique = `eqmd-test-${randomBytes(4).toString("hex")}`;

describe.skipIf(!dockerAnswers)("the sample image", () => {
  const tag = `${unique}:1`;
  let image: AppImage;

  beforeAll(async () => {
    image = await makeSampleImage({ tag, version: "1" });
  }, 300_000);

  afterAll(cleanUp, 60_000);

  it("answers as the user it is given, without a capability, once static-init has run", async () => {
    await runJob(tag, staticInit());
    const url = await runApp(tag);
    await expect.poll(() => statusOf(`${url}/health/`), { timeout: 20_000, interval: 100 }).toBe(200);
    expect(await (await fetch(`${url}/api/info`)).json()).toMatchObject({
      version: "1",
      uid: 4321,
      gid: 4321,
      records: 0,
    });
    expect((await fetch(`${url}/records`, { method: "POST", body: "kept" })).status).toBe(201);
    expect(await (await fetch(`${url}/static/version.txt`)).text()).toBe("1\n");
  }, 60_000);

  it("holds what blueprints ask of it", async () => {
    const { Config } = await docker.getImage(tag).inspect();
    expect(Config).toMatchObject({ User: "1001:1001", WorkingDir: "/app", Cmd: ["node", "server.mjs"] });
    expect((Config as { Healthcheck?: unknown }).Healthcheck).toBeUndefined();
    const look = "for program in node sh cp chown curl; do command -v $program; done";
    const script = `${look}; cat /app/VERSION; cd /app/database; cd /app/media; cd /app/staticfiles`;
    expect(await runJob(tag, ["sh", "-ec", script])).toMatch(/^(\/\S+\/(node|sh|cp|chown|curl)\n){5}1\n$/);
  });

  it("is kept while nothing changes, and made again for another version", async () => {
    expect(await makeSampleImage({ tag, version: "1" })).toEqual({ ...image, origin: "kept" });
    const other = await makeSampleImage({ tag: `${unique}:2`, version: "2" });
    expect(other.origin).not.toBe("kept");
    expect(other.id).not.toBe(image.id);
  }, 300_000);

  it("is not made for a version that would not be a word", async () => {
    await expect(makeSampleImage({ tag, version: "1; id" })).rejects.toThrow(
      'the version "1; id" is not allowed: use up to 64 letters, digits, dots, dashes',
    );
  });

  it("is not made, with a reason, where a step of its build fails", async () => {
    const text = `FROM ${tag}\nRUN echo why >&2 && exit 3\n`;
    const context = [{ kind: "text", name: "Dockerfile", mode: 0o644, text }] as const;
    const build = buildImage(docker, { tag: `${unique}:3`, context, labels: {}, progress: () => {} });
    await expect(build).rejects.toThrow(/returned a non-zero code: 3\n(.*\n)*why$/);
  }, 30_000);

  it("is not made, and nothing hangs, where a file cannot be read", async () => {
    const context = [{ kind: "file", name: "Dockerfile", mode: 0o644, source: "/nowhere" }] as const;
    const build = buildImage(docker, { tag: `${unique}:4`, context, labels: {}, progress: () => {} });
    await expect(build).rejects.toThrow("ENOENT");
  });
});

describe("making the sample image", () => {
  it("says how to reach Docker where it does not answer", async () => {
    const nowhere = new Docker({ socketPath: "/nowhere/docker.sock" });
    await expect(makeSampleImage({ docker: nowhere })).rejects.toThrow(
      "Docker does not answer (connect ENOENT /nowhere/docker.sock): start it, or set DOCKER_HOST to one that runs",
    );
  });

  it("takes the libraries and the loader from what ldd prints, as glibc and musl have it", () => {
    const glibc =
      "\tlinux-vdso.so.1 (0x1)\n\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x2)\n\t/lib64/ld-linux-x86-64.so.2 (0x3)\n";
    const destinations = (output: string) => parseLibraries("/bin/sh", output).map(({ destination }) => destination);
    expect(destinations(glibc)).toEqual(["/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"]);
    expect(destinations("\t/lib/ld-musl-x86_64.so.1 (0x1)\n\tlibz.so.1 => /lib/libz.so.1 (0x2)\n")).toEqual([
      "/lib/ld-musl-x86_64.so.1",
      "/lib/libz.so.1",
    ]);
    expect(parseLibraries("/bin/sh", "\t/lib64/ld.so.2 => /store/ld.so.2 (0x1)\n")).toEqual([
      { source: "/store/ld.so.2", destination: "/lib64/ld.so.2" },
    ]);
    expect(() => parseLibraries("/bin/curl", "\tlibx.so.1 => not found\n")).toThrow(
      "/bin/curl needs libx.so.1, which is not on this machine: use --base official",
    );
  });
});

/** The job of the blueprint as it is resolved for a user of its own. */
function staticInit(): string[] {
  const deployment = deploymentFrom(`config:
  berth:blueprint: equipemed
  berth:settings: { EQMD_UID: 4321, EQMD_GID: 4321 }
`);
  return [...(deployment.services.find(({ key }) => key === "static-init")?.command ?? [])];
}

const label = "berth.test";
const hardened: Docker.HostConfig = { CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges:true"], Init: true };
const mounted = (folders: Readonly<Record<string, string>>): string[] =>
  Object.entries(folders).map(([volume, folder]) => `${unique}_${volume}:${folder}`);

/** What a container printed that ran to its end; one that fails is an error with the same. */
async function runJob(Image: string, Cmd: string[]): Promise<string> {
  const shared = { static: "/shared/static", www: "/shared/www", database: "/shared/database", media: "/shared/media" };
  const HostConfig = { ...hardened, CapAdd: ["CHOWN", "DAC_OVERRIDE", "FOWNER"], Binds: mounted(shared) };
  const container = await docker.createContainer({
    Image,
    Cmd,
    User: "0:0",
    Tty: true,
    HostConfig,
    Labels: { [label]: unique },
  });
  await container.start();
  const { StatusCode } = await container.wait();
  const output = (await container.logs({ stdout: true, stderr: true })).toString().replaceAll("\r\n", "\n");
  if (StatusCode !== 0) throw new Error(`ended with ${StatusCode}: ${output}`);
  return output;
}

/** The app, published on a free port of 127.0.0.1. Returns its address. */
async function runApp(Image: string): Promise<string> {
  const folders = { database: "/app/database", media: "/app/media", static: "/app/staticfiles" };
  const PortBindings = { "8000/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] };
  const container = await docker.createContainer({
    Image,
    User: "4321:4321",
    Env: [
      `SECRET_KEY=${"k".repeat(50)}`,
      "DEBUG=False",
      "DEPLOYMENT_ENVIRONMENT=production",
      "ALLOWED_HOSTS=127.0.0.1",
    ],
    ExposedPorts: { "8000/tcp": {} },
    HostConfig: { ...hardened, Binds: mounted(folders), PortBindings },
    Labels: { [label]: unique },
  });
  await container.start();
  const { NetworkSettings } = await container.inspect();
  return `http://127.0.0.1:${NetworkSettings.Ports["8000/tcp"]?.[0]?.HostPort}`;
}

/** With a limit: in Node 20 a fetch may never settle when Docker's proxy drops it because nobody listens yet. */
const statusOf = (url: string): Promise<number | string> =>
  fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    ({ status }) => status,
    (error: Error) => error.message,
  );

/** Everything that bears this run's name; the base that images are built on stays, for the next run. */
async function cleanUp(): Promise<void> {
  const containers = await docker.listContainers({ all: true, filters: { label: [`${label}=${unique}`] } });
  for (const { Id } of containers) await docker.getContainer(Id).remove({ force: true, v: true });
  const { Volumes } = await docker.listVolumes({ filters: { name: [unique] } });
  for (const { Name } of Volumes) await docker.getVolume(Name).remove();
  const images = await docker.listImages({ filters: { reference: [unique] } });
  for (const name of images.flatMap(({ RepoTags }) => RepoTags ?? [])) await docker.getImage(name).remove();
}
