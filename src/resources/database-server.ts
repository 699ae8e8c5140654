import { secretOf } from "../deployment/value.ts";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { administrationSessions, administratorLimit } from "../deployment/platform-roles.ts";
import { administrator, lookupGroup, lookupRole, safeSearchPath } from "../deployment/platform-roles.ts";
import type { Platform } from "../deployment/deployment.ts";
import { rolePassword } from "./role-password.ts";
import { type Login, preparation, runStatements, type RunStatements } from "./statements.ts";
import type { Secrets } from "./values.ts";

/** What every database of a platform is made from: it holds the function that the pool asks for passwords. */
export const template = "tenant_template";

/** The role that PostgreSQL's image creates. It connects only to databases that the platform owns. */
const superuser = "postgres";

/** Who connects to a platform's PostgreSQL, and never opens more sessions than the budget of connections says. */
export function databaseProvider(
  name: string,
  { server }: Platform,
  { user, password }: { readonly user: string; readonly password: pulumi.Input<string> },
  options: pulumi.ComponentResourceOptions,
): postgresql.Provider {
  return new postgresql.Provider(
    name,
    {
      host: server.host,
      port: server.port,
      username: user,
      password: pulumi.secret(password),
      ...(user !== superuser && { superuser: false }),
      sslmode: "disable",
      connectTimeout: 15,
      maxConnections: administrationSessions,
    },
    options,
  );
}

/** Only who is named may connect to a database; as long as nobody is, PostgreSQL lets in everybody. */
const closed = (name: string, database: pulumi.Input<string>, options: pulumi.CustomResourceOptions) =>
  new postgresql.Grant(name, { database, role: "public", objectType: "database", privileges: [] }, options);

export interface DatabaseServerArgs {
  readonly platform: Platform;
  readonly secrets: Secrets;
  readonly statements: RunStatements | undefined;
}

/**
 * What a platform's PostgreSQL has beside the databases of its tenants: the role that creates them, the role and the
 * function by which the pool looks up passwords, in the template that all these databases are made from, and no database
 * that is open to everybody.
 */
export class DatabaseServer extends pulumi.ComponentResource {
  constructor(
    name: string,
    { platform, secrets, statements }: DatabaseServerArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("berth:index:DatabaseServer", name, {}, options);
    const login = { user: superuser, password: secretOf(secrets, platform.secrets.admin) };
    const provider = databaseProvider(`${name}-server`, platform, login, { parent: this });
    const child = { parent: this, provider };
    const group = new postgresql.Role(`${name}-lookups`, { name: lookupGroup }, child);
    const role = new postgresql.Role(
      `${name}-lookup`,
      {
        name: lookupRole,
        login: true,
        password: rolePassword(lookupRole, secretOf(secrets, platform.secrets.lookup)),
        roles: [group.name],
        searchPaths: [...safeSearchPath],
      },
      child,
    );
    const admin = new postgresql.Role(
      `${name}-administration`,
      {
        name: administrator,
        login: true,
        createRole: true,
        createDatabase: true,
        password: rolePassword(administrator, secretOf(secrets, platform.secrets.administration)),
        connectionLimit: administratorLimit,
        searchPaths: [...safeSearchPath],
      },
      { ...child, ignoreChanges: ["roles"] }, // PostgreSQL 16 and newer list here whom it administers
    );
    const database = new postgresql.Database(
      `${name}-template`,
      {
        name: template,
        template: "template0",
        encoding: "UTF8",
        lcCollate: "C.UTF-8",
        lcCtype: "C.UTF-8",
        isTemplate: true,
      },
      child,
    );
    const schema = new postgresql.Schema(`${name}-schema`, { name: "pgbouncer", database: database.name }, child);
    const lookup = new postgresql.Function(`${name}-get-auth`, getAuth(database.name, schema.name), child);
    // Grants on one database, side by side, would stand in each other's way.
    let last: pulumi.Resource = lookup;
    const next = (grant: (options: pulumi.CustomResourceOptions) => postgresql.Grant): void => {
      last = grant({ ...child, dependsOn: last });
    };
    const inTemplate = { database: database.name, schema: schema.name };
    next((options) => closed(`${name}-postgres-public`, "postgres", options));
    next(
      (options) =>
        new postgresql.Grant(
          `${name}-postgres-administration`,
          { database: "postgres", role: admin.name, objectType: "database", privileges: ["CONNECT"] },
          options,
        ),
    );
    next((options) => closed(`${name}-template1-public`, "template1", options));
    next((options) => closed(`${name}-template-public`, database.name, options));
    next(
      (options) =>
        new postgresql.Grant(
          `${name}-schema-lookup`,
          { ...inTemplate, role: role.name, objectType: "schema", privileges: ["USAGE"] },
          options,
        ),
    );
    next(
      (options) =>
        new postgresql.Grant(
          `${name}-get-auth-public`,
          { ...inTemplate, role: "public", objectType: "function", objects: [lookup.name], privileges: [] },
          options,
        ),
    );
    next(
      (options) =>
        new postgresql.Grant(
          `${name}-get-auth-lookup`,
          { ...inTemplate, role: role.name, objectType: "function", objects: [lookup.name], privileges: ["EXECUTE"] },
          options,
        ),
    );
    const prepared = runStatements(statements, platform.server, {
      login: pulumi.output(login) as pulumi.Output<Login>,
      statements: admin.id.apply(() => preparation(superuser)),
      result: true,
    });
    this.registerOutputs({ prepared });
  }
}

/**
 * Gives the pool the password hash of who wants to log in, of neither superusers nor roles that replicate, nor after its
 * day. Names and operators with their schema: the owner of the database could put others of the same name before them.
 */
const getAuth = (database: pulumi.Input<string>, schema: pulumi.Input<string>): postgresql.FunctionArgs => ({
  name: "get_auth",
  database,
  schema,
  args: [{ name: "login", type: "text" }],
  returns: "TABLE(usename text, passwd text)",
  language: "sql",
  securityDefiner: true,
  volatility: "STABLE",
  body: `
SELECT rolname::pg_catalog.text, rolpassword::pg_catalog.text
FROM pg_catalog.pg_authid
WHERE rolname::pg_catalog.text OPERATOR(pg_catalog.=) login
  AND rolcanlogin AND NOT rolsuper AND NOT rolreplication
  AND (rolvaliduntil IS NULL OR rolvaliduntil OPERATOR(pg_catalog.>) pg_catalog.now())
`,
});
