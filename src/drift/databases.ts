import type { Finding } from "../conflicts/finding.ts";
import { lookupRole } from "../deployment/database.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { DatabasesReport } from "../inventory/observe-databases.ts";
import { Remedies } from "./remedy.ts";

type Seen = Extract<DatabasesReport, { kind: "seen" }>;

/**
 * Who may connect to a deployment's database beside its owner. The provider does not see a database that is open to
 * everybody because nobody has ever closed it, as after it was made anew, and neither does a refresh.
 */
export function databaseFindings(deployment: Deployment, { databases }: Seen): Finding[] {
  const { database, stack } = deployment;
  const found = databases.find(({ name }) => name === database?.name);
  if (database === undefined || found === undefined) return [];
  const others = found.admits.filter((role) => role !== database.role && role !== lookupRole);
  if (!found.open && others.length === 0) return [];
  const { server } = database.platform.containers;
  const grantees = found.open ? ["PUBLIC"] : others.map((role) => `"${role}"`);
  const revoke = `REVOKE ALL ON DATABASE "${database.name}" FROM ${grantees.join(", ")}`;
  return [
    {
      code: "database-drifted",
      severity: found.open ? "error" : "warning",
      kind: "drift",
      key: database.name,
      message: found.open ? "admits everybody who can log in" : `admits ${others.join(", ")}, too`,
      allowed: `${database.role} alone`,
      wanted: { stack, ...database.source },
      held: { database: `${database.name} at ${server}` },
      remedy: new Remedies(deployment).statement(server, revoke),
    },
  ];
}
