/** Makes the image of a sample app whose Dockerfile takes BASE and VERSION, with a registry or without one. */
import { Command, Option } from "commander";
import Docker from "dockerode";
import { buildImage, type Entry } from "./image-build.ts";
import { checkDocker, digestOf, imageExists, isForeignImage, keptImage, sourcesLabel } from "./image-sources.ts";
import { hasHostBase, makeHostBase, officialBase, pullOfficialBase } from "./sample-base.ts";

const bases = ["auto", "official", "host"] as const;

export interface AppImageOptions {
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

export interface AppImage {
  readonly tag: string;
  readonly id: string;
  /** What it was built on just now, or that it was there already. */
  readonly origin: "kept" | "official" | "host";
}

/** Debian's packages may take long where their mirror is not reached. In milliseconds. */
const officialTimeout = 180_000;

/**
 * @param sources The build context, read once the version is known to be a word and Docker to answer.
 * @throws in words for the person who must act.
 */
export async function makeAppImage(
  tag: string,
  sources: () => Promise<readonly Entry[]>,
  { version = "1.0", base = "auto", docker = new Docker(), progress = () => {} }: AppImageOptions,
): Promise<AppImage> {
  if (!/^[\w.+-]{1,64}$/.test(version)) {
    throw new Error(
      `the version ${JSON.stringify(version)} is not allowed: use up to 64 letters, digits, dots, dashes`,
    );
  }
  await checkDocker(docker);
  if (await isForeignImage(docker, tag))
    throw new Error(
      `the image ${tag} on this host was not built by this script, and is left as it is: name another one with --tag`,
    );
  const context = await sources();
  const digest = digestOf(context, version);
  const kept = base === "auto" ? await keptImage(docker, tag, digest) : undefined;
  if (kept !== undefined) {
    progress(`${tag} is there already, built from the same sources`);
    return { tag, id: kept, origin: "kept" };
  }
  const build = (from: string, timeout?: number) => {
    progress(`building ${tag}, version ${version}, on ${from}`);
    const buildArguments = { BASE: from, VERSION: version };
    const limit = timeout === undefined ? {} : { timeout };
    return buildImage(docker, { tag, context, labels: { [sourcesLabel]: digest }, buildArguments, progress, ...limit });
  };
  const origin = await buildOn(base, docker, build, progress);
  return { tag, id: (await docker.getImage(tag).inspect()).Id, origin };
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

/** The command of a script that makes such an image; prints its name, id and origin. */
export async function makeByCommand(
  name: string,
  tag: string,
  make: (options: AppImageOptions) => Promise<AppImage>,
): Promise<void> {
  const command = new Command(name)
    .description("makes the image of a sample app in examples/")
    .option("--tag <name>", `name and tag of the image (default: ${tag})`)
    .option("--version <version>", "what the app says its version is", "1.0")
    .addOption(new Option("--base <base>", "what the image stands on").choices(bases).default("auto"))
    .parse();
  try {
    const image = await make({ ...command.opts<AppImageOptions>(), progress: console.error });
    console.log(`${image.tag} ${image.id} (${image.origin})`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
