import type { Finding } from "../findings/finding.ts";
import { administratorLimit } from "../deployment/platform-roles.ts";
import {
  administrator,
  administratorSettings,
  lookupGroup,
  lookupRole,
  searchPathSetting,
} from "../deployment/platform-roles.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { DatabasesReport, LiveRole } from "../inventory/observe-databases.ts";
import { Remedies } from "./remedy.ts";
import { memberships, quotedName, settings, withoutRights } from "./roles.ts";
import { ownValue } from "../notation/own-value.ts";

type Seen = Extract<DatabasesReport, { kind: "seen" }>;

/** The databases that a platform owns, and nobody else may connect to. */
export const platformDatabases = ["postgres", "template1", "tenant_template"] as const;

/** What each privileged role of a platform may and is; of what it administers itself, nothing is expected. */
const privileged: Readonly<
  Record<
    string,
    {
      readonly rights: readonly string[];
      readonly memberOf: readonly string[];
      readonly members: readonly string[];
      /** With what its sessions begin, as `ALTER ROLE … SET` takes it. */
      readonly settings: readonly string[];
    }
  >
> = {
  postgres: {
    rights: ["superuser", "createrole", "createdb", "replication", "bypassrls"],
    memberOf: [],
    members: [],
    settings: administratorSettings,
  },
  [administrator]: {
    rights: ["createrole", "createdb"],
    memberOf: ["pg_signal_backend"],
    members: [],
    settings: administratorSettings,
  },
  [lookupRole]: {
    rights: [],
    memberOf: [lookupGroup],
    members: [],
    settings: [searchPathSetting],
  },
  [lookupGroup]: { rights: [], memberOf: [], members: [lookupRole], settings: [] },
};

/** A setting as PostgreSQL keeps it. */
const kept = (setting: string): string => setting.replace(" = ", "=");

/**
 * What is not as it should be with a platform's PostgreSQL: its privileged roles, its own databases, and roles that are
 * privileged although nothing here made them so.
 * @param tenants the owners of databases of which the deployments themselves report
 */
export function serverFindings(deployment: Deployment, seen: Seen, tenants: readonly string[] = []): Finding[] {
  const { platform } = deployment;
  if (platform === undefined) return [];
  const { roles, databases } = seen;
  const owners = databases.map(({ owner }) => owner);
  return [
    ...roles.flatMap((role) => (Object.hasOwn(privileged, role.name) ? ofPrivileged(deployment, role, owners) : [])),
    ...roles.flatMap((role) =>
      Object.hasOwn(privileged, role.name) || tenants.includes(role.name) || role.name.startsWith("pg_")
        ? []
        : ofOthers(deployment, role),
    ),
    ...databases.flatMap((database) =>
      (platformDatabases as readonly string[]).includes(database.name) ? ofDatabase(deployment, database) : [],
    ),
  ];
}

function ofPrivileged(deployment: Deployment, role: LiveRole, owners: readonly string[]): Finding[] {
  const expected = ownValue(privileged, role.name) ?? { rights: [], memberOf: [], members: [], settings: [] };
  const name = quotedName(role.name);
  const tooMuch = role.rights.filter((right) => !expected.rights.includes(right));
  // PostgreSQL 16 and newer make the creator of a role a member of it that may grant it, and nothing else.
  const administered = role.name === administrator ? owners.filter((owner) => owner !== "postgres") : [];
  const joined = memberships(role, { ...expected, memberOf: [...expected.memberOf, ...administered] });
  const wanted = expected.settings.map(kept);
  const extra = settings(role, wanted);
  const missing = wanted.filter((setting) => !role.settings.includes(setting));
  const reset = [...new Set(extra.map(({ statement }) => statement))];
  const resetsAll = `ALTER ROLE ${name} RESET ALL`;
  const set = expected.settings
    .filter((setting) => reset.includes(resetsAll) || missing.includes(kept(setting)))
    .map((setting) => `ALTER ROLE ${name} SET ${setting}`);
  const limited = role.name === administrator && role.limit !== administratorLimit;
  return [
    ...(tooMuch.length === 0
      ? []
      : [
          found(deployment, role.name, "error", `has the rights ${tooMuch.join(", ")}`, [
            withoutRights(role, expected.rights),
          ]),
        ]),
    ...(joined.messages.length === 0
      ? []
      : [found(deployment, role.name, "error", joined.messages.join("; "), joined.statements)]),
    ...(extra.length === 0 && missing.length === 0
      ? []
      : [
          found(
            deployment,
            role.name,
            "warning",
            [
              ...extra.map(({ text }) => `begins its sessions with ${text}`),
              ...missing.map((text) => `lacks ${text}`),
            ].join("; "),
            [...reset, ...set],
          ),
        ]),
    ...(limited
      ? [
          found(deployment, role.name, "warning", `may have ${role.limit} sessions; expected ${administratorLimit}`, [
            `ALTER ROLE ${name} CONNECTION LIMIT ${administratorLimit}`,
          ]),
        ]
      : []),
  ];
}

/** A role of another party may exist, but not with rights over all databases. */
function ofOthers(deployment: Deployment, role: LiveRole): Finding[] {
  return role.rights.length === 0
    ? []
    : [found(deployment, role.name, "warning", `has the rights ${role.rights.join(", ")}`, [withoutRights(role, [])])];
}

function ofDatabase(deployment: Deployment, { name, owner, settings, open }: Seen["databases"][number]): Finding[] {
  const database = quotedName(name);
  const statements = [
    ...(owner === "postgres" ? [] : [`ALTER DATABASE ${database} OWNER TO "postgres"`]),
    ...(settings.length === 0 ? [] : [`ALTER DATABASE ${database} RESET ALL`]),
    ...(open ? [`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`] : []),
  ];
  const messages = [
    ...(owner === "postgres" ? [] : [`is owned by ${owner}`]),
    ...(settings.length === 0 ? [] : [`gives every session ${settings.join("; ")}`]),
    ...(open ? ["admits every role that can log in"] : []),
  ];
  return statements.length === 0 ? [] : [found(deployment, name, "warning", messages.join("; "), statements, true)];
}

/** Event triggers run with the rights of the role that changes something: in these databases, of a superuser. */
export const triggerFindings = (
  deployment: Deployment,
  triggers: readonly { readonly database: string; readonly name: string }[],
): Finding[] =>
  triggers.map(({ database, name }) => {
    const finding = found(deployment, database, "warning", `has the event trigger ${name}`, [], true);
    const drop = `DROP EVENT TRIGGER ${quotedName(name)}`;
    return { ...finding, remedy: new Remedies(deployment).statementIn(serverOf(deployment), database, drop) };
  });

const serverOf = ({ platform }: Deployment): string => platform?.containers.server ?? "";

function found(
  deployment: Deployment,
  key: string,
  severity: Finding["severity"],
  message: string,
  statements: readonly string[],
  isDatabase = false,
): Finding {
  const place = `${key} at ${serverOf(deployment)}`;
  return {
    code: "database-drifted",
    severity,
    kind: "drift",
    key,
    message,
    wanted: { stack: deployment.stack, file: `Pulumi.${deployment.stack}.yaml`, path: "berth:blueprint" },
    held: { live: isDatabase ? "database" : "role", name: place },
    remedy: new Remedies(deployment).statement(serverOf(deployment), ...statements),
  };
}
