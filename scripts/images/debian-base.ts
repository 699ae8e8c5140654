/** Debian with the packages that images stand on: by debootstrap, without a registry, or on Debian's image. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type Docker from "dockerode";
import { buildImage, follow } from "./image-build.ts";
import { digestOf, imageExists } from "./image-sources.ts";
import { onPath } from "../machine/on-path.ts";

const run = promisify(execFile);

const suite = "bookworm";
/** A Debian to build images on. */
export interface DebianBase {
  readonly repository: string;
  readonly packages: readonly string[];
  /** Paths to leave out of the image. */
  readonly leftOut: readonly string[];
}

/** What no image needs: caches and manuals. */
const unneeded = [
  "var/cache/apt/*",
  "var/lib/apt/lists/*",
  "usr/share/doc/*",
  "usr/share/man/*",
  "usr/share/locale/*/LC_MESSAGES",
] as const;

/** For PostgreSQL, PgBouncer and Redis: without the cluster that the package makes, and without compiled queries. */
export const databaseBase: DebianBase = {
  repository: "berth-database-base",
  packages: ["postgresql-15", "pgbouncer", "redis-server", "locales"],
  leftOut: [
    ...unneeded,
    "var/lib/postgresql/15",
    "etc/postgresql/15",
    "usr/lib/postgresql/15/lib/bitcode",
    "usr/lib/postgresql/15/lib/llvmjit*",
    "usr/lib/x86_64-linux-gnu/libLLVM*",
    "usr/lib/x86_64-linux-gnu/libz3*",
  ],
};

export const relayBase: DebianBase = {
  repository: "berth-relay-base",
  packages: ["haproxy"],
  leftOut: unneeded,
};

/** Made once for each state of this file's lists. Returns its name and tag. @throws in words for the person who must act. */
export async function makeDebianBase(
  docker: Docker,
  base: DebianBase,
  progress: (line: string) => void,
): Promise<string> {
  const tag = digestOf(suite, base.packages, base.leftOut).slice(0, 12);
  const name = `${base.repository}:${tag}`;
  if (await imageExists(docker, name)) return name;
  if (await hasDebootstrap(progress)) await bootstrap(docker, base, tag, progress);
  else await buildOnDebian(docker, base, name, progress);
  return name;
}

/** Installs it where it is missing and this process may. It works for root alone. */
async function hasDebootstrap(progress: (line: string) => void): Promise<boolean> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  if (onPath("debootstrap")) return true;
  if (!onPath("apt-get")) return false;
  progress("debootstrap is missing: installing it with apt-get");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = () => run("apt-get", ["install", "-y", "--no-install-recommends", "debootstrap"], { env });
  await install()
    .catch(() => run("apt-get", ["update"], { env }).then(install))
    .catch((error: Error) => progress(`debootstrap cannot be installed: ${error.message}`));
  return onPath("debootstrap");
}

async function bootstrap(
  docker: Docker,
  base: DebianBase,
  tag: string,
  progress: (line: string) => void,
): Promise<void> {
  const { packages } = base;
  progress(`debootstrap of ${suite} with ${packages.join(", ")}: about a minute, once`);
  const folder = await mkdtemp(join(tmpdir(), "berth-debian-"));
  try {
    const options = ["--variant=minbase", `--include=${packages.join(",")}`, suite, folder];
    await run("debootstrap", options, { maxBuffer: 64 * 1024 * 1024 }).catch((error: Error & { stdout?: string }) => {
      const lines = error.stdout?.trim().split("\n") ?? [];
      const reason = lines.filter((line) => line.startsWith("E:")).at(-1) ?? lines.at(-1) ?? error.message;
      throw new Error(
        `debootstrap failed: ${reason}\nsee that Debian's mirror is reached, or use images of a registry`,
        {
          cause: error,
        },
      );
    });
    await importFolder(docker, folder, base, { tag, progress });
  } finally {
    // Never into what debootstrap may have left mounted.
    await run("rm", ["-rf", "--one-file-system", folder]);
  }
}

async function importFolder(
  docker: Docker,
  folder: string,
  { repository, leftOut }: DebianBase,
  { tag, progress }: { readonly tag: string; readonly progress: (line: string) => void },
) {
  const excluded = leftOut.map((pattern) => `--exclude=./${pattern}`);
  const tar = spawn("tar", ["-C", folder, "--numeric-owner", ...excluded, "-c", "."], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(tar, "exit") as Promise<[number | null]>;
  await follow(docker, await docker.importImage(tar.stdout, { repo: repository, tag }), progress);
  const [code] = await ended;
  if (code === 0) return;
  await docker.getImage(`${repository}:${tag}`).remove();
  throw new Error(`tar of ${folder} ended with ${code}`);
}

/** Where this process may not bootstrap, Docker may, on an image of a registry. */
async function buildOnDebian(
  docker: Docker,
  { packages, leftOut }: DebianBase,
  tag: string,
  progress: (line: string) => void,
): Promise<void> {
  progress(`building ${tag} on debian:${suite}-slim`);
  const text = `FROM debian:${suite}-slim
RUN apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")} \\
  && cd / && rm -rf ${leftOut.join(" ")}
`;
  const context = [{ kind: "text", name: "Dockerfile", mode: 0o644, text }] as const;
  await buildImage(docker, { tag, context, labels: {}, progress, timeout: 300_000 }).catch((error: Error) => {
    const remedy = "run this as root on Debian or Ubuntu, or where a registry is reached";
    throw new Error(`${tag} cannot be made: ${error.message}\n${remedy}`, { cause: error });
  });
}
