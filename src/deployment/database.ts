import type { Blueprint } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { setCommand } from "../conflicts/config-key.ts";
import type { Checked, Finding } from "../conflicts/finding.ts";
import { mistake } from "../conflicts/mistake.ts";
import type { Database, Endpoint, Platform, SecretReference, Value } from "./deployment.ts";
import { once, remembered } from "./remembered.ts";

/** The secret that is the password of a deployment's own role; generated, unless it is given. */
export const databasePassword = "DATABASE_PASSWORD";

/** The role that looks up passwords for the pool; blueprints/platform.yaml names it, too. */
export const lookupRole = "pgb_auth";

/** Characters of a generated password. */
const passwordLength = 32;

const prefixes = { pooled: "BERTH_DATABASE_", direct: "BERTH_DIRECT_" } as const;

/** Whether a blueprint's services want a database on a platform. */
export const wantsPlatform = ({ extension: { database } }: Blueprint): boolean =>
  database !== undefined && database.server === undefined;

/** The secrets of a blueprint: those it declares, and its database's password, which is always generated where none is given. */
export const secretWishes = once((blueprint: Blueprint): Blueprint["extension"]["secrets"] => {
  const { secrets } = blueprint.extension;
  if (!wantsPlatform(blueprint)) return secrets;
  return { ...secrets, [databasePassword]: { generate: passwordLength, forbidden: [], ...secrets[databasePassword] } };
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
  if (value.endpoint !== endpoint.url) {
    const message = `the platform ${value.stack} is on ${value.endpoint}, this deployment on ${endpoint.url}`;
    const remedy = setCommand(["endpoint"], value.endpoint, config.stack);
    findings.push(mistake(source, message, "a platform of the same endpoint", remedy));
  }
  if (config.running && !value.running) {
    const message = `the platform ${value.stack} is stopped (berth:running: false), and this deployment is to run`;
    const remedy = setCommand(["running"], "true", value.stack);
    findings.push(mistake(source, message, "a platform that runs; deployments stop before it", remedy));
  }
  const names = { name: `${prefix}_db`, role: `${prefix}_user`, secret: databasePassword };
  return { database: { ...names, platform: value, source }, findings };
}

/** Whether a service's texts or its configs' speak of the database: `pooled` by the pool's address, `direct` by the server's own. */
export const mentions = (blueprint: Blueprint, key: string, ...ways: readonly (keyof typeof prefixes)[]): boolean =>
  ways.some((way) => textsOf(blueprint)(key).includes(prefixes[way]));

/** All that a service says. */
const textsOf = once(({ services, configs }: Blueprint) =>
  remembered((key) => {
    const granted = (services[key]?.configs ?? []).map((grant) => (typeof grant === "string" ? grant : grant.source));
    return JSON.stringify([services[key], ...granted.map((name) => configs[name])]);
  }),
);

/** Whether a service joins the platform's network. */
export const joinsPlatform = (blueprint: Blueprint, key: string): boolean =>
  wantsPlatform(blueprint) && mentions(blueprint, key, "pooled", "direct");

/** What a blueprint can say of its database: whole addresses, and their parts for programs that want them one by one. */
export function databaseVariables(
  database: NewDatabase | undefined,
): Readonly<Record<string, Value | SecretReference>> {
  if (database === undefined) return none;
  const { name, role, secret, platform } = database;
  const url = ({ host, port }: Platform["direct"], query = ""): Value => ({
    parts: [`postgresql://${role}:`, { secret, inUrl: true }, `@${host}:${port}/${name}${query}`],
  });
  return {
    BERTH_DATABASE_URL: url(platform.pooled, "?pgbouncer=true"),
    BERTH_DATABASE_HOST: platform.pooled.host,
    BERTH_DATABASE_PORT: String(platform.pooled.port),
    BERTH_DATABASE_NAME: name,
    BERTH_DATABASE_USER: role,
    BERTH_DATABASE_PASSWORD: { secret },
    BERTH_DIRECT_URL: url(platform.direct),
    BERTH_DIRECT_HOST: platform.direct.host,
    BERTH_DIRECT_PORT: String(platform.direct.port),
  };
}

/** Where there is no database, its absence was told already, and no text that speaks of one is told again. */
const none: Readonly<Record<string, Value>> = Object.fromEntries(
  ["URL", "HOST", "PORT", "NAME", "USER", "PASSWORD"].flatMap((part) => [
    [`${prefixes.pooled}${part}`, ""],
    [`${prefixes.direct}${part}`, ""],
  ]),
);
