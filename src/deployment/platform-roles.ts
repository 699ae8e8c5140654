/** The secret of a platform that is the password of {@link administrator}; generated, unless it is given. */
export const administratorPassword = "DATABASE_ADMIN_PASSWORD";

/**
 * The role by which the stacks of a platform's tenants create roles and databases. It is not a superuser, and it never
 * connects to a tenant's database: the owner of a database decides what unqualified names mean in it.
 */
export const administrator = "berth_admin";

/** The role that looks up passwords for the pool; blueprints/platform.yaml names it, too. */
export const lookupRole = "pgb_auth";

/** The group of {@link lookupRole}: who is in it may connect to the tenants' databases. */
export const lookupGroup = "berth_lookup";

/**
 * The search path of every role that is privileged. A role's own setting beats that of a database, which the database's
 * owner sets: without it, unqualified names could mean functions and operators of a tenant.
 */
export const safeSearchPath = ["pg_catalog", "pg_temp"] as const;

/** The same as `SET` takes it. */
export const searchPathSetting = `search_path = ${safeSearchPath.join(", ")}`;

/**
 * With what the sessions of a role that administers begin, as `ALTER ROLE … SET` takes it: in every database, whatever
 * the database's owner sets for it.
 */
export const administratorSettings = [searchPathSetting, "statement_timeout = 0", "lock_timeout = 0"] as const;

/** Connections of the administrators of a platform's databases; the provider is limited to so many. */
export const administrationSessions = 4;

/** Sessions of `berth_admin` that PostgreSQL accepts at once: several stacks may be brought up at the same time. */
export const administratorLimit = 5 * administrationSessions;
