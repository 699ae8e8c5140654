import type { Finding } from "../findings/finding.ts";
import { administrator, lookupGroup, lookupRole } from "../deployment/platform-roles.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { DatabasesReport, LiveRole } from "../inventory/observe-databases.ts";
import { Remedies } from "./remedy.ts";
import { memberships, quotedName, settings, withoutRights } from "./roles.ts";

type Seen = Extract<DatabasesReport, { kind: "seen" }>;

/**
 * What is not as it should be with a deployment's database and its owner at PostgreSQL. The provider does not see most of
 * it, and a refresh that sees it may not be allowed to put it right.
 * @param closed false: no `up` has closed the database yet, the next one does
 */
export function databaseFindings(deployment: Deployment, seen: Seen, closed = true): Finding[] {
  return [...(closed ? admission(deployment, seen) : []), ...ownership(deployment, seen), ...owner(deployment, seen)];
}

/**
 * Who may connect to a deployment's database beside its owner. One that is open to everybody because nobody has ever
 * closed it, as after it was recreated, looks to the provider like one that is closed.
 */
function admission(deployment: Deployment, { databases, roles }: Seen): Finding[] {
  const { database } = deployment;
  const found = databases.find(({ name }) => name === database?.name);
  if (database === undefined || found === undefined) return [];
  const own = [database.role, lookupRole, lookupGroup, ...membersOf(database.role, roles)];
  const others = found.admits.filter((role) => !own.includes(role));
  if (!found.open && others.length === 0) return [];
  const grantees = found.open ? ["PUBLIC"] : others.map(quotedName);
  const statement = `REVOKE ALL ON DATABASE "${database.name}" FROM ${grantees.join(", ")}`;
  return [
    drifted(deployment, {
      severity: found.open ? "error" : "warning",
      key: database.name,
      message: found.open ? "admits every role that can log in" : `also admits ${others.join(", ")}`,
      allowed: `${database.role} alone`,
      statements: [statement],
    }),
  ];
}

/** The members of a role may all that it may: they are findings of their own. */
const membersOf = (name: string, roles: readonly LiveRole[]): readonly string[] =>
  roles.find((role) => role.name === name)?.members ?? [];

function ownership(deployment: Deployment, { databases }: Seen): Finding[] {
  const { database } = deployment;
  const found = databases.find(({ name }) => name === database?.name);
  if (database === undefined || found === undefined) return [];
  const { name, role } = database;
  return [
    ...(found.owner === role
      ? []
      : [
          drifted(deployment, {
            severity: "error",
            key: name,
            message: `is owned by ${found.owner}`,
            allowed: `owned by ${role}`,
            statements: [`ALTER DATABASE "${name}" OWNER TO "${role}"`],
          }),
        ]),
    ...(found.settings.length === 0
      ? []
      : [
          drifted(deployment, {
            severity: "warning",
            key: name,
            message: `gives every session ${found.settings.join("; ")}`,
            allowed: "no settings of its own",
            statements: [`ALTER DATABASE "${name}" RESET ALL`],
          }),
        ]),
  ];
}

/** What a database's owner may beyond owning it. */
function owner(deployment: Deployment, { roles }: Seen): Finding[] {
  const { database } = deployment;
  const found = roles.find(({ name }) => name === database?.role);
  if (database === undefined || found === undefined) return [];
  const { name } = found;
  const joined = memberships(found, { memberOf: [], members: [administrator] });
  const own = settings(found);
  const finding = (part: Omit<Drifted, "key">): Finding => drifted(deployment, { key: name, role: true, ...part });
  return [
    ...(found.rights.length === 0
      ? []
      : [
          finding({
            severity: "error",
            message: `has the rights ${found.rights.join(", ")}`,
            allowed: "no right beyond its database",
            statements: [withoutRights(found, [])],
          }),
        ]),
    ...(joined.messages.length === 0
      ? []
      : [
          finding({
            severity: "error",
            message: joined.messages.join("; "),
            allowed: "neither a member of a role nor with members",
            statements: joined.statements,
          }),
        ]),
    ...(own.length === 0
      ? []
      : [
          finding({
            severity: "warning",
            message: `begins its sessions with ${own.map(({ text }) => text).join("; ")}`,
            allowed: "no settings of its own",
            statements: [...new Set(own.map(({ statement }) => statement))],
          }),
        ]),
  ];
}

/** What a refresh sees too, and the next `up` puts right: whether the owner may log in, and how often at a time. */
export function loginFindings(deployment: Deployment, { roles }: Seen): Finding[] {
  const { database } = deployment;
  const found = roles.find(({ name }) => name === database?.role);
  if (database === undefined || found === undefined) return [];
  const limit = database.connectionLimit;
  const messages = [
    ...(found.login ? [] : ["may not log in"]),
    ...(found.limit === limit ? [] : [`may have ${found.limit === -1 ? "any number of" : found.limit} sessions`]),
  ];
  if (messages.length === 0) return [];
  return [
    drifted(deployment, {
      severity: "warning",
      key: found.name,
      role: true,
      message: messages.join("; "),
      allowed: `login with at most ${limit} sessions`,
      statements: [`ALTER ROLE ${quotedName(found.name)} LOGIN CONNECTION LIMIT ${limit}`],
    }),
  ];
}

/** PostgreSQL has another password of the owner than the engine's state; only a superuser could compare them. */
export function passwordFinding(deployment: Deployment): Finding {
  const { stack, database } = deployment;
  const finding = drifted(deployment, {
    severity: "warning",
    key: database?.role ?? "",
    role: true,
    message: "has another password than the one that its stack holds",
    allowed: "",
    statements: [],
  });
  const { allowed: _, ...rest } = finding;
  return { ...rest, wanted: { stack, ...database?.source }, remedy: new Remedies(deployment).up };
}

interface Drifted {
  readonly severity: Finding["severity"];
  readonly key: string;
  readonly role?: boolean;
  readonly message: string;
  readonly allowed: string;
  readonly statements: readonly string[];
}

function drifted(deployment: Deployment, { key, role = false, statements, ...rest }: Drifted): Finding {
  const { database, stack } = deployment;
  const server = database?.platform.containers.server ?? "";
  const place = `${key} at ${server}`;
  return {
    code: "database-drifted",
    kind: "drift",
    key,
    ...rest,
    wanted: { stack, ...database?.source },
    held: { live: role ? "role" : "database", name: place },
    remedy: new Remedies(deployment).statement(server, ...statements),
  };
}
