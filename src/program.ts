import * as pulumi from "@pulumi/pulumi";
import { engineConfig } from "./config/engine-config.ts";
import { stackConfig } from "./config/stack-config.ts";
import { readStackFile, stackFilePlaces } from "./config/stack-file.ts";
import { check } from "./conflicts/check.ts";
import { errorsOf, type Finding } from "./conflicts/finding.ts";
import { claimsOf } from "./deployment/claims.ts";
import type { Database, Deployment } from "./deployment/deployment.ts";
import { weakSecrets } from "./deployment/weak-secrets.ts";
import { attemptsOf } from "./drift/attempts.ts";
import { hiddenDrift } from "./drift/compare.ts";
import { containerDrifts } from "./drift/container.ts";
import { type Known, knownIds, knownOf, type StateResource } from "./drift/known.ts";
import type { LiveReport } from "./drift/live.ts";
import { observeLive } from "./drift/observe-live.ts";
import { identitiesOf, lostVolumes } from "./drift/volumes.ts";
import { databaseFindings } from "./drift/databases.ts";
import { databaseClaims, platformFindings, type PlatformReport } from "./inventory/databases.ts";
import { observeDatabases } from "./inventory/observe-databases.ts";
import type { PlatformOutputs } from "./resources/outputs.ts";
import { type Observed, observe } from "./inventory/observe.ts";
import { deploymentOf, openProject, type Project, readSiblings } from "./inventory/project.ts";
import { countText, findingText, notLookedAtText } from "./report/text.ts";

/** The steps of a Pulumi program that declares one deployment; src/index.ts strings them together. */

/** The project that the engine runs: its root, not the working directory, which is the folder of the program. */
export async function engineProject(): Promise<Project> {
  // What a program throws before its first tick, Pulumi's SDK looks at for half a minute [measured: 40 s, else 5 s].
  await Promise.resolve();
  try {
    return openProject(pulumi.runtime.getRootDirectory(), pulumi.getOrganization());
  } catch (error) {
    throw new pulumi.RunError(error instanceof Error ? error.message : String(error));
  }
}

/** The running stack's deployment. Every mistake in its configuration is told before it ends the program. */
export function ownDeployment(project: Project): { deployment: Deployment; live: boolean } {
  const all = pulumi.runtime.allConfig();
  const secretKeys = new Set(JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]") as string[]);
  const places = stackFilePlaces(project.root, pulumi.getStack());
  const raw = engineConfig(pulumi.getStack(), all, (key) => secretKeys.has(key), places);
  // The file knows lines, and which of its secrets are written in clear; the engine knows what counts.
  const written = readStackFile(project.root, raw.stack, project.defaults);
  const mistaken = !written.ok && written.findings.every(({ code }) => code === "config-invalid");
  const config = mistaken ? written : stackConfig(raw);
  const deployment = deploymentOf(project, config);
  const findings = [...deployment.findings, ...(deployment.ok ? weakSecrets(deployment.value, engineSecrets()) : [])];
  tell(findings);
  if (!config.ok || !deployment.ok || errorsOf(findings).length > 0) throw stop(findings, "nothing was changed");
  return { deployment: deployment.value, live: config.value.inventory === "live" };
}

/** Everything that is asked of the host and the engine; all of it is under way at once. */
export interface Looked {
  readonly observed: Promise<Observed>;
  /** Undefined where no host is to be asked. */
  readonly own: Promise<LiveReport> | undefined;
  readonly state: Promise<Known>;
  /** Undefined where the deployment has no database on a platform, or nobody is to be asked. */
  readonly databases: Promise<PlatformReport> | undefined;
}

/** @param live false: no host is asked, and the preview says so */
export const look = (deployment: Deployment, live: boolean): Looked => ({
  observed: observe([deployment], live),
  own: live ? observeLive([deployment], deployment.endpoint.url) : undefined,
  state: engineState(),
  databases: live && deployment.database !== undefined ? askPlatform(deployment.database) : undefined,
});

/** Asks the platform's PostgreSQL, with what the platform's stack tells of it. */
async function askPlatform({ platform }: Database): Promise<PlatformReport> {
  const password = await platformOutput(platform.id);
  return password === undefined ? { kind: "missing" } : observeDatabases(platform.server, password);
}

/** The password that a platform's stack tells; undefined where the engine knows no such stack, or it tells nothing. */
async function platformOutput(name: string): Promise<string | undefined> {
  try {
    const told = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
      outputs?: { platform?: Partial<PlatformOutputs> };
    };
    return told.outputs?.platform?.adminPassword;
  } catch {
    return undefined;
  }
}

/** What the stack's state holds; the engine itself answers. */
async function engineState(): Promise<Known> {
  const read = "pulumi:pulumi:readStackResourceOutputs";
  const state = (await pulumi.runtime.invoke(read, { stackName: pulumi.getStack() })) as {
    outputs: Readonly<Record<string, StateResource>>;
  };
  return knownOf(Object.values(state.outputs));
}

/** Ends the program where the deployment would clash with a sibling or with anything that was seen. */
export async function withoutConflicts(project: Project, deployment: Deployment, looked: Looked): Promise<void> {
  const siblings = readSiblings(project, deployment.stack);
  const here = siblings.deployments.filter(({ endpoint }) => endpoint.url === deployment.endpoint.url);
  const [{ inventory }, known, databases] = await Promise.all([looked.observed, looked.state, looked.databases]);
  const all = {
    ...inventory,
    claims: [...here.flatMap(claimsOf), ...inventory.claims, ...databaseClaims(deployment, databases, known)],
    findings: [
      ...siblings.unknown,
      ...inventory.findings,
      ...platformFindings(deployment, databases),
      ...(databases?.kind === "seen" && known.closed.includes(deployment.database?.name ?? "")
        ? databaseFindings(deployment, databases)
        : []),
    ],
  };
  const findings = check(all, { about: deployment.id, known: knownIds(known) });
  tell(findings);
  for (const gap of inventory.notLookedAt) void pulumi.log.info(notLookedAtText(gap));
  if (errorsOf(findings).length > 0) throw stop(findings, "nothing was changed");
}

/**
 * Tells what was changed by hand and no refresh sees, of containers that the coming `up` would leave as they are.
 * @returns by service, what makes the `up` replace such a container: see `attemptsOf`
 */
export async function tellDrift(deployment: Deployment, looked: Looked): Promise<Record<string, string>> {
  const [known, live] = await Promise.all([looked.state, looked.own]);
  if (live === undefined) return attemptsOf(deployment, [], known);
  if (live.kind === "unreachable") throw new pulumi.RunError(`${live.reason}; ${live.remedy}`);
  const drifts = containerDrifts(deployment, live, { known });
  tell([...hiddenDrift(deployment, drifts), ...lostVolumes(deployment, live, known)]);
  return attemptsOf(deployment, drifts, known);
}

/** What tells the deployment's volumes from others, as far as they are there and the host was asked. */
export async function volumeIdentities(
  deployment: Deployment,
  { own }: Looked,
): Promise<Record<string, string | undefined>> {
  const live = await own;
  return live?.kind === "seen" ? identitiesOf(deployment, live) : {};
}

/** Whether Podman answers in Docker's place, as far as the host was asked. */
export async function isPodman({ own }: Looked): Promise<boolean> {
  const live = await own;
  return live?.kind === "seen" && live.podman;
}

/**
 * The password of `postgres` on the platform that carries a deployment's database; the platform's stack tells it.
 * @param live false: a preview from files alone, as of a pull request, may know of no other stack, and needs no password
 */
export function platformPassword({ database }: Deployment, live = true): pulumi.Output<string> | undefined {
  if (database === undefined || (!live && pulumi.runtime.isDryRun())) return undefined;
  const platform = new pulumi.StackReference(database.platform.id).getOutput("platform");
  return platform.apply((told) => (told as { adminPassword?: string } | undefined)?.adminPassword ?? "");
}

/** The texts of the secrets in the stack file. */
export const givenSecrets = (): pulumi.Output<Record<string, string>> => pulumi.secret(engineSecrets());

const engineSecrets = (): Record<string, string> =>
  new pulumi.Config("berth").getObject<Record<string, string>>("secrets") ?? {};

function tell(findings: readonly Finding[]): void {
  for (const finding of findings) {
    if (finding.severity === "error") void pulumi.log.error(findingText(finding));
    else void pulumi.log.warn(findingText(finding));
  }
}

const stop = (findings: readonly Finding[], outcome: string): Error =>
  new pulumi.RunError(`${countText(errorsOf(findings))}; ${outcome}`);
