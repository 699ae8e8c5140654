/**
 * Makes the image of the sample app in examples/equipemed, with a registry or without one:
 *   npx tsx scripts/sample-image.ts [--tag eqmd:latest] [--version 1.0] [--base auto|official|host]
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Command, Option } from "commander";
import Docker from "dockerode";
import { buildImage, type Entry } from "./image-build.ts";
import { hasHostBase, imageExists, inspectImage, makeHostBase, officialBase, pullOfficialBase } from "./sample-base.ts";

export const bases = ["auto", "official", "host"] as const;

export interface SampleImageOptions {
  /** `eqmd:latest` by default. */
  readonly tag?: string;
  /** What the app says its version is; `1.0` by default. */
  readonly version?: string;
  /** `auto`, the default, keeps an image of the same sources, else takes the official base, else this machine's programs. */
  readonly base?: (typeof bases)[number];
  /** By default the one that DOCKER_HOST names. */
  readonly docker?: Docker;
  /** Told what happens, a line at a time. */
  readonly progress?: (line: string) => void;
}

export interface SampleImage {
  readonly tag: string;
  readonly id: string;
  /** What it was built on just now, or that it was there already. */
  readonly origin: "kept" | "official" | "host";
}

const sources = fileURLToPath(new URL("../examples/equipemed", import.meta.url));
/** Holds the hash of what an image was built from. */
const label = "berth.sample";
/** Debian's packages may take long where their mirror is not reached. In milliseconds. */
const officialTimeout = 180_000;

/** @throws in words for the person who must act. */
export async function makeSampleImage(options: SampleImageOptions = {}): Promise<SampleImage> {
  const { tag = "eqmd:latest", version = "1.0", base = "auto", docker = new Docker(), progress = () => {} } = options;
  if (!/^[\w.+-]{1,64}$/.test(version)) {
    throw new Error(
      `the version ${JSON.stringify(version)} is not allowed: use up to 64 letters, digits, dots, dashes`,
    );
  }
  await checkDocker(docker);
  const context = await sourceContext();
  const hash = hashOf(context, version);
  const present = await inspectImage(docker, tag);
  if (base === "auto" && present?.Config.Labels?.[label] === hash) {
    progress(`${tag} is there already, built from the same sources`);
    return { tag, id: present.Id, origin: "kept" };
  }
  const build = (from: string, timeout?: number) => {
    progress(`building ${tag}, version ${version}, on ${from}`);
    const buildArguments = { BASE: from, VERSION: version };
    const limit = timeout === undefined ? {} : { timeout };
    return buildImage(docker, { tag, context, labels: { [label]: hash }, buildArguments, progress, ...limit });
  };
  const origin = await buildOn(base, docker, build, progress);
  return { tag, id: (await docker.getImage(tag).inspect()).Id, origin };
}

async function checkDocker(docker: Docker): Promise<void> {
  await docker.ping().catch((error: Error) => {
    throw new Error(`Docker does not answer (${error.message}): start it, or set DOCKER_HOST to one that runs`);
  });
}

async function buildOn(
  base: (typeof bases)[number],
  docker: Docker,
  build: (from: string, timeout?: number) => Promise<void>,
  progress: (line: string) => void,
): Promise<"official" | "host"> {
  const isKnownToLack = base === "auto" && (await hasHostBase(docker)) && !(await imageExists(docker, officialBase));
  if (base !== "host" && !isKnownToLack) {
    try {
      await pullOfficialBase(docker, progress);
      await build(officialBase, officialTimeout);
      return "official";
    } catch (error) {
      const { message } = error as Error;
      const remedy = "without a registry and Debian's packages, use --base host";
      if (base === "official") throw new Error(`${message}\n${remedy}`, { cause: error });
      progress(`no official base (${message}): taking this machine's programs`);
    }
  }
  await build(await makeHostBase(docker, progress));
  return "host";
}

/** The files of examples/equipemed in a stable order. */
async function sourceContext(): Promise<Entry[]> {
  const found = await readdir(sources, { recursive: true, withFileTypes: true });
  const files = found.filter((each) => each.isFile()).map((each) => path.join(each.parentPath, each.name));
  const texts = files.sort().map(async (file): Promise<Entry> => {
    const name = path.relative(sources, file).split(path.sep).join("/");
    return { kind: "text", name, mode: 0o644, text: await readFile(file, "utf8") };
  });
  return Promise.all(texts);
}

const hashOf = (context: readonly Entry[], version: string): string =>
  createHash("sha256")
    .update(JSON.stringify([context, version]))
    .digest("hex");

async function main(): Promise<void> {
  const command = new Command("sample-image")
    .description("makes the image of the sample app in examples/equipemed")
    .option("--tag <name>", "name and tag of the image", "eqmd:latest")
    .option("--version <version>", "what the app says its version is", "1.0")
    .addOption(new Option("--base <base>", "what the image stands on").choices(bases).default("auto"))
    .parse();
  const image = await makeSampleImage({ ...command.opts<SampleImageOptions>(), progress: console.error });
  console.log(`${image.tag} ${image.id} (${image.origin})`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
