import { expect } from "vitest";
import { passwordType } from "../../../src/engine/state.ts";
import { type DriftResult, driftOf, knownOf } from "../../../src/operations/drift.ts";
import { openProject } from "../../../src/project/project.ts";
import { docker, uniqueName } from "../../host/docker.ts";
import { type Ran, temporaryProject, type TemporaryProject } from "../engine.ts";

/** A stack of a project in which things drift; its blueprint has the stack's name. */
export interface DriftingStack {
  readonly blueprint: string;
  /** More keys of the stack file, each on a line of its own, indented. */
  readonly keys?: string;
}

/** A project whose stacks are changed outside Pulumi, and what finds that. */
export class Drifting {
  private constructor(
    readonly prefix: string,
    readonly project: TemporaryProject,
  ) {}

  static async make(stacks: Readonly<Record<string, DriftingStack>>, prefix = uniqueName("berth_drift")) {
    const entries = Object.entries(stacks);
    const file = (stack: string, keys: string): string =>
      `config:\n  berth:blueprint: ${stack}\n  berth:prefix: ${prefix}_${stack}\n${keys}`;
    const project = await temporaryProject({
      stacks: Object.fromEntries(entries.map(([stack, { keys = "" }]) => [stack, file(stack, keys)])),
      blueprints: Object.fromEntries(entries.map(([stack, { blueprint }]) => [stack, blueprint])),
    });
    return new Drifting(prefix, project);
  }

  /** The name of a container, a network or a volume. */
  name = (stack: string, key: string): string => `${this.prefix}_${stack}_${key.replaceAll("-", "_")}`;

  up = async (stack: string): Promise<void> =>
    void (await succeeds(this.project.pulumi(["up", "--yes", "--skip-preview", "--stack", stack])));
  preview = (stack: string): Promise<Ran> => this.project.pulumi(["preview", "--stack", stack]);

  /** What a refresh wants to do, by the resource's name without the stack's. */
  async refreshSteps(stack: string): Promise<Record<string, string>> {
    const { stdout } = await this.project.pulumi(["refresh", "--preview-only", "--stack", stack]);
    const steps = stdout.matchAll(/^ *[~+-]+ +docker:index:\w+ \w+-(\S+) (update|delete)\b/gm);
    return Object.fromEntries([...steps].map(([, key = "", step = ""]) => [key, step]));
  }

  async resourcesOf(stack: string): Promise<StateResource[]> {
    const { stdout } = await succeeds(this.project.pulumi(["stack", "export", "--show-secrets", "--stack", stack]));
    return (JSON.parse(stdout) as { deployment: { resources: StateResource[] } }).deployment.resources;
  }

  /** What `berth drift` does: with the secrets and the ids of the engine's state. */
  async look(stack: string): Promise<DriftResult> {
    const resources = await this.resourcesOf(stack);
    const passwords = resources.filter(({ type }) => type === passwordType);
    const texts = passwords.map(({ urn, outputs }) => [
      urn
        .split("::")
        .at(-1)
        ?.slice(stack.length + 1) ?? "",
      JSON.parse(outputs?.result?.plaintext ?? "") as string,
    ]);
    const known = { [stack]: knownOf(resources) };
    const secrets = { [stack]: Object.fromEntries(texts) as Record<string, string> };
    return driftOf(openProject(this.project.root), [stack], { known, secrets });
  }

  /** Neither our comparison nor a preview, which refreshes first, finds anything to do. */
  async isClean(stack: string): Promise<void> {
    expect((await this.look(stack)).findings).toEqual([]);
    await succeeds(this.project.pulumi(["preview", "--diff", "--expect-no-changes", "--stack", stack]));
  }

  /** A command as a person types it. */
  run = async (line: string): Promise<void> => void (await succeeds(this.project.shell(line)));

  /** Creates a container again under its name, as a person does with `docker run`. */
  async recreate(stack: string, key: string, labels?: Record<string, string>): Promise<void> {
    const name = this.name(stack, key);
    const { Config, HostConfig } = await docker.getContainer(name).inspect();
    await docker.getContainer(name).remove({ force: true });
    const { Hostname: _, ...config } = Config;
    const network = { NetworkingConfig: { EndpointsConfig: { [this.name(stack, "default")]: { Aliases: [key] } } } };
    const options = { ...config, Labels: labels ?? Config.Labels, HostConfig, ...network, name };
    await (await docker.createContainer(options)).start();
  }
}

interface StateResource {
  readonly type: string;
  readonly urn: string;
  readonly outputs?: { readonly result?: { readonly plaintext?: string } };
}

export async function succeeds(running: Promise<Ran>): Promise<Ran> {
  const ran = await running;
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  return ran;
}

/** The commands of the remedies that a preview printed. */
export const remediesOf = ({ stdout }: Ran): string[] => [
  ...new Set([...stdout.matchAll(/remedy {5}(.*)$/gm)].map(([, command]) => command ?? "")),
];
