import { z } from "zod";
import type { Checked, Finding, Source } from "../conflicts/finding.ts";
import { closest, mistake, quoted } from "../conflicts/mistake.ts";
import { stackSchema } from "./schema.ts";

/** What a person wrote for one deployment, checked and with the schema's defaults; nothing is resolved yet. */
export interface StackConfig {
  readonly stack: string;
  /** The stack file, relative to the project's root. */
  readonly file: string;
  readonly blueprint: string;
  readonly prefix?: string;
  readonly environment: "development" | "staging" | "production";
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
  readonly running: boolean;
  readonly inventory: "live" | "files";
  /** False where the stack has no `berth:` key at all. */
  readonly configured: boolean;
  /** Where a key is written: `berth:ports.app` in its file, with the line where that is known. */
  readonly source: (path: string) => Source;
}

export interface PortWish {
  readonly port: number | "auto";
  readonly address?: string;
  readonly protocol?: "tcp" | "udp";
}

export interface ServiceLimits {
  readonly cpus?: number;
  /** As written: `512M`. */
  readonly memory?: string | number;
  readonly reservations?: { readonly cpus?: number; readonly memory?: string | number };
}

/** What a reader (of a file or of the engine) hands over: the keys under `berth:` without it, as plain data. */
export interface RawStack {
  readonly stack: string;
  readonly file: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Paths (`settings.TOKEN`, or `settings` for the whole) whose text is encrypted in the stack file. */
  readonly encrypted: (path: string) => boolean;
  readonly line?: (path: readonly (string | number)[]) => number | undefined;
}

/**
 * Checks what was written against the schema; all mistakes at once.
 * Errors name the key, what was found, what is allowed and, where a command can mend it, that command.
 */
export function stackConfig(raw: RawStack): Checked<StackConfig> {
  const source = (path: string): Source => {
    const line = raw.line?.(path.replace(/^berth:/, "").split("."));
    return { file: raw.file, path, line };
  };
  const parsed = stackSchema.safeParse(raw.values);
  const findings = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => describe(issue, raw, source))),
    ...secretProblems(raw, source),
  ];
  if (!parsed.success || findings.length > 0) return { ok: false, findings };
  const { secrets, settings, ports, ...rest } = parsed.data;
  return {
    ok: true,
    findings: [],
    value: {
      ...rest,
      stack: raw.stack,
      file: raw.file,
      settings: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])),
      ports: Object.fromEntries(
        Object.entries(ports).map(([key, wish]) => [key, typeof wish === "object" ? wish : { port: wish }]),
      ),
      secretsGiven: Object.keys(secrets),
      configured: Object.keys(raw.values).length > 0,
      source,
    },
  };
}

/** A secret in clear text, or an encrypted value where clear text belongs. */
function secretProblems(raw: RawStack, source: (path: string) => Source): Finding[] {
  const keysOf = (key: string): string[] => {
    const group = raw.values[key];
    return typeof group === "object" && group !== null ? Object.keys(group) : [];
  };
  const clear = keysOf("secrets").filter((name) => !raw.encrypted(`secrets.${name}`));
  const hidden = keysOf("settings").filter((name) => raw.encrypted(`settings.${name}`));
  return [
    ...clear.map((name) =>
      mistake(
        source(`berth:secrets.${name}`),
        "a secret is written in clear text",
        "an encrypted value",
        `pulumi config set --secret --path berth:secrets.${name} -s ${raw.stack}`,
      ),
    ),
    ...hidden.map((name) =>
      mistake(
        source(`berth:settings.${name}`),
        "an encrypted value among the settings, which are no secrets",
        "secrets under berth:secrets",
        `pulumi config set --secret --path berth:secrets.${name} -s ${raw.stack}`,
      ),
    ),
  ];
}

function describe(issue: z.core.$ZodIssue, raw: RawStack, source: (path: string) => Source): Finding[] {
  const at = (path: readonly PropertyKey[]): Source => source(`berth:${path.map(String).join(".")}`);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const known = knownKeys(issue.path);
      const nearest = closest(key, known);
      const place = at([...issue.path, key]);
      const group = issue.path.length === 0 ? "berth:" : `berth:${issue.path.map(String).join(".")}.`;
      return mistake(
        place,
        "unknown key",
        known.length > 0 ? known.join(", ") : "no such key here",
        nearest === undefined ? undefined : `rename ${place.path} to ${group}${nearest}`,
      );
    });
  }
  if (issue.code === "invalid_key") {
    return [
      mistake(
        at(issue.path),
        `${quoted(String(issue.path.at(-1)))} is not a name that can stand here`,
        issue.issues[0]?.message,
      ),
    ];
  }
  const hidden = issue.path[0] === "secrets" || raw.encrypted(issue.path.join("."));
  const found = hidden ? "a value that is not shown" : quoted(valueAt(raw.values, issue.path));
  return [mistake(at(issue.path), `found ${found}`, issue.message.replace(/^Invalid input: /, ""))];
}

const knownKeys = (path: readonly PropertyKey[]): string[] => {
  if (path.length === 0) return Object.keys(stackSchema.shape);
  if (path[0] === "services")
    return path.at(-1) === "reservations" ? ["cpus", "memory"] : ["cpus", "memory", "reservations"];
  return path[0] === "ports" ? ["port", "address", "protocol", "privileged"] : [];
};

function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    values,
  );
}
