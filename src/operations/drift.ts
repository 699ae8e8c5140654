import { inOrder } from "../conflicts/check.ts";
import type { NotLookedAt } from "../findings/gap.ts";
import type { Finding } from "../findings/finding.ts";
import { compare } from "../drift/compare.ts";
import type { Known } from "../engine/state.ts";
import { platformDatabases, serverFindings, triggerFindings } from "../drift/database-server.ts";
import { databaseFindings, loginFindings, passwordFinding } from "../drift/databases.ts";
import { liveReport } from "../host/live-report.ts";
import { observeHost } from "../host/observe-host.ts";
import type { HostReport } from "../host/snapshot.ts";
import { platformFindings } from "../inventory/databases.ts";
import {
  type DatabasesReport,
  observeDatabases,
  observeEventTriggers,
  refusesPassword,
} from "../inventory/observe-databases.ts";
import { hostUnreachable } from "../inventory/observe.ts";
import { administrator } from "../deployment/platform-roles.ts";
import type { Database, Endpoint, Platform } from "../deployment/deployment.ts";
import { endpointsOf } from "../deployment/endpoint.ts";
import type { Realization } from "../deployment/realization.ts";
import { type Project, readDeployment } from "../project/project.ts";
import { ownValue } from "../notation/own-value.ts";

export { knownOf } from "../engine/state.ts";

export interface DriftOptions {
  /** Texts of secrets by stack and name. What holds others is not compared, and the result says so. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By stack, what the engine's state holds: `knownOf` of what `pulumi stack export` prints. */
  readonly known?: Readonly<Record<string, Known>>;
  /** Hosts that were read already for these deployments, with the files in their containers; others are read. */
  readonly hosts?: readonly HostReport[];
}

export interface DriftResult {
  readonly deployments: readonly Realization[];
  /** Also of stacks that cannot be read and of hosts that do not answer. */
  readonly findings: readonly Finding[];
  readonly notLookedAt: readonly NotLookedAt[];
}

/** Compares what is live of these stacks with what they say. */
export async function driftOf(
  project: Project,
  stacks: readonly string[],
  wish: DriftOptions = {},
): Promise<DriftResult> {
  const read = stacks.map((stack) => readDeployment(project, stack));
  const unread = read.flatMap((deployment) => (deployment.ok ? [] : deployment.findings));
  const deployments = read.flatMap((deployment) => (deployment.ok ? [deployment.value] : []));
  const drift = await driftBetween(deployments, wish);
  return { ...drift, findings: [...unread, ...drift.findings].sort(inOrder) };
}

/** The same of deployments that are resolved already: each endpoint is asked once. */
export async function driftBetween(deployments: readonly Realization[], wish: DriftOptions = {}): Promise<DriftResult> {
  const endpoints = endpointsOf(deployments);
  const looked = await Promise.all(
    endpoints.map((endpoint) =>
      driftOn(
        endpoint,
        deployments.filter((deployment) => deployment.endpoint.id === endpoint.id),
        wish,
      ),
    ),
  );
  return {
    deployments,
    findings: looked.flatMap(({ findings }) => findings).sort(inOrder),
    notLookedAt: [
      ...looked.flatMap(({ notLookedAt }) => notLookedAt),
      ...deployments.flatMap((one) => gaps(one, wish)),
    ],
  };
}

async function driftOn(
  endpoint: Endpoint,
  deployments: readonly Realization[],
  { secrets = {}, known = {}, hosts = [] }: DriftOptions,
): Promise<{ findings: readonly Finding[]; notLookedAt: readonly NotLookedAt[] }> {
  const names = deployments.map(({ id, stack }): [string, string[]] => [
    id,
    Object.keys(ownValue(secrets, stack) ?? {}),
  ]);
  const host =
    hosts.find((each) => each.endpoint.id === endpoint.id) ??
    (await observeHost(endpoint, { about: deployments, scope: "about", files: Object.fromEntries(names) }));
  const live = liveReport(host, deployments);
  if (live.kind === "unreachable") return { findings: [hostUnreachable(live)], notLookedAt: [] };
  const findings = deployments.flatMap((deployment) =>
    compare(deployment, live, {
      secrets: ownValue(secrets, deployment.stack),
      known: ownValue(known, deployment.stack),
    }),
  );
  const databases = await databaseDrift(deployments, secrets);
  return {
    findings: [...findings, ...databases.flatMap((each) => each.findings)],
    notLookedAt: [...live.notLookedAt, ...databases.flatMap((each) => each.notLookedAt)],
  };
}

type Drift = { readonly findings: readonly Finding[]; readonly notLookedAt: readonly NotLookedAt[] };

/** Asks each platform's PostgreSQL once, as far as its password is known. */
async function databaseDrift(
  deployments: readonly Realization[],
  secrets: NonNullable<DriftOptions["secrets"]>,
): Promise<Drift[]> {
  const reports = new Map<string, Promise<DatabasesReport>>();
  const asked = (platform: Platform, password: string): Promise<DatabasesReport> => {
    const report = reports.get(platform.id) ?? observeDatabases(platform.server, password);
    reports.set(platform.id, report);
    return report;
  };
  const tenants = deployments.flatMap(({ database }) => database?.role ?? []);
  return Promise.all(
    deployments.map(async (deployment) => {
      const { database, platform: offered, running } = deployment;
      const platform = database?.platform ?? (running ? offered : undefined);
      if (platform === undefined) return { findings: [], notLookedAt: [] };
      const password = ownValue(ownValue(secrets, platform.stack), platform.secrets.administration);
      if (password === undefined) {
        const why = `the password of ${administrator} on ${platform.stack} is not known`;
        const what = database === undefined ? "the roles of PostgreSQL" : `who may connect to ${database.name}`;
        return { findings: [], notLookedAt: [{ what, why }] };
      }
      const found = await asked(platform, password);
      const own = ownValue(secrets, deployment.stack) ?? {};
      if (found.kind !== "seen") return { findings: platformFindings(deployment, found), notLookedAt: [] };
      if (database === undefined) return serverDrift(deployment, found, { tenants, secrets: own });
      const refused = await refusedOwner(database, ownValue(own, database.secret));
      return {
        findings: [
          ...databaseFindings(deployment, found),
          ...loginFindings(deployment, found),
          ...(refused ? [passwordFinding(deployment)] : []),
        ],
        notLookedAt: [],
      };
    }),
  );
}

/** A platform's own part; for its databases beside `postgres` it takes the superuser, and no other may connect to them. */
async function serverDrift(
  deployment: Realization,
  seen: Extract<DatabasesReport, { kind: "seen" }>,
  { tenants, secrets }: { readonly tenants: readonly string[]; readonly secrets: Readonly<Record<string, string>> },
): Promise<Drift> {
  const { platform } = deployment;
  const password = ownValue(secrets, platform?.secrets.admin ?? "");
  const triggers =
    platform === undefined || password === undefined
      ? undefined
      : await observeEventTriggers(platform.server, password, platformDatabases);
  return {
    findings: [...serverFindings(deployment, seen, tenants), ...triggerFindings(deployment, triggers ?? [])],
    notLookedAt:
      triggers === undefined
        ? [{ what: `event triggers at ${platform?.containers.server}`, why: "postgres could not log in" }]
        : [],
  };
}

/** Whether PostgreSQL does not take the password that the engine's state holds; only the database's owner can try. */
const refusedOwner = async ({ name, role, platform }: Database, password: string | undefined): Promise<boolean> =>
  password !== undefined && (await refusesPassword(platform.server, { user: role, password, database: name }));

/** What the caller did not give, and so could not be compared. */
function gaps({ stack, secrets }: Realization, wish: DriftOptions): NotLookedAt[] {
  const unknown = secrets
    .map(({ name }) => name)
    .filter((name) => ownValue(ownValue(wish.secrets, stack), name) === undefined);
  return [
    ...(unknown.length === 0
      ? []
      : [{ what: `values with ${unknown.join(", ")} in ${stack}`, why: "the texts of these secrets are not known" }]),
    ...(ownValue(wish.known, stack) === undefined
      ? [{ what: `copies of ${stack} made outside Pulumi`, why: "the state of the engine is not known" }]
      : []),
  ];
}
