import { relayed } from "../deployment/relay-routes.ts";
import { administratorPassword, administrator } from "../deployment/platform-roles.ts";
import type { Blueprint } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { setKey } from "../findings/remedy.ts";
import type { Checked, Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import type { Database, Endpoint, Platform, SecretReference, Value } from "../deployment/deployment.ts";
import { once, memoize } from "../notation/memoize.ts";
import { ownValue } from "../notation/own-value.ts";

/** The secret that is the password of a deployment's own role; generated, unless it is given. */
const databasePassword = "DATABASE_PASSWORD";

/** What stands under `berth:adopt` for the deployment's database and role on a platform. */
export const adoptedDatabase = "database";

/** Characters of a generated password. */
const passwordLength = 32;

export const databasePrefixes = { pooled: "BERTH_DATABASE_", direct: "BERTH_DIRECT_", relay: "BERTH_RELAY_" } as const;

/** Whether a blueprint's services want a database on a platform. */
export const wantsPlatform = ({ extension: { database } }: Blueprint): boolean =>
  database !== undefined && database.server === undefined;

/** The secret that a blueprint has without declaring it; no container gets it unless the blueprint says so. */
export function ownSecret(blueprint: Blueprint): string | undefined {
  if (blueprint.extension.platform !== undefined) return administratorPassword;
  return wantsPlatform(blueprint) ? databasePassword : undefined;
}

/** The secrets of a blueprint: those it declares, and its own, which is always generated where none is given. */
export const secretWishes = once((blueprint: Blueprint): Blueprint["extension"]["secrets"] => {
  const { secrets } = blueprint.extension;
  const own = ownSecret(blueprint);
  if (own === undefined) return secrets;
  const description = own === administratorPassword ? `the password of the role ${administrator}` : undefined;
  return { ...secrets, [own]: { generate: passwordLength, forbidden: [], description, ...ownValue(secrets, own) } };
});

/** A database of which it is not yet known how many sessions it needs. */
export type NewDatabase = Omit<Database, "connectionLimit">;

/** The database of a deployment, or what stands in the way of one; undefined where its blueprint wants none. */
export function databaseOf(
  config: StackConfig,
  blueprint: Blueprint,
  prefix: string,
  endpoint: Endpoint,
  platform: Checked<Platform> | undefined,
): { database?: NewDatabase; findings: Finding[] } {
  if (!wantsPlatform(blueprint) || platform === undefined) return { findings: [] };
  if (!platform.ok) return { findings: [...platform.findings] };
  const { value } = platform;
  const source = config.source("database");
  const findings: Finding[] = [];
  if (value.endpoint.id !== endpoint.id) {
    const message = `the platform ${value.stack} is on ${value.endpoint.url}, this deployment on ${endpoint.url}`;
    const remedy = setKey(["endpoint"], value.endpoint.url, config.stack);
    findings.push(mistake(source, message, "a platform of the same endpoint", remedy));
  }
  const names = { name: `${prefix}_db`, role: `${prefix}_user`, secret: databasePassword };
  const adoption = { adopted: config.adopt.includes(adoptedDatabase), nextAdoption: config.adopt.length };
  return { database: { ...names, ...adoption, platform: value, source }, findings };
}

/** Whether a service's texts or its configs' speak of the database: `pooled` by the pool's address, `direct` by the server's own. */
export const mentions = (blueprint: Blueprint, key: string, ...ways: readonly ("pooled" | "direct")[]): boolean =>
  ways.some((way) => textsOf(blueprint)(key).includes(databasePrefixes[way]));

/** All that a service says. */
const textsOf = once(({ services, configs }: Blueprint) =>
  memoize((key) => {
    const granted = (ownValue(services, key)?.configs ?? []).map((grant) =>
      typeof grant === "string" ? grant : grant.source,
    );
    return JSON.stringify([ownValue(services, key), ...granted.map((name) => ownValue(configs, name))]);
  }),
);

/** What a blueprint can say of its database: whole addresses, and their parts for programs that want them one by one. */
export function databaseVariables(
  database: NewDatabase | undefined,
): Readonly<Record<string, Value | SecretReference>> {
  if (database === undefined) return none;
  const { name, role, secret, platform } = database;
  const { pooled, direct } = relayed(platform);
  const url = ({ host, port }: Platform["direct"], query = ""): Value => ({
    parts: [`postgresql://${role}:`, { secret, inUrl: true }, `@${host}:${port}/${name}${query}`],
  });
  return {
    BERTH_DATABASE_URL: url(pooled, "?pgbouncer=true"),
    BERTH_DATABASE_HOST: pooled.host,
    BERTH_DATABASE_PORT: String(pooled.port),
    BERTH_DATABASE_NAME: name,
    BERTH_DATABASE_USER: role,
    BERTH_DATABASE_PASSWORD: { secret },
    BERTH_DIRECT_URL: url(direct),
    BERTH_DIRECT_HOST: direct.host,
    BERTH_DIRECT_PORT: String(direct.port),
    BERTH_RELAY_IMAGE: platform.relayImage,
  };
}

/** Without a database, its absence was reported already: no text that mentions one is reported again. */
const none: Readonly<Record<string, Value>> = {
  ...Object.fromEntries(
    ["URL", "HOST", "PORT", "NAME", "USER", "PASSWORD"].flatMap((part) => [
      [`${databasePrefixes.pooled}${part}`, ""],
      [`${databasePrefixes.direct}${part}`, ""],
    ]),
  ),
  [`${databasePrefixes.relay}IMAGE`]: "haproxy",
};
