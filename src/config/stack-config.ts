import type * as z from "zod";
import { configKey, type KeyPath } from "../findings/config-key.ts";
import { type Checked, errorsOf, type Source } from "../findings/finding.ts";
import { encryptedPaths, encryptedValue, secretFindings } from "./encryption.ts";
import { issueFindings } from "./issues.ts";
import { mangledSettings } from "./yaml-coercion.ts";
import { withDefaults } from "./project-defaults.ts";
import type { Protocol } from "../notation/protocol.ts";
import type { RawStack, SourceOf } from "./raw-stack.ts";
import { stackSchema, type limits as writtenLimits } from "./schema.ts";

/** What a person wrote for one deployment, checked and with the schema's defaults; nothing is resolved yet. */
export interface StackConfig {
  readonly stack: string;
  /** The stack file, relative to the project's root. */
  readonly file: string;
  /** A name or a path; several are merged. */
  readonly blueprint: string | readonly string[];
  readonly prefix?: string;
  readonly environment: "development" | "staging" | "production";
  readonly profile?: string;
  /** Compose profiles that are active beside the environment's; undefined where the stack names none. */
  readonly profiles?: readonly string[];
  readonly endpoint: string;
  readonly domain?: string;
  readonly ports: Readonly<Record<string, PortWish>>;
  readonly images: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  /** Names only: a secret's text never enters the model. */
  readonly secretsGiven: readonly string[];
  readonly services: Readonly<Record<string, ServiceLimits>>;
  readonly subnets: Readonly<Record<string, string>>;
  readonly adopt: readonly string[];
  /** Names of volumes on the host, by key. */
  readonly volumes: Readonly<Record<string, string>>;
  readonly database: { readonly platform: string };
  readonly running: boolean;
  readonly inventory: "live" | "files";
  /** False where the stack has no `berth:` key at all. */
  readonly configured: boolean;
  /** Where a key is written: `source("ports", "app")` is `berth:ports.app` in its file, with the line where that is known. */
  readonly source: SourceOf;
}

export interface PortWish {
  readonly port: number | "auto";
  readonly address?: string;
  readonly protocol?: Protocol;
}

export interface ServiceLimits {
  readonly cpus?: number;
  /** As written: `512M`. */
  readonly memory?: string | number;
  readonly reservations?: { readonly cpus?: number; readonly memory?: string | number };
  readonly replicas?: number;
}

/**
 * Checks what was written, the project's defaults beneath it, against the schema; all mistakes at once.
 * Errors name the key, what was found, what is allowed and, where a command can mend it, that command.
 */
export function stackConfig(written: RawStack): Checked<StackConfig> {
  const raw = withDefaults(written);
  const source = (...path: KeyPath): Source => ({
    file: raw.fileOf(path),
    path: configKey(path),
    line: raw.line?.(path),
  });
  const parsed = stackSchema.safeParse(raw.values);
  const encrypted = encryptedPaths(raw);
  const isHidden = ({ path }: { readonly path: readonly PropertyKey[] }): boolean =>
    encrypted.some((place) => place.every((part, index) => path[index] === part));
  const issues = parsed.success ? [] : parsed.error.issues.filter((issue) => !isHidden(issue));
  const findings = [
    ...(written.defaults?.findings ?? []),
    ...(written.findings ?? []),
    ...issues.flatMap((issue) => issueFindings(issue, raw, source)),
    ...encrypted.map((path) => encryptedValue(path, raw, source)),
    ...secretFindings(raw, source),
    ...mangledSettings(raw, source),
  ];
  if (!parsed.success || errorsOf(findings).length > 0) return { ok: false, findings };
  const { secrets, settings, ports, services } = parsed.data;
  const {
    blueprint,
    prefix,
    environment,
    profile,
    profiles,
    endpoint,
    domain,
    images,
    subnets,
    adopt,
    volumes,
    database,
  } = parsed.data;
  const { running, inventory } = parsed.data;
  return {
    ok: true,
    findings,
    value: {
      stack: raw.stack,
      file: raw.file,
      blueprint,
      prefix,
      environment,
      profile,
      profiles,
      endpoint,
      domain,
      images,
      subnets,
      adopt,
      volumes,
      database,
      running,
      inventory,
      settings: mapped(settings, String),
      ports: mapped(ports, (wish) => (typeof wish === "object" ? wish : { port: wish })),
      services: mapped(services, serviceLimits),
      secretsGiven: Object.keys(secrets),
      configured: Object.keys(raw.values).length > 0,
      source,
    },
  };
}

const mapped = <T, U>(values: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));

/** Limits as written, cores as a number. */
export const serviceLimits = ({ reservations, ...limits }: z.output<typeof writtenLimits>): ServiceLimits => ({
  ...withCores(limits),
  ...(reservations && { reservations: withCores(reservations) }),
});

const withCores = <T extends { cpus?: number | string | undefined }>({ cpus, ...rest }: T) => ({
  ...rest,
  ...(cpus !== undefined && { cpus: Number(cpus) }),
});
