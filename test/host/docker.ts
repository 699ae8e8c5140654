import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { access, copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { dockerClient } from "../../src/docker/client.ts";
import { localEndpoint } from "../../src/docker/endpoint.ts";

/**
 * The real Docker for tests: `describe.skipIf(!dockerAnswers)`, names from uniqueName, `afterAll(cleanUp)`.
 */
export const endpoint = localEndpoint();

export const docker = await dockerClient(endpoint, { timeout: 60_000 });

export const dockerAnswers: boolean = await docker.ping().then(
  () => true,
  () => false,
);

const given = new Set<string>();

/** A name that nothing else has, `<prefix>_<8 digits>`; cleanUp removes all whose name is or begins with it. */
export function uniqueName(prefix: string): string {
  const name = `${prefix}_${randomBytes(4).toString("hex")}`;
  given.add(name);
  return name;
}

/** Removes the containers, then the networks and volumes that have names of uniqueName. Call it again if you like. */
export async function cleanUp(): Promise<void> {
  const isGiven = (name: string) => [...given].some((prefix) => name.replace(/^\//, "").startsWith(prefix));
  const containers = await docker.listContainers({ all: true });
  await Promise.all(
    containers
      .filter(({ Names }) => Names.some(isGiven))
      .map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true }).catch(unlessGone)),
  );
  const [networks, { Volumes: volumes }] = await Promise.all([docker.listNetworks(), docker.listVolumes()]);
  await Promise.all([
    ...networks.filter(({ Name }) => isGiven(Name)).map(({ Id }) => docker.getNetwork(Id).remove().catch(unlessGone)),
    ...(volumes ?? [])
      .filter(({ Name }) => isGiven(Name))
      .map(({ Name }) => docker.getVolume(Name).remove().catch(unlessGone)),
  ]);
}

function unlessGone(error: { statusCode?: number }): void {
  // 404: gone; 409: somebody removes it right now.
  if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
}

const tag = "berth-test-tiny:1";

/** An image of 2 MB with busybox and nothing else, made without a registry and kept. It sleeps if told nothing else. */
export async function tinyImage(): Promise<string> {
  const exists = await docker
    .getImage(tag)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  if (exists) return tag;
  const directory = await mkdtemp(join(tmpdir(), "berth-test-tiny-"));
  try {
    await copyFile(await staticBusybox(directory), join(directory, "busybox"));
    await writeFile(join(directory, "Dockerfile"), dockerfile);
    const building = await docker.buildImage({ context: directory, src: ["Dockerfile", "busybox"] }, { t: tag });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(building, (error: Error | null, steps: { error?: string }[]) => {
        const failed = error?.message ?? steps.find((step) => step.error)?.error;
        if (failed) reject(new Error(`${tag}: ${failed}`));
        else resolve();
      });
    });
    return tag;
  } finally {
    await rm(directory, { recursive: true });
  }
}

const dockerfile = `FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
CMD ["/bin/sleep", "86400"]
`;

const run = promisify(execFile);

/** The host's, if it is static, else Debian's package, unpacked but not installed. */
async function staticBusybox(directory: string): Promise<string> {
  for (const path of ["/bin/busybox", "/usr/bin/busybox"]) {
    // ldd fails where there is nothing to load.
    const isStatic = await access(path).then(
      () =>
        run("ldd", [path]).then(
          () => false,
          () => true,
        ),
      () => false,
    );
    if (isStatic) return path;
  }
  try {
    await run("apt-get", ["download", "busybox-static"], { cwd: directory });
    await run("sh", ["-c", "dpkg-deb -x busybox-static_*.deb unpacked"], { cwd: directory });
  } catch (error) {
    throw new Error("the tests need a static busybox: sudo apt install busybox-static", { cause: error });
  }
  return join(directory, "unpacked/bin/busybox");
}
