import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { labels } from "../../src/deployment/label-names.ts";
import { docker as ofThisMachine } from "../host/docker.ts";
import { missingEngine } from "./missing.ts";

/**
 * The real Pulumi engine on a real Docker for tests: `describe.skipIf(!engineAnswers)`, a project of one's own by
 * temporaryProject, `afterAll(() => project.destroy())`.
 */
export const engineAnswers: boolean = missingEngine() === "";

export interface ProjectWish {
  /** Text of Pulumi.<stack>.yaml by stack; `{root}` in it stands for the project's folder. */
  readonly stacks: Readonly<Record<string, string>>;
  /** Text of blueprints/<name>.yaml by name, beside those of this repository. */
  readonly blueprints?: Readonly<Record<string, string>>;
  /** The project's name; one of its own if not given. */
  readonly name?: string;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
}

export interface TemporaryProject {
  readonly root: string;
  /** The project's name, unlike any other: deployments are `organization/<name>/<stack>`. */
  readonly name: string;
  pulumi(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** A command line as a person pastes it, in the project's folder. */
  shell(line: string, options?: RunOptions): Promise<Ran>;
  /** Removes every container, network and volume with labels of this project, and its folder. */
  destroy(client?: typeof ofThisMachine): Promise<void>;
}

const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** A copy of this repository's program in a folder of its own, with these stacks, known to the engine but not yet up. */
export async function temporaryProject({
  stacks,
  blueprints = {},
  name = `berth-test-${randomBytes(4).toString("hex")}`,
}: ProjectWish): Promise<TemporaryProject> {
  const root = mkdtempSync(join(tmpdir(), "berth-test-engine-"));
  // With their times, which say whether the bundle in dist is newer than its sources.
  for (const part of ["src", "dist", "blueprints", "package.json", "tsconfig.json"])
    cpSync(join(repository, part), join(root, part), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  mkdirSync(join(root, ".state"), { mode: 0o700 });
  const settings = readFileSync(join(repository, "Pulumi.yaml"), "utf8");
  writeFileSync(join(root, "Pulumi.yaml"), settings.replace(/^name: .*$/m, `name: ${name}`));
  for (const [stack, text] of Object.entries(stacks))
    writeFileSync(join(root, `Pulumi.${stack}.yaml`), text.replaceAll("{root}", root));
  for (const [key, text] of Object.entries(blueprints)) writeFileSync(join(root, "blueprints", `${key}.yaml`), text);

  const run = (file: string, args: readonly string[], { env = {} }: RunOptions = {}): Promise<Ran> =>
    new Promise((resolve, reject) => {
      const options = { cwd: root, env: { ...process.env, ...engineSettings, ...env }, maxBuffer: 64 * 1024 ** 2 };
      execFile(file, args, options, (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== "number") reject(error);
        else resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      });
    });
  const project: TemporaryProject = {
    root,
    name,
    pulumi: (args, options) => run("pulumi", [...args], options),
    shell: (line, options) => run("sh", ["-c", line], options),
    destroy: async (client = ofThisMachine) => {
      await removeAll(client, name);
      rmSync(root, { recursive: true, force: true });
    },
  };
  for (const stack of Object.keys(stacks)) {
    const { code, stderr } = await project.pulumi(["stack", "init", stack]);
    if (code !== 0) throw new Error(`pulumi stack init ${stack}: ${stderr}`);
  }
  return project;
}

const engineSettings = {
  PULUMI_CONFIG_PASSPHRASE: "x",
  PULUMI_SKIP_UPDATE_CHECK: "true",
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  NO_COLOR: "1",
};

/** For the command under test: with the project's own backend and passphrase, whatever this shell has. */
export const ownEngine = {
  PULUMI_CONFIG_PASSPHRASE: undefined,
  PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
  PULUMI_BACKEND_URL: undefined,
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  DOCKER_HOST: process.env["DOCKER_HOST"],
};

/** Everything that carries a label of one of the project's deployments. */
async function removeAll(client: typeof ofThisMachine, project: string): Promise<void> {
  const isOurs = (live: Readonly<Record<string, string>> | null | undefined): boolean =>
    live?.[labels.stack]?.startsWith(`organization/${project}/`) === true;
  const containers = await client.listContainers({ all: true });
  for (const { Id, Labels } of containers) {
    if (isOurs(Labels)) await client.getContainer(Id).remove({ force: true, v: true }).catch(unlessGone);
  }
  const [networks, { Volumes: volumes }] = await Promise.all([client.listNetworks(), client.listVolumes()]);
  for (const { Id, Labels } of networks) {
    if (isOurs(Labels)) await client.getNetwork(Id).remove().catch(unlessGone);
  }
  for (const { Name, Labels } of volumes ?? []) {
    if (isOurs(Labels)) await client.getVolume(Name).remove().catch(unlessGone);
  }
  for (const { Id, Labels } of await client.listImages())
    if (isOurs(Labels)) await client.getImage(Id).remove({ force: true }).catch(unlessGone);
}

function unlessGone(error: { statusCode?: number }): void {
  if (error.statusCode !== 404) throw error;
}
