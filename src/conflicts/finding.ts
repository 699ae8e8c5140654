/**
 * What is wrong, as data. Everything that berth has to tell a person is a finding; src/report turns it into text.
 */

/** Every code that a finding can have, with what it means. The order is the order of a report; docs are generated from it. */
export const findingCodes = {
  "config-invalid": "A value in a stack file or a blueprint is not allowed.",
  "stack-unreadable": "A stack file or its blueprint cannot be read, so what it claims is unknown.",
  "secret-weak": "A given secret is empty, too short, or a default value that everybody knows.",
  "group-incomplete": "Of settings and secrets that belong together some are given and some are not.",
  "tuning-over-limit":
    "A process is told to use more memory than its container may have (error), or more than is wise (warning).",
  "checklist-missed": "A point of the blueprint's checklist for production is not met.",
  "host-unreachable": "The Docker endpoint could not be asked, so what is live there is unknown.",
  "prefix-in-use": "Two stacks of one endpoint have the same prefix: all their names would be the same.",
  "prefix-changed": "The deployment is live under another prefix: going on would start with new, empty volumes.",
  "port-in-use": "A host port is held by another deployment, container or process.",
  "container-name-in-use": "A container of that name exists and belongs to somebody else.",
  "volume-in-use": "A volume of that name exists and belongs to somebody else: it would be adopted silently.",
  "network-in-use": "A network of that name exists and belongs to somebody else.",
  "subnet-overlap": "The subnet of a network overlaps another one.",
  "address-in-use": "A fixed address of a service is another container's in that network.",
  "path-overlap": "A directory of the host is the same as, inside or around somebody else's.",
  "server-name-in-use": "A server name is served by another deployment.",
  "alias-in-use": "A service of another deployment goes by that name in a network that both share.",
  "database-in-use": "A database of that name exists on the platform and belongs to somebody else.",
  "role-in-use": "A role of that name exists on the platform and belongs to somebody else.",
  "cpu-over-capacity": "More CPU is reserved (error) or allowed (warning) than the host has.",
  "memory-over-capacity": "More memory is reserved (error) or allowed (warning) than the host has.",
  "connections-over-budget": "More sessions may be opened at a PostgreSQL than it takes.",
  "platform-unreachable":
    "The platform that carries a deployment's database is not up, or its PostgreSQL cannot be asked.",
  "podman-endpoint": "The endpoint is Podman's, which needs systemd for some of what Docker does by itself.",
  "image-missing": "An image is neither on the host nor in a registry that answers.",
  "container-drifted": "A live container is not as its specification says.",
  "volume-drifted": "A live volume is not as its specification says.",
  "network-drifted": "A live network is not as its specification says.",
  "database-drifted": "A live database admits others than its owner, or has another owner or limit than specified.",
} as const;

export type FindingCode = keyof typeof findingCodes;

/** Where something is written: a file, the key in it, and the line where that is known. */
export interface Source {
  /** Relative to the project's root, for example `Pulumi.hospital-a.yaml`. */
  readonly file: string;
  /** For example `berth:ports.app` or `services.app.ports[0]`. */
  readonly path: string;
  readonly line?: number;
}

/** One side of a finding: a stack (with file and key) or something live (a container, a process …). */
export interface Party {
  readonly stack?: string;
  readonly service?: string;
  readonly container?: string;
  readonly process?: string;
  readonly volume?: string;
  readonly network?: string;
  readonly directory?: string;
  readonly database?: string;
  readonly role?: string;
  readonly host?: string;
  readonly file?: string;
  readonly path?: string;
  readonly line?: number;
}

export interface Finding {
  readonly code: FindingCode;
  /** An error stops preview and up; a warning is only told. */
  readonly severity: "error" | "warning";
  /** The kind of claim (`hostPort`, `volume` …), `configuration`, `host` or `drift`. */
  readonly kind: string;
  /** What it is about: `0.0.0.0:8778/tcp`, `hospital_a_database`, `berth:ports.app`. */
  readonly key: string;
  /** What is wrong or was found, where the parties alone do not say it. */
  readonly message?: string;
  /** What would be right. */
  readonly allowed?: string;
  readonly wanted?: Party;
  readonly held?: Party;
  /** A command to paste, or an instruction where no command can do it. */
  readonly remedy?: string;
  /** What was made sure of for the remedy, for example `free on this host`. */
  readonly remedyNote?: string;
}

/** A value, or all that was wrong with what it was made from. Findings may come with a value, too: what is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly findings: readonly Finding[] }
  | { readonly ok: false; readonly findings: readonly Finding[] };

export const errorsOf = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter((finding) => finding.severity === "error");
