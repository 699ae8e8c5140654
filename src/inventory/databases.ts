import type { Claim } from "../conflicts/claim.ts";
import type { Finding } from "../conflicts/finding.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { DatabasesReport } from "./observe-databases.ts";

/** What became of the question that a platform's PostgreSQL was asked; `missing`: its stack has not come up yet. */
export type PlatformReport = DatabasesReport | { readonly kind: "missing" };

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
            endpoint: endpoint.url,
            owner: { kind, name, ...(known.includes(name) && { id }) },
          } satisfies Claim,
        ]
      : [];
  return [
    ...there("database", database.name, report.databases, own.databases),
    ...there("role", database.role, report.roles, own.roles),
  ];
}

/** Why the platform of a deployment cannot give it a database now, if so. */
export function platformFindings({ stack, database }: Deployment, report: PlatformReport | undefined): Finding[] {
  if (database === undefined || report === undefined || report.kind === "seen") return [];
  const { platform, source } = database;
  const { host, port } = platform.server;
  const finding = (message: string, remedy: string): Finding[] => [
    {
      code: "platform-unreachable",
      severity: "error",
      kind: "platform",
      key: platform.stack,
      message,
      wanted: { stack, ...source },
      held: { container: platform.containers.server },
      remedy,
    },
  ];
  const up = `pulumi up -s ${platform.stack}`;
  if (report.kind === "missing") return finding(`the platform ${platform.stack} has never come up`, up);
  if (report.kind === "unreachable")
    return finding(`PostgreSQL does not answer at ${host}:${port}: ${report.reason}`, up);
  return finding(
    `PostgreSQL at ${host}:${port} refuses the password that the stack ${platform.stack} tells: ${report.reason}`,
    `docker exec -it -u postgres ${platform.containers.server} psql -c '\\password postgres'`,
  );
}
