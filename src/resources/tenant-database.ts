import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { Database } from "../deployment/deployment.ts";
import { lookupRole } from "../deployment/database.ts";
import { rolePassword } from "./role-password.ts";
import { closed, databaseProvider, template } from "./database-server.ts";

export interface TenantDatabaseArgs {
  readonly database: Database;
  /** The password of the database's owner. */
  readonly password: pulumi.Input<string>;
  /** The password of `postgres` on the platform. */
  readonly admin: pulumi.Input<string>;
}

/**
 * A deployment's own database with an owner of its own, which nobody else may connect to. It holds data: protected, and
 * never made anew for a change of what it was made from.
 */
export class TenantDatabase extends pulumi.ComponentResource {
  /** Until all of this is there, nobody can use the database. */
  readonly ready: pulumi.Resource;

  constructor(
    name: string,
    { database, password, admin }: TenantDatabaseArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("berth:index:TenantDatabase", name, {}, options);
    const provider = databaseProvider(`${name}-server`, database.platform, admin, { parent: this });
    const child = { parent: this, provider };
    const role = new postgresql.Role(
      `${name}-owner`,
      {
        name: database.role,
        login: true,
        password: rolePassword(database.role, password),
        connectionLimit: database.connectionLimit,
      },
      child,
    );
    const made = new postgresql.Database(
      `${name}-data`,
      {
        name: database.name,
        owner: role.name,
        template,
        encoding: "UTF8",
        lcCollate: "C.UTF-8",
        lcCtype: "C.UTF-8",
      },
      { ...child, protect: true, ignoreChanges: ["template", "encoding", "lcCollate", "lcCtype"] },
    );
    const alone = closed(`${name}-public`, made.name, child);
    const lookup = new postgresql.Grant(
      `${name}-lookup`,
      { database: made.name, role: lookupRole, objectType: "database", privileges: ["CONNECT"] },
      { ...child, dependsOn: alone },
    );
    this.ready = new postgresql.DefaultPrivileges(
      `${name}-functions`,
      { database: made.name, owner: role.name, role: "public", objectType: "function", privileges: [] },
      { ...child, dependsOn: lookup },
    );
    this.registerOutputs({});
  }
}
