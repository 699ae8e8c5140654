import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { readText, UnreadableFile } from "../../disk/read-text.ts";
import { notWritten, writeFiles } from "../../disk/write-files.ts";
import { NotReached } from "../../findings/stopped.ts";
import { composeNames, type InitFacts, initPlan, overrideOf } from "./plan.ts";

/** Where berth is installed, and as what. */
export interface Installation {
  /** Absolute path of the package. */
  readonly root: string;
  readonly name: string;
  readonly version: string;
}

/** What was made of a folder, or why nothing was. */
export type Initialized =
  | { readonly kind: "refused"; readonly message: string }
  | {
      readonly kind: "made";
      /** Absolute path of the Pulumi project. */
      readonly root: string;
      /** Absolute paths of what was written; empty where everything was there. */
      readonly written: readonly string[];
    };

/** The folder of the Pulumi project beside an application. */
export const projectFolder = "deploy";

export interface InitWish {
  /** The name of a blueprint that comes with berth, a folder or file, or the URL of a Git repository. */
  readonly template?: string;
  /** The project's folder, relative to the application's. */
  readonly into?: string;
}

/**
 * Makes a Pulumi project beside the application of a folder. What is there is left as it is, so a second run changes nothing.
 * @throws NotReached where a file cannot be read or written
 */
export async function initialize(
  folder: string,
  installation: Installation,
  { template: wish, into = projectFolder }: InitWish,
): Promise<Initialized> {
  const root = resolve(folder, into);
  const existing = new Set(filesIn(root));
  const composeFiles = composeFilesIn(folder);
  const isNew = !existing.has("Pulumi.yaml");
  const refusal = isNew ? whyNot(folder, into, { wish, composeFiles, existing, installation }) : undefined;
  if (refusal !== undefined) return { kind: "refused", message: refusal };
  const template = wish === undefined || !isNew ? undefined : await templateOf(wish, installation, folder);
  if (typeof template === "string") return { kind: "refused", message: template };
  const { name: packageName, version } = installation;
  const back = relative(root, folder);
  const { files } = initPlan({ folder, back, composeFiles, packageName, version, template, existing });
  const written = isNew ? writeFiles(root, files) : [];
  link(root, installation);
  return { kind: "made", root, written };
}

interface Found {
  readonly wish: string | undefined;
  readonly composeFiles: readonly string[];
  readonly existing: ReadonlySet<string>;
  readonly installation: Installation;
}

function whyNot(folder: string, into: string, found: Found): string | undefined {
  const { wish, composeFiles, existing, installation } = found;
  const foreign = ["index.mjs", "package.json"].find((path) => existing.has(path));
  if (foreign !== undefined)
    return `${into}/${foreign} is there and belongs to something else; name another folder for the project:\n  berth init --into berth`;
  if (wish !== undefined || composeFiles.length > 0) return undefined;
  const [first = "", ...others] = templatesOf(installation);
  return (
    `there is no Compose file in ${folder} (${composeNames.join(", ")}); go to the folder that has one, or begin with a blueprint that comes with berth:\n` +
    `  berth init --template ${first}    (or ${others.join(", ")}, a folder, the URL of a Git repository)`
  );
}

/** The Compose file of a folder with what Compose itself adds to it. */
function composeFilesIn(folder: string): string[] {
  const name = composeNames.find((candidate) => existsSync(join(folder, candidate)));
  if (name === undefined) return [];
  return [name, overrideOf(name)].filter((each) => existsSync(join(folder, each)));
}

/** Of what the plan may write, what is there; a link that leads nowhere counts. */
function filesIn(root: string): string[] {
  const present = (path: string): boolean => lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
  const blueprints = present("blueprints")
    ? readdirSync(join(root, "blueprints")).map((name) => `blueprints/${name}`)
    : [];
  return [...["Pulumi.yaml", "index.mjs", "package.json", ".gitignore"].filter(present), ...blueprints];
}

/** The names of the blueprints that come with berth. */
const templatesOf = ({ root }: Installation): string[] =>
  readdirSync(join(root, "blueprints"))
    .flatMap((file) => /^(.+)\.ya?ml$/.exec(file)?.[1] ?? [])
    .sort();

type Template = NonNullable<InitFacts["template"]>;

async function templateOf(wish: string, installation: Installation, folder: string): Promise<Template | string> {
  const shipped = templatesOf(installation);
  if (shipped.includes(wish))
    return { name: wish, text: readText(join(installation.root, "blueprints", `${wish}.yaml`)) };
  if (/^(?:https?|ssh|git|file):\/\/|^git@|\.git$/.test(wish)) return fromRepository(wish);
  const path = resolve(folder, wish);
  if (!existsSync(path))
    return `there is no template ${wish}: name one of ${shipped.join(", ")}, a folder or file with a Compose file, or the URL of a Git repository`;
  return fromFolder(path, wish);
}

function fromFolder(path: string, wish: string): Template | string {
  const isFolder = lstatSync(path).isDirectory();
  const name = isFolder ? composeNames.find((candidate) => existsSync(join(path, candidate))) : basename(path);
  if (name === undefined) return `there is no Compose file in ${wish} (${composeNames.join(", ")})`;
  const file = isFolder ? join(path, name) : path;
  try {
    return { name: nameOf(isFolder ? path : name), text: readText(file) };
  } catch (error) {
    if (error instanceof UnreadableFile) throw new NotReached(`${file} ${error.reason}`);
    throw error;
  }
}

const nameOf = (path: string): string => basename(path).replace(/\.(?:ya?ml|git)$/, "");

/** Only the newest commit is fetched, and only the Compose file of it is kept. */
async function fromRepository(url: string): Promise<Template | string> {
  const folder = mkdtempSync(join(tmpdir(), "berth-template-"));
  try {
    const clone = join(folder, nameOf(url));
    const env = { ...process.env, GIT_TERMINAL_PROMPT: "0" };
    await promisify(execFile)("git", ["clone", "--quiet", "--depth", "1", "--", url, clone], { env }).catch(
      (error: { stderr?: string; message: string }) => {
        throw new NotReached(`${url} cannot be cloned: ${(error.stderr ?? error.message).trim()}`);
      },
    );
    return fromFolder(clone, url);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Lets the project's program find berth where that is installed globally: as `npm install` in the project would, without
 * the network.
 */
function link(root: string, { root: installed, name }: Installation): void {
  if (isResolvable(root, `${name}/program`)) return;
  const modules = join(root, "node_modules");
  // The engine looks for its SDK from the program's folder upwards.
  const sdk = dirname(dirname(createRequire(join(installed, "package.json")).resolve("@pulumi/pulumi/package.json")));
  try {
    mkdirSync(modules, { recursive: true });
    for (const [from, to] of [
      [installed, join(modules, name)],
      [sdk, join(modules, "@pulumi")],
    ] as const)
      if (lstatSync(to, { throwIfNoEntry: false }) === undefined) symlinkSync(from, to, "dir");
  } catch (error) {
    throw notWritten(modules, error);
  }
}

function isResolvable(root: string, specifier: string): boolean {
  try {
    createRequire(join(root, "index.mjs")).resolve(specifier);
    return true;
  } catch {
    return false;
  }
}
