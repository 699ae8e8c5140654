import * as pulumi from "@pulumi/pulumi";
import { engineConfig } from "./config/engine-config.ts";
import { stackConfig } from "./config/stack-config.ts";
import { readStackFile, stackFilePlaces } from "./config/stack-file.ts";
import { check, type CheckOptions } from "./conflicts/check.ts";
import { errorsOf, type Finding } from "./findings/finding.ts";
import { lookupRole } from "./deployment/platform-roles.ts";
import type { Platform } from "./deployment/deployment.ts";
import type { Realization } from "./deployment/realization.ts";
import type { RuntimeName } from "./deployment/runtime.ts";
import { homeLabels } from "./deployment/labels.ts";
import { weakSecrets } from "./resolve/lint/weak-secrets.ts";
import { attemptsOf } from "./drift/replacement.ts";
import { hiddenDrift } from "./drift/compare.ts";
import { containerDrifts } from "./drift/container.ts";
import { type Known, knownIds, knownOf, type StateResource } from "./engine/state.ts";
import { type Kept } from "./resources/kept.ts";
import type { HostReport } from "./host/snapshot.ts";
import { liveReport, type LiveReport } from "./host/live-report.ts";
import { lostSecrets } from "./drift/lost-secrets.ts";
import { marksOf } from "./drift/marks.ts";
import { type Succession, successionOf } from "./drift/succession.ts";
import { identitiesOf, lostVolumes } from "./drift/volumes.ts";
import { serverFindings } from "./drift/database-server.ts";
import { databaseFindings } from "./drift/databases.ts";
import type { PlatformReport } from "./inventory/databases.ts";
import { hostUnreachable } from "./inventory/observe.ts";
import { observeDatabases } from "./inventory/observe-databases.ts";
import type { DeploymentArgs } from "./resources/deployment.ts";
import { setRolePassword } from "./operations/role-password.ts";
import type { DatabaseAdoption } from "./resources/tenant-database.ts";
import { trialsOf } from "./drift/trial.ts";
import { buildImages, pendingBuilds } from "./operations/build-images.ts";
import { trialFindings } from "./operations/trial.ts";
import type { PlatformOutputs } from "./resources/outputs.ts";
import { ownValue } from "./notation/own-value.ts";
import type { HeldImages } from "./host/images.ts";
import { goneHomes } from "./engine/states.ts";
import { type Existing, inventoryFor } from "./project/inventory.ts";
import { deploymentOf, openProject, type Project } from "./project/project.ts";
import type { Reader } from "./report/remedy-text.ts";
import { shownTo } from "./report/shown-finding.ts";
import { localEndpoint } from "./docker/endpoint.ts";
import { readerVariable } from "./engine/reader-variable.ts";
import { engineText } from "./notation/printable.ts";
import { countText, findingText, notLookedAtText } from "./report/text.ts";

/** The steps of a Pulumi program that declares one deployment; src/index.ts strings them together. */

/** The project that the engine runs: its root, not the working directory, which is the folder of the program. */
export async function engineProject(): Promise<Project> {
  // What a program throws before its first tick, Pulumi's SDK looks at for half a minute [measured: 40 s, else 5 s].
  await Promise.resolve();
  try {
    return openProject(pulumi.runtime.getRootDirectory(), pulumi.getOrganization());
  } catch (error) {
    throw new pulumi.RunError(engineText(error instanceof Error ? error.message : String(error)));
  }
}

/** The running stack's deployment. Every mistake in its configuration is reported before it ends the program. */
export function ownDeployment(project: Project): { deployment: Realization; live: boolean } {
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
  report(findings);
  if (!config.ok || !deployment.ok || errorsOf(findings).length > 0) throw stop(findings, "nothing was changed");
  return { deployment: deployment.value, live: config.value.inventory === "live" };
}

/** Everything that is asked of the host and the engine; all of it is under way at once. */
export interface Looked {
  /** What the other stacks claim, and what is live. */
  readonly existing: Promise<Existing>;
  /** Undefined where no host is to be asked. */
  readonly own: Promise<LiveReport> | undefined;
  readonly state: Promise<Known>;
  /** Undefined where the deployment has no database on a platform, or nobody is to be asked. */
  readonly databases: Promise<PlatformReport> | undefined;
  /** What PostgreSQL of a platform has that is up; undefined for other deployments, or where nobody is to be asked. */
  readonly offered?: Promise<PlatformReport> | undefined;
}

/** @param live false: no host is asked, and the preview says so */
export function look(project: Project, deployment: Realization, live: boolean): Looked {
  const own = engineState();
  const databases = live && deployment.database !== undefined ? askPlatform(deployment.database.platform) : undefined;
  const existing = inventoryFor(project, { about: deployment, live, files: true, platform: () => databases, own });
  return {
    existing,
    own: live ? existing.then(({ hosts }) => ownPart(deployment, hosts)) : undefined,
    state: own,
    databases,
    offered:
      live && deployment.platform !== undefined && deployment.running ? askPlatform(deployment.platform) : undefined,
  };
}

/** What the snapshot of its host says of the deployment. */
function ownPart(deployment: Realization, hosts: readonly HostReport[]): LiveReport {
  const [host] = hosts;
  if (host === undefined) throw new Error("no host was asked");
  return liveReport(host, [deployment]);
}

/** Asks the platform's PostgreSQL, with the outputs of the platform's stack. */
async function askPlatform(platform: Platform): Promise<PlatformReport> {
  const outputs = await platformOutputs(platform.id);
  if (outputs === undefined) return { kind: "missing" };
  return outputs.admin === undefined ? { kind: "outdated" } : observeDatabases(platform.server, outputs.admin.password);
}

/** The output `platform` of a platform's stack; undefined where the engine knows no such stack, or it has no such output. */
async function platformOutputs(name: string): Promise<Partial<PlatformOutputs> | undefined> {
  try {
    const stack = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
      outputs?: { platform?: Partial<PlatformOutputs> };
    };
    return stack.outputs?.platform;
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
  return knownOf(Object.entries(state.outputs).map(([urn, resource]) => ({ ...resource, urn })));
}

/** Ends the program where the deployment would clash with a sibling or with anything that was seen. */
export async function withoutConflicts(deployment: Realization, looked: Looked): Promise<void> {
  const name = deployment.database?.name ?? "";
  const [{ inventory, deployments }, known, databases, offered] = await Promise.all([
    looked.existing,
    looked.state,
    looked.databases,
    looked.offered,
  ]);
  const all = {
    ...inventory,
    findings: [
      ...inventory.findings,
      ...(databases?.kind === "seen" && known.databases.includes(name)
        ? databaseFindings(deployment, databases, known.closed.includes(name))
        : []),
      ...(offered?.kind === "seen" ? serverFindings(deployment, offered, tenantsOf(deployment, deployments)) : []),
    ],
  };
  const { id, home } = deployment;
  const ids = knownIds(known);
  const live = await looked.own;
  const lost = live?.kind === "seen" ? lostSecrets(deployment, live, known) : [];
  const options: CheckOptions = {
    about: id,
    known: ids,
    home,
    owned: new Map([...ids].map((resource) => [resource, id])),
    renamed: new Map(known.ids.map((former) => [former, id])),
    gone: goneHomes(inventory.claims),
  };
  const found = check(all, options);
  // What runs elsewhere has its secrets there. A container with the last copy of a secret is not to be removed before.
  const isElsewhere = found.some(({ code }) => code === "managed-elsewhere");
  const isLost = !isElsewhere && errorsOf(lost).length > 0;
  const findings = isElsewhere ? found : [...lost, ...(isLost ? check(all, { ...options, known: undefined }) : found)];
  report(findings);
  for (const gap of inventory.notLookedAt) void pulumi.log.info(engineText(notLookedAtText(gap)));
  if (errorsOf(findings).length > 0) throw stop(findings, "nothing was changed");
}

/**
 * Whether the state has what a platform keeps at its PostgreSQL. It stays while the platform is stopped: what the
 * databases of others depend on cannot be deleted, and a stopped PostgreSQL deletes nothing.
 */
export const keepsDatabases = async ({ state }: Looked): Promise<boolean> => (await state).roles.includes(lookupRole);

/** What of a deployment's database it adopts: listed under `berth:adopt`, there, and not in its state. */
export async function adoptionOf(
  { database }: Realization,
  { state, databases }: Looked,
): Promise<DatabaseAdoption | undefined> {
  const [known, report] = await Promise.all([state, databases]);
  if (database?.adopted !== true || report?.kind !== "seen") return undefined;
  const { name, role, platform } = database;
  const isThere = (wanted: string, found: readonly { readonly name: string }[], own: readonly string[]): boolean =>
    found.some((each) => each.name === wanted) && !own.includes(wanted);
  return {
    database: isThere(name, report.databases, known.databases),
    role: isThere(role, report.roles, known.roles),
    setPassword: async (admin, verifier) => {
      if (!pulumi.runtime.isDryRun()) await setRolePassword(platform.server, admin, { role, verifier });
    },
  };
}
/** The owners of the databases on a platform, as far as their deployments are known: these report of them themselves. */
const tenantsOf = ({ id }: Realization, others: readonly Realization[]): string[] =>
  others.flatMap(({ database }) => (database?.platform.id === id ? [database.role] : []));

/**
 * Reports changes made outside Pulumi that no refresh sees, of containers that the coming `up` would leave as they are.
 * @returns by service, what makes the `up` replace such a container: see `attemptsOf`
 */
export async function reportDrift(deployment: Realization, looked: Looked): Promise<Record<string, string>> {
  const [known, live] = await Promise.all([looked.state, looked.own]);
  if (live === undefined) return attemptsOf(deployment, [], known);
  if (live.kind === "unreachable") {
    const found = [hostUnreachable(live)];
    report(found);
    throw stop(found, "nothing was changed");
  }
  const drifts = containerDrifts(deployment, live, { known });
  report([...hiddenDrift(deployment, drifts), ...lostVolumes(deployment, live, known)]);
  return attemptsOf(deployment, drifts, known);
}

/** What the coming `up` removes before it creates something else in its place; it is reported. */
export async function succession(deployment: Realization, { own, state }: Looked): Promise<Succession> {
  const [known, live] = await Promise.all([state, own]);
  if (live?.kind !== "seen") return { containers: {}, networks: {} };
  const moves = successionOf(deployment, live, known);
  for (const [name, leaving] of [...Object.entries(moves.containers), ...Object.entries(moves.networks)])
    for (const { name: old, gives } of leaving)
      void pulumi.log.info(`${old} is removed before ${name} is created, which gets ${gives}`);
  return moves;
}

/**
 * Builds the images that the host does not have, before an `up` changes anything: one that fails ends it here. A preview
 * only says what will be built.
 */
export async function withBuiltImages(deployment: Realization, live: boolean): Promise<void> {
  if (isPreview() && !live) return;
  const builds = await pendingBuilds(deployment);
  if (isPreview()) {
    for (const { image, service } of builds) void pulumi.log.info(engineText(`${image} will be built for ${service}`));
    return;
  }
  const failure = await buildImages(
    deployment,
    builds,
    engineSecrets(),
    (text) => void pulumi.log.info(engineText(text)),
  );
  if (failure !== undefined) throw new pulumi.RunError(`${engineText(failure)}; nothing was changed`);
}

/**
 * Ends an `up` before it changes anything where Docker refuses a container that it would create: each is tried first, as
 * the engine deletes the running one before it creates another. A preview writes nothing on a host, and tries nothing.
 */
export async function withoutRefusals(deployment: Realization, looked: Looked): Promise<void> {
  if (pulumi.runtime.isDryRun()) return;
  const [known, live] = await Promise.all([looked.state, looked.own]);
  if (live?.kind !== "seen" || live.runtime === "podman") return;
  const findings = await trialFindings(deployment, trialsOf(containerDrifts(deployment, live, { known }), live));
  report(findings);
  if (findings.length > 0) throw stop(findings, "nothing was changed");
}

/** The labels that distinguish the deployment's volumes from others, of those that exist where the host was asked. */
export async function volumeIdentities(
  deployment: Realization,
  { own }: Looked,
): Promise<Record<string, string | undefined>> {
  const live = await own;
  return live?.kind === "seen" ? identitiesOf(deployment, live) : {};
}

/** Images whose names are gone from the host while the deployment's containers go on with them: see `observeImages`. */
export const heldImages = async ({ id }: Realization, { existing }: Looked): Promise<HeldImages> =>
  ownValue((await existing).heldImages, id) ?? {};

/** What the state holds already under names that are not to change. */
export const keptOf = async ({ state }: Looked): Promise<Kept> => (await state).kept;

/** The labels that say where the state is. */
export const homeMarks = async (
  deployment: Realization,
  attempts: Readonly<Record<string, string>>,
  { state }: Looked,
): Promise<NonNullable<DeploymentArgs["marks"]>> => ({
  all: homeLabels(deployment.home),
  services: marksOf(deployment, await state, attempts),
});

/** Whether nothing may be changed. */
export const isPreview = (): boolean => pulumi.runtime.isDryRun();

/** What runs the deployment's containers; Docker where the host was not asked. */
export async function runtimeOf({ own }: Looked): Promise<RuntimeName> {
  const live = await own;
  return live?.kind === "seen" ? live.runtime : "docker";
}

/**
 * The password of `berth_admin` on the platform that carries a deployment's database; an output of the platform's stack.
 * @param live false: a preview from files alone, as of a pull request, may know of no other stack, and needs no password
 */
export function platformPassword({ database }: Realization, live = true): pulumi.Output<string> | undefined {
  if (database === undefined || (!live && pulumi.runtime.isDryRun())) return undefined;
  const platform = new pulumi.StackReference(database.platform.id).getOutput("platform");
  return platform.apply((outputs) => (outputs as Partial<PlatformOutputs> | undefined)?.admin?.password ?? "");
}

/** The texts of the secrets in the stack file. */
export const givenSecrets = (): pulumi.Output<Record<string, string>> => pulumi.secret(engineSecrets());

const engineSecrets = (): Record<string, string> =>
  new pulumi.Config("berth").getObject<Record<string, string>>("secrets") ?? {};

/** Who reads what the program prints: a person at `pulumi`, or at berth where that runs the engine. */
function reader(): Reader {
  const berth = process.env[readerVariable];
  const docker = localEndpoint();
  return berth === undefined ? { speaks: "pulumi", berth: "npx berth", docker } : { speaks: "berth", berth, docker };
}

function report(findings: readonly Finding[]): void {
  for (const finding of shownTo(findings, reader())) {
    const text = engineText(findingText(finding));
    if (finding.severity === "error") void pulumi.log.error(text);
    else if (finding.severity === "warning") void pulumi.log.warn(text);
    else void pulumi.log.info(text);
  }
}

const stop = (findings: readonly Finding[], outcome: string): Error =>
  new pulumi.RunError(`${countText(errorsOf(findings))}; ${outcome}`);
