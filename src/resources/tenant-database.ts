import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { administrator } from "../deployment/platform-roles.ts";
import type { Database } from "../deployment/deployment.ts";
import { databaseProvider, template } from "./database-server.ts";
import { rolePassword } from "./role-password.ts";
import { closing, runStatements, type RunStatements } from "./statements.ts";

export interface TenantDatabaseArgs {
  readonly database: Database;
  /** The password of the database's owner. */
  readonly password: pulumi.Input<string>;
  /** The password of `berth_admin` on the platform. */
  readonly admin: pulumi.Input<string>;
  readonly adoption?: DatabaseAdoption;
  readonly statements: RunStatements | undefined;
}

/** A database or a role that is there already, and that the engine is to manage from now on, with all that is in it. */
export interface DatabaseAdoption {
  readonly database: boolean;
  readonly role: boolean;
  /** Gives an adopted role the password that the deployment uses, in the form in which PostgreSQL keeps it. */
  readonly setPassword: (admin: string, verifier: string) => Promise<void>;
}

/** An import fails where anything differs from what is there; the next `up` changes that. */
const adopting = (name: string, adopts: boolean | undefined, ignored: readonly string[]) =>
  adopts === true ? { import: name, ignoreChanges: [...ignored] } : {};

/**
 * A deployment's own database with an owner of its own, which nobody else may connect to. It holds data: protected, and
 * never recreated for a change of what it was made from. Nothing here connects to it: whatever runs in a database may
 * mean what its owner wants it to mean, and `Grant` and `DefaultPrivileges` of the provider would run in it.
 */
export class TenantDatabase extends pulumi.ComponentResource {
  readonly data: postgresql.Database;
  /** The database's name as soon as it is closed to all others: until then, nobody is to use it. */
  readonly closed: pulumi.Output<string>;

  constructor(
    name: string,
    { database, password, admin, adoption, statements }: TenantDatabaseArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("berth:index:TenantDatabase", name, {}, options);
    const login = { user: administrator, password: admin };
    const provider = databaseProvider(`${name}-administration`, database.platform, login, { parent: this });
    const child = { parent: this, provider };
    const verifier = rolePassword(database.role, password);
    const role = new postgresql.Role(
      `${name}-owner`,
      {
        name: database.role,
        login: true,
        password: adoption?.role === true ? passwordSet(adoption, admin, verifier) : verifier,
        connectionLimit: database.connectionLimit,
      },
      { ...child, ...adopting(database.role, adoption?.role, ["*"]) },
    );
    this.data = new postgresql.Database(
      `${name}-data`,
      {
        name: database.name,
        owner: role.name,
        template,
        encoding: "UTF8",
        lcCollate: "C.UTF-8",
        lcCtype: "C.UTF-8",
      },
      {
        ...child,
        protect: true,
        ignoreChanges: ["template", "encoding", "lcCollate", "lcCtype"],
        ...adopting(database.name, adoption?.database, ["*"]),
      },
    );
    this.closed = runStatements(statements, database.platform.server, {
      login: pulumi.output(login),
      statements: pulumi.all([verifier, this.data.id]).apply(([text]) => closing(database, text)),
      result: database.name,
    });
    this.registerOutputs({ closed: this.closed });
  }
}

/** The verifier, once the adopted role has it. */
const passwordSet = (
  { setPassword }: DatabaseAdoption,
  admin: pulumi.Input<string>,
  verifier: pulumi.Output<string>,
): pulumi.Output<string> =>
  pulumi.secret(pulumi.all([admin, verifier]).apply(([login, text]) => setPassword(login, text).then(() => text)));
