import type { Claim } from "../claims/claim.ts";
import type { Finding } from "../findings/finding.ts";
import { berth, type Remedy, up } from "../findings/remedy.ts";
import { administrator } from "../deployment/platform-roles.ts";
import type { Database, Deployment } from "../deployment/deployment.ts";
import type { DatabasesReport } from "./observe-databases.ts";

/**
 * What became of the question that a platform's PostgreSQL was asked. `missing`: its stack has not come up yet;
 * `outdated`: not since it has the role by which its tenants' databases are administered.
 */
export type PlatformReport = DatabasesReport | { readonly kind: "missing" } | { readonly kind: "outdated" };

/** The database and role that a deployment wants and that are there already. Those of its own state are its own. */
export function databaseClaims(
  { id, database, endpoint }: Deployment,
  report: PlatformReport | undefined,
  own: { readonly databases: readonly string[]; readonly roles: readonly string[] },
): Claim[] {
  if (database === undefined || report?.kind !== "seen") return [];
  const server = database.platform.containers.server;
  const there = (
    kind: "database" | "role",
    name: string,
    found: readonly { name: string }[],
    known: readonly string[],
  ) =>
    found.some((each) => each.name === name)
      ? [
          {
            kind,
            name,
            server,
            endpoint,
            owner: { kind, name, ...(known.includes(name) && { id }) },
          } satisfies Claim,
        ]
      : [];
  return [
    ...there("database", database.name, report.databases, own.databases),
    ...there("role", database.role, report.roles, own.roles),
  ];
}

/** That a deployment is to run and the platform with its database is stopped, if so. */
export const stoppedPlatform = ({ stack, running, database }: Deployment): Finding[] =>
  database === undefined || !running || database.platform.running
    ? []
    : [
        platformFinding(
          stack,
          database,
          `the platform ${database.platform.stack} is stopped (berth:running: false), and ${stack} is to run`,
          berth("start", database.platform.stack),
        ),
      ];

/** Why the platform of a deployment cannot give it a database now, if so. */
export function platformFindings({ stack, database }: Deployment, report: PlatformReport | undefined): Finding[] {
  if (database === undefined || report === undefined || report.kind === "seen") return [];
  const { platform } = database;
  const { host, port } = platform.server;
  const finding = (message: string, remedy: Remedy): Finding[] => [platformFinding(stack, database, message, remedy)];
  // A refresh of the platform itself would fail for the same reason: only berth brings it up all the same.
  const bringUp = berth(platform.running ? "up" : "start", platform.stack);
  if (report.kind === "missing") return finding(`the platform ${platform.stack} has never come up`, up(platform.stack));
  if (report.kind === "outdated")
    return finding(`the platform ${platform.stack} was last brought up without the role ${administrator}`, bringUp);
  if (report.kind === "unreachable")
    return finding(`PostgreSQL does not answer at ${host}:${port}: ${report.reason}`, bringUp);
  return finding(
    `PostgreSQL at ${host}:${port} refuses the password that the stack ${platform.stack} holds: ${report.reason}`,
    bringUp,
  );
}

const platformFinding = (stack: string, { platform, source }: Database, message: string, remedy: Remedy): Finding => ({
  code: "platform-unreachable",
  severity: "error",
  kind: "platform",
  key: platform.stack,
  message,
  wanted: { stack, ...source },
  held: { live: "container", name: platform.containers.server },
  remedy,
});
