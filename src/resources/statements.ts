import * as pulumi from "@pulumi/pulumi";
import { administrator, administratorSettings, lookupGroup, searchPathSetting } from "../deployment/platform-roles.ts";
import type { Database, SocketAddress } from "../deployment/deployment.ts";

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** Runs statements as one transaction in a server's database `postgres`. It rejects with an error whose cause has a code. */
export type RunStatements = (address: SocketAddress, login: Login, statements: readonly string[]) => Promise<void>;

/**
 * Runs statements in every `up`, for what the provider does only with a connection to a tenant's database, or not at all.
 * @returns `result` once they have run; a preview runs nothing.
 */
export function runStatements<T>(
  run: RunStatements | undefined,
  address: SocketAddress,
  wish: {
    readonly login: pulumi.Input<Login>;
    readonly statements: pulumi.Input<readonly string[]>;
    readonly result: T;
  },
): pulumi.Output<T> {
  if (run === undefined)
    throw new Error("a deployment with databases expects the argument `statements`, found none: pass runStatements");
  const ran = pulumi.output(wish).apply(async ({ login, statements, result }) => {
    if (pulumi.runtime.isDryRun()) return result as T;
    await run(address, login as Login, statements as string[]).catch((error: Error) => {
      throw new pulumi.RunError(error.message);
    });
    return result as T;
  });
  return pulumi.unsecret(ran);
}

/** What stands in the way of a connection, and not of a statement: Node's codes, and a server that starts or ends. */
const isSilence = (error: unknown): boolean => {
  const { code = "" } = ((error as Error).cause ?? {}) as { code?: string };
  return /^E[A-Z]+$/.test(code) || code === "57P03" || code === "57P01";
};

/** For a deployment that is stopped: it has been closed before, or could not have got its database now. */
export const whereReachable = (run: RunStatements | undefined): RunStatements | undefined =>
  run &&
  ((...call) =>
    run(...call).catch((error: unknown) => {
      if (!isSilence(error)) throw error;
    }));

/**
 * Closes a database to everybody but its owner and the pool's lookups, and sets its owner's password, which only a
 * superuser could compare. All of this can be said from another database, as a member of the owner.
 */
export const closing = ({ name, role }: Database, verifier: string): string[] => [
  `GRANT "${role}" TO "${administrator}"`,
  `REVOKE ALL ON DATABASE "${name}" FROM PUBLIC`,
  `GRANT CONNECT ON DATABASE "${name}" TO "${lookupGroup}"`,
  `REVOKE "${role}" FROM "${administrator}"`,
  `ALTER ROLE "${role}" PASSWORD '${verifier}'`,
];

/**
 * What a platform's superuser sets in every `up`: with what its own sessions and the administrator's begin, and what the
 * administrator of databases may do.
 * From PostgreSQL 16 on, CREATEROLE covers only roles that its owner has the ADMIN option of: those that it has created,
 * not the owners of databases that are older than it.
 */
export const preparation = (superuser: string): string[] => [
  `SET LOCAL ${searchPathSetting}`,
  ...[superuser, administrator].flatMap((role) =>
    administratorSettings.map((setting) => `ALTER ROLE "${role}" SET ${setting}`),
  ),
  `GRANT pg_signal_backend TO "${administrator}"`,
  `DO $do$
DECLARE owner pg_catalog.name;
BEGIN
  IF pg_catalog.current_setting('server_version_num')::pg_catalog.int4 OPERATOR(pg_catalog.>=) 160000 THEN
    FOR owner IN
      SELECT DISTINCT rolname FROM pg_catalog.pg_database JOIN pg_catalog.pg_roles ON datdba OPERATOR(pg_catalog.=) pg_roles.oid
      WHERE NOT rolsuper AND rolname OPERATOR(pg_catalog.<>) '${administrator}'
    LOOP
      EXECUTE pg_catalog.format('GRANT %I TO "${administrator}" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE', owner);
    END LOOP;
  END IF;
END
$do$`,
];
