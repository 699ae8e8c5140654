import { inOrder } from "../conflicts/check.ts";
import type { NotLookedAt } from "../conflicts/claim.ts";
import type { Finding } from "../conflicts/finding.ts";
import { compare } from "../drift/compare.ts";
import type { Known } from "../drift/known.ts";
import { databaseFindings } from "../drift/databases.ts";
import { observeLive } from "../drift/observe-live.ts";
import { platformFindings } from "../inventory/databases.ts";
import { type DatabasesReport, observeDatabases } from "../inventory/observe-databases.ts";
import { hostUnreachable } from "../inventory/observe.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { type Project, readDeployment } from "../inventory/project.ts";

export { type Known, knownOf } from "../drift/known.ts";

export interface DriftWish {
  /** Texts of secrets by stack and name. What holds others is not compared, and the result says so. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By stack, what the engine's state holds: `knownOf` of what `pulumi stack export` tells. */
  readonly known?: Readonly<Record<string, Known>>;
}

export interface DriftResult {
  readonly deployments: readonly Deployment[];
  /** Also of stacks that cannot be read and of hosts that do not answer. */
  readonly findings: readonly Finding[];
  readonly notLookedAt: readonly NotLookedAt[];
}

/** Compares what is live of these stacks with what they say: each endpoint is asked once. */
export async function driftOf(project: Project, stacks: readonly string[], wish: DriftWish = {}): Promise<DriftResult> {
  const read = stacks.map((stack) => readDeployment(project, stack));
  const deployments = read.flatMap((deployment) => (deployment.ok ? [deployment.value] : []));
  const unread = read.flatMap((deployment) => (deployment.ok ? [] : deployment.findings));
  const endpoints = [...new Set(deployments.map(({ endpoint }) => endpoint.url))].sort();
  const looked = await Promise.all(
    endpoints.map((endpoint) =>
      driftOn(
        endpoint,
        deployments.filter((deployment) => deployment.endpoint.url === endpoint),
        wish,
      ),
    ),
  );
  return {
    deployments,
    findings: [...unread, ...looked.flatMap(({ findings }) => findings)].sort(inOrder),
    notLookedAt: [
      ...looked.flatMap(({ notLookedAt }) => notLookedAt),
      ...deployments.flatMap((one) => gaps(one, wish)),
    ],
  };
}

async function driftOn(
  endpoint: string,
  deployments: readonly Deployment[],
  { secrets = {}, known = {} }: DriftWish,
): Promise<{ findings: readonly Finding[]; notLookedAt: readonly NotLookedAt[] }> {
  const names = deployments.map(({ id, stack }): [string, string[]] => [id, Object.keys(secrets[stack] ?? {})]);
  const live = await observeLive(deployments, endpoint, { secrets: Object.fromEntries(names) });
  if (live.kind === "unreachable") return { findings: [hostUnreachable(live)], notLookedAt: [] };
  const findings = deployments.flatMap((deployment) =>
    compare(deployment, live, { secrets: secrets[deployment.stack], known: known[deployment.stack] }),
  );
  const databases = await databaseDrift(deployments, secrets);
  return {
    findings: [...findings, ...databases.flatMap((each) => each.findings)],
    notLookedAt: [...live.notLookedAt, ...databases.flatMap((each) => each.notLookedAt)],
  };
}

/** Asks each platform's PostgreSQL once, as far as its password is known. */
async function databaseDrift(
  deployments: readonly Deployment[],
  secrets: NonNullable<DriftWish["secrets"]>,
): Promise<{ findings: readonly Finding[]; notLookedAt: readonly NotLookedAt[] }[]> {
  const asked = new Map<string, Promise<DatabasesReport>>();
  return Promise.all(
    deployments.map(async (deployment) => {
      if (deployment.database === undefined) return { findings: [], notLookedAt: [] };
      const { name, platform } = deployment.database;
      const password = secrets[platform.stack]?.[platform.secrets.admin];
      if (password === undefined) {
        const why = `the password of postgres on ${platform.stack} is not known`;
        return { findings: [], notLookedAt: [{ what: `who may connect to ${name}`, why }] };
      }
      const report = asked.get(platform.id) ?? observeDatabases(platform.server, password);
      asked.set(platform.id, report);
      const found = await report;
      return {
        findings: found.kind === "seen" ? databaseFindings(deployment, found) : platformFindings(deployment, found),
        notLookedAt: [],
      };
    }),
  );
}

/** What the caller did not give, and so could not be compared. */
function gaps({ stack, secrets }: Deployment, wish: DriftWish): NotLookedAt[] {
  const unknown = secrets.map(({ name }) => name).filter((name) => wish.secrets?.[stack]?.[name] === undefined);
  return [
    ...(unknown.length === 0
      ? []
      : [{ what: `values with ${unknown.join(", ")} in ${stack}`, why: "the texts of these secrets are not known" }]),
    ...(wish.known?.[stack] === undefined
      ? [{ what: `copies of ${stack} made by hand`, why: "the state of the engine is not known" }]
      : []),
  ];
}
