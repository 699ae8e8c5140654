/** What the sample image stands on: Node's official image, or a root filesystem of this machine's own programs. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import path from "node:path";
import type Docker from "dockerode";
import { hostPrograms, type HostFile } from "../machine/host-programs.ts";
import { buildImage, follow, timeLimit, type Entry } from "./image-build.ts";
import { imageExists } from "./image-sources.ts";

export const officialBase = "node:20-slim";
const hostBase = "berth-sample-base";

/** How long a registry may take to answer, and to deliver the image as a whole. In milliseconds. */
const pullTimeouts = { answer: 15_000, delivery: 120_000 };

/** Makes sure that the Docker host has the official base. @throws where it has not and cannot get it. */
export async function pullOfficialBase(docker: Docker, progress: (line: string) => void): Promise<void> {
  if (await imageExists(docker, officialBase)) return;
  progress(`pulling ${officialBase}`);
  const { signal, giveUp, finish } = timeLimit(pullTimeouts.delivery);
  const silence = `the registry does not answer within ${pullTimeouts.answer / 1000} s`;
  const timer = setTimeout(() => giveUp(new Error(silence)), pullTimeouts.answer);
  try {
    const output = await docker.pull(officialBase, { abortSignal: signal });
    clearTimeout(timer);
    await follow(docker, output, progress);
  } catch (error) {
    const { message } = (signal.aborted ? signal.reason : error) as Error;
    const problem = `${officialBase} is not on the Docker host and cannot be pulled: ${message.trim()}`;
    throw new Error(problem, { cause: error });
  } finally {
    clearTimeout(timer);
    finish();
  }
}

/** An image with this machine's programs, made once for each state of them. Returns its tag. */
export async function makeHostBase(docker: Docker, progress: (line: string) => void): Promise<string> {
  await checkPlatform(docker);
  const files = await hostPrograms(progress);
  const tag = `${hostBase}:${await hashOf(files)}`;
  if (await imageExists(docker, tag)) return tag;
  progress(`building ${tag} from ${files.length} files of this machine`);
  await buildImage(docker, { tag, context: hostContext(files), labels: {}, progress });
  return tag;
}

/** Whether one was made before: then a registry need not be waited for again. */
export async function hasHostBase(docker: Docker): Promise<boolean> {
  return (await docker.listImages({ filters: { reference: [hostBase] } })).length > 0;
}

/** Docker's words for Node's architectures. */
const architectures: Readonly<Record<string, string>> = {
  x64: "amd64",
  arm64: "arm64",
  ppc64: "ppc64le",
  s390x: "s390x",
};

async function checkPlatform(docker: Docker): Promise<void> {
  const { Os, Arch } = await docker.version();
  const [wanted, own] = [`${Os}/${Arch}`, `${process.platform}/${architectures[process.arch] ?? process.arch}`];
  if (wanted === own) return;
  throw new Error(`the Docker host runs ${wanted} and this machine's programs are for ${own}: use --base official`);
}

/** Changes when a program or library of this machine is updated. */
async function hashOf(files: readonly HostFile[]): Promise<string> {
  const hash = createHash("sha256");
  for (const { source, destination } of files) {
    const { size, mtimeMs } = await stat(source);
    hash.update(JSON.stringify([destination, source, size, mtimeMs]));
  }
  return hash
    .update(JSON.stringify(hostContext([])))
    .digest("hex")
    .slice(0, 12);
}

function hostContext(files: readonly HostFile[]): Entry[] {
  const text = (name: string, lines: string[]): Entry => ({
    kind: "text",
    name,
    mode: 0o644,
    text: `${lines.join("\n")}\n`,
  });
  const folders = new Set(files.flatMap(({ destination }) => foldersAbove(path.posix.join("root", destination))));
  for (const folder of ["root", "root/etc", "root/root"]) folders.add(folder);
  return [
    text("Dockerfile", ["FROM scratch", "COPY root /"]),
    ...[...folders].sort().map((name): Entry => ({ kind: "directory", name, mode: 0o755 })),
    { kind: "directory", name: "root/tmp", mode: 0o1777 },
    text("root/etc/passwd", ["root:x:0:0:root:/root:/bin/sh", "app:x:1001:1001:app:/app:/bin/sh"]),
    text("root/etc/group", ["root:x:0:", "app:x:1001:"]),
    ...files.map(({ source, destination }): Entry => {
      return { kind: "file", name: path.posix.join("root", destination), mode: 0o755, source };
    }),
  ];
}

const foldersAbove = (name: string): string[] => {
  const parts = name.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
};
