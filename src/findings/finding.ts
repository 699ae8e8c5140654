import type { Note, Remedy } from "./remedy.ts";

/**
 * What is wrong, as data. Everything that berth reports to a person is a finding; src/report turns it into text.
 */

/** What the exit status of a command says; a public contract. */
export const exitStatus = {
  fine: 0,
  /** Conflicts, drift, or an operation that failed. */
  findings: 1,
  /** Wrong usage or configuration; also a question that was left with Ctrl-C: an answer is missing. */
  wrongUsage: 2,
  /** A host, an engine or a file could not be reached. */
  notReached: 3,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/**
 * What can end a command, each with its exit status: the only table of these, for findings (by the class of their code) and
 * for errors (see stopped.ts). The noun is what an error of the class is called in a count.
 */
export const findingClasses = {
  mistake: { noun: "mistake", exit: exitStatus.wrongUsage },
  locked: { noun: "locked stack", exit: exitStatus.findings },
  unreachable: { noun: "unreachable host", exit: exitStatus.notReached },
  platformUnreachable: { noun: "unreachable platform", exit: exitStatus.notReached },
  conflict: { noun: "conflict", exit: exitStatus.findings },
  missingImage: { noun: "missing image", exit: exitStatus.findings },
  missingSource: { noun: "missing bind source", exit: exitStatus.findings },
  missingNetwork: { noun: "missing network", exit: exitStatus.findings },
  drift: { noun: "drift", exit: exitStatus.findings },
  failed: { noun: "failure", exit: exitStatus.findings },
} as const satisfies Readonly<Record<string, { readonly noun: string; readonly exit: ExitStatus }>>;

export type FindingClass = keyof typeof findingClasses;

/**
 * Every code that a finding can have, with what it means and its class. The order is the order of a report; docs are
 * generated from it.
 */
export const findingCodes = {
  "config-invalid": { class: "mistake", meaning: "A value in a stack file or a blueprint is not allowed." },
  "value-refused": {
    class: "mistake",
    meaning: "Docker refuses a container with these values; `up` tries each new container before it changes anything.",
  },
  "stack-unreadable": {
    class: "mistake",
    meaning: "A stack file or its blueprint cannot be read, so what it claims is unknown.",
  },
  "secret-weak": {
    class: "mistake",
    meaning: "A given secret is empty, too short, or a publicly known default value.",
  },
  "secret-in-clear-text": {
    class: "mistake",
    meaning:
      "A secret is written as a setting, where everyone who can read the stack file can read it (error), or a setting looks like one (error or warning), or a blueprint itself holds one (warning).",
  },
  "dangerous-right": {
    class: "mistake",
    meaning: "A service may do something to its host that isolation otherwise prevents (warning).",
  },
  "key-not-applied": {
    class: "mistake",
    meaning:
      "The engine's provider of Docker cannot set a key of a service; what `berth export compose` writes has it (warning).",
  },
  "file-unreadable": {
    class: "mistake",
    meaning:
      "A secret or config has a mode with which the user of its service cannot read it; files belong to root (warning).",
  },
  "group-incomplete": {
    class: "mistake",
    meaning: "Of settings and secrets that belong together some are given and some are not.",
  },
  "tuning-over-limit": {
    class: "mistake",
    meaning:
      "A process is configured to use more memory than its container may have (error), or more than is wise (warning).",
  },
  "checklist-missed": { class: "mistake", meaning: "A point of the blueprint's checklist for production is not met." },
  "stack-locked": {
    class: "locked",
    meaning: "Another update of the stack is running, or was killed and left its lock behind.",
  },
  "host-unreachable": {
    class: "unreachable",
    meaning: "The Docker endpoint could not be asked, so what is live there is unknown.",
  },
  "prefix-in-use": {
    class: "conflict",
    meaning: "Two stacks of one endpoint have the same prefix: all their names would be the same.",
  },
  "prefix-changed": {
    class: "conflict",
    meaning: "The deployment is running under a different prefix: deploying would create new, empty volumes.",
  },
  "managed-elsewhere": {
    class: "conflict",
    meaning:
      "The deployment was brought up from another state, another clone of the project for example, and is managed from there.",
  },
  "secret-lost": {
    class: "conflict",
    meaning:
      "The deployment's data exists, and its state no longer has the generated secrets that the data was created with.",
  },
  "volume-left-behind": {
    class: "conflict",
    meaning:
      "A volume with the deployment's data belongs to no volume of its blueprint: a key was renamed (error where the app would start empty).",
  },
  "port-in-use": { class: "conflict", meaning: "A host port is held by another deployment, container or process." },
  "container-name-in-use": {
    class: "conflict",
    meaning: "A container of that name exists and belongs to another party.",
  },
  "volume-in-use": {
    class: "conflict",
    meaning: "A volume of that name exists and belongs to another party: it would be adopted silently.",
  },
  "network-in-use": { class: "conflict", meaning: "A network of that name exists and belongs to another party." },
  "network-attached": {
    class: "conflict",
    meaning: "A network would be replaced or removed while containers of others are attached to it.",
  },
  "subnet-overlap": { class: "conflict", meaning: "The subnet of a network overlaps another one." },
  "address-in-use": {
    class: "conflict",
    meaning: "A fixed address of a service is another container's in that network.",
  },
  "path-overlap": {
    class: "conflict",
    meaning: "A directory of the host is the same as, inside or around one that another party uses.",
  },
  "server-name-in-use": { class: "conflict", meaning: "A server name is served by another deployment." },
  "alias-in-use": {
    class: "conflict",
    meaning: "A service of another deployment goes by that name in a network that both share.",
  },
  "database-in-use": {
    class: "conflict",
    meaning: "A database of that name exists on the platform and belongs to another party.",
  },
  "role-in-use": {
    class: "conflict",
    meaning: "A role of that name exists on the platform and belongs to another party.",
  },
  "cpu-over-capacity": {
    class: "conflict",
    meaning: "More CPU is reserved (error) or allowed (warning) than the host has.",
  },
  "memory-over-capacity": {
    class: "conflict",
    meaning: "More memory is reserved (error) or allowed (warning) than the host has.",
  },
  "connections-over-budget": {
    class: "conflict",
    meaning: "More sessions may be opened at a PostgreSQL than it takes.",
  },
  "platform-unreachable": {
    class: "platformUnreachable",
    meaning: "The platform that carries a deployment's database is not up, or its PostgreSQL cannot be asked.",
  },
  "platform-exposed": {
    class: "conflict",
    meaning: "A platform's PostgreSQL or its pool is published on an address that containers reach, past their limits.",
  },
  "platform-in-use": {
    class: "conflict",
    meaning: "A platform is to be removed that still hosts databases of other deployments.",
  },
  "podman-endpoint": {
    class: "conflict",
    meaning: "The endpoint is Podman's, which needs systemd for some of what Docker does by itself.",
  },
  "image-missing": {
    class: "missingImage",
    meaning: "An image is neither on the host nor in a registry that answers.",
  },
  "bind-source-missing": {
    class: "missingSource",
    meaning:
      "The source of a bind mount does not exist on the host or cannot be mounted (error on this machine), is an empty directory or could not be checked (warning).",
  },
  "network-missing": {
    class: "missingNetwork",
    meaning: "An external network that a deployment joins does not exist on its host.",
  },
  "container-drifted": { class: "drift", meaning: "A live container is not as its specification says." },
  "volume-drifted": { class: "drift", meaning: "A live volume is not as its specification says." },
  "network-drifted": { class: "drift", meaning: "A live network is not as its specification says." },
  "database-drifted": {
    class: "drift",
    meaning:
      "A live database admits others than its owner, or it or a role of PostgreSQL has other rights, memberships or settings than specified.",
  },
  "name-replaced": {
    class: "mistake",
    meaning:
      "A name that a blueprint fixes (`container_name:`, `name:`) is replaced by `<prefix>_<key>`, so that several deployments fit on one host (note).",
  },
} as const satisfies Readonly<Record<string, { readonly class: FindingClass; readonly meaning: string }>>;

export type FindingCode = keyof typeof findingCodes;

/** Where something is written: a file, the key in it, and the line where that is known. */
export interface Source {
  /** Relative to the project's root, for example `Pulumi.hospital-a.yaml`. */
  readonly file: string;
  /** For example `berth:ports.app` or `services.app.ports[0]`. */
  readonly path: string;
  readonly line?: number;
}

/** One side of a finding: what a stack declares, or something live. */
export type Party = DeclaredParty | LiveParty;

/** A stack, and where its files say it; of a mistake in a file that no stack is known to read, that place alone. */
export interface DeclaredParty extends Partial<Source> {
  readonly live?: undefined;
  readonly stack?: string;
  readonly service?: string;
}

/** What of a host or of a PostgreSQL server a live party is. */
export type LiveKind = "container" | "process" | "volume" | "network" | "directory" | "database" | "role" | "host";

export interface LiveParty {
  readonly live: LiveKind;
  readonly name: string;
  /** The stack that it belongs to, where its labels say so. */
  readonly stack?: string;
  /** Where the state is from which it is managed, where that is not here. */
  readonly place?: string;
}

export interface Finding {
  readonly code: FindingCode;
  /** An error stops preview and up; a warning is only reported; a note says what berth replaces, and asks for nothing. */
  readonly severity: "error" | "warning" | "note";
  /** The kind of claim (`hostPort`, `volume` …), `configuration`, `host` or `drift`. */
  readonly kind: string;
  /** What it is about: `0.0.0.0:8778/tcp`, `hospital_a_database`, `berth:ports.app`. */
  readonly key: string;
  /** What is wrong or was found, where the parties alone do not say it. */
  readonly message?: string;
  /** What would be right. */
  readonly allowed?: string;
  /** Only deployments want something. */
  readonly wanted?: DeclaredParty;
  readonly held?: Party;
  /** What helps: commands, or an instruction where no command can do it. */
  readonly remedy?: Remedy;
  /** What was verified for the remedy, for example `free on this host`. */
  readonly remedyNote?: Note;
}

/** A value, or all that was wrong with what it was made from. Findings may come with a value, too: what is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly findings: readonly Finding[] }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** What an error of this code is called in a count. */
export const nounOf = (code: FindingCode): string => findingClasses[findingCodes[code].class].noun;

/**
 * The exit status of a command that reports these findings: 0 where there is no error, 3 where something could not be
 * reached, then 2 where a configuration is wrong, else 1.
 */
export const exitStatusOf = (findings: readonly Pick<Finding, "severity" | "code">[]): ExitStatus =>
  errorsOf(findings).reduce<ExitStatus>((most, { code }) => {
    const { exit } = findingClasses[findingCodes[code].class];
    return exit > most ? exit : most;
  }, 0);

/** The same of a command that did not do what it was to do: never 0, whatever its findings say. */
export const failureStatusOf = (findings: readonly Pick<Finding, "severity" | "code">[] = []): ExitStatus =>
  Math.max(exitStatusOf(findings), exitStatus.findings) as ExitStatus;

export const errorsOf = <F extends Pick<Finding, "severity">>(findings: readonly F[]): readonly F[] =>
  findings.filter((finding) => finding.severity === "error");
