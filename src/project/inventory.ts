import type { Claim } from "../claims/claim.ts";
import { claimsOf } from "../claims/of-deployment.ts";
import type { Realization } from "../deployment/realization.ts";
import type { Finding } from "../findings/finding.ts";
import { databaseClaims, platformFindings, type PlatformReport, stoppedPlatform } from "../inventory/databases.ts";
import type { Rules } from "../conflicts/rule.ts";
import { rules } from "../conflicts/rules/index.ts";
import { type Observed, observe } from "../inventory/observe.ts";
import { ownValue } from "../notation/own-value.ts";
import { ofOthers, type Project, readSiblings, type Siblings } from "./project.ts";

export interface InventoryOptions {
  /**
   * The deployment that is about to come up: only its endpoint counts, and only what it needs is looked for there. Without
   * it, every stack of the project is.
   */
  readonly about?: Realization;
  /** False: no host is asked, and the inventory says so. */
  readonly live: boolean;
  /** Whether the files in containers are read as well: drift is to be compared, and not conflicts alone. */
  readonly files?: boolean;
  /** The stacks of the project, where they are read already. */
  readonly siblings?: Siblings;
  /** By stack, whether it is supposed to run, where that is not what its file says. */
  readonly running?: Readonly<Record<string, boolean>>;
  /** `list`: nothing is about to come up, so nothing has to be there for it, and every listening process is named. */
  readonly purpose?: "up" | "list";
  /** `error`: who looks for what is free must not guess what a stack holds that cannot be read. */
  readonly unread?: "warning" | "error";
  /**
   * Asks the platform with the database of `about`. Not asked if not given: to list its databases takes a password that
   * only the engine has, and a check of files alone does not wait for it.
   */
  readonly platform?: (about: Realization) => Promise<PlatformReport | undefined> | undefined;
  /** The databases and roles in the state of `about`; without a state, it is taken to have its database already. */
  readonly own?: Promise<{ readonly databases: readonly string[]; readonly roles: readonly string[] }>;
}

/** All that exists, with the deployments that were read for it. */
export interface Existing extends Observed {
  /** The stacks of the project that can be resolved. */
  readonly deployments: readonly Realization[];
  /** Of these the ones on the endpoint of `about`, and itself. */
  readonly near: readonly Realization[];
}

/** Assembles all that exists: what the stacks of the project claim, and what is live on their endpoints. */
export async function inventoryFor(project: Project, options: InventoryOptions): Promise<Existing> {
  const { live, files, running = {}, purpose = "up", unread = "warning" } = options;
  const about = options.about && supposing(options.about, running);
  const { deployments, findings, unknown } = options.siblings ?? readSiblings(project, about?.stack);
  const all = deployments.map((each) => supposing(each, running));
  const others = about === undefined ? all : all.filter(({ stack }) => stack !== about.stack);
  const near = others.filter((other) => about === undefined || other.endpoint.id === about.endpoint.id);
  const concerned = about === undefined ? near : [about];
  const starting = purpose === "up" ? concerned : [];
  const [observed, platform] = await Promise.all([
    observe(concerned, { live, starting, files, naming: purpose === "up" ? "wanted" : "all" }),
    platformOf(about, options),
  ]);
  const { inventory } = observed;
  const here = about === undefined ? near : [about, ...near];
  const stopped = here.filter(({ stack }) => ownValue(running, stack) === false).map(({ id }) => id);
  return {
    ...observed,
    deployments: all,
    near: here,
    inventory: {
      ...inventory,
      claims: [
        ...(about === undefined ? [] : near.flatMap(claimsOf)),
        ...inventory.claims.filter((claim) => !isGivenUp(claim, stopped)),
        ...platform.claims,
      ],
      findings: [
        ...(about !== undefined ? unreadOthers(about, unknown, unread) : purpose === "up" ? findings : unknown),
        ...inventory.findings,
        ...(about === undefined ? starting.flatMap(stoppedPlatform) : platform.findings),
      ],
    },
  };
}

/** What makes the claims of other stacks unknown. What else is wrong with them does not concern this one. */
function unreadOthers({ stack }: Realization, unknown: readonly Finding[], severity: Finding["severity"]): Finding[] {
  const others = unknown.filter(({ wanted }) => wanted?.stack !== stack);
  return severity === "warning" ? ofOthers(others) : others;
}

interface PlatformPart {
  readonly claims: readonly Claim[];
  readonly findings: readonly Finding[];
}

/** A deployment that stops, and has its database, does without PostgreSQL: it can be stopped although that is down. */
async function platformOf(about: Realization | undefined, { platform, own }: InventoryOptions): Promise<PlatformPart> {
  if (about?.database === undefined) return { claims: [], findings: [] };
  const [report, known] = await Promise.all([platform?.(about), own]);
  const isMade = known?.databases.includes(about.database.name) ?? true;
  const stopped = stoppedPlatform(about);
  return {
    claims: databaseClaims(about, report, known ?? { databases: [], roles: [] }),
    findings: !about.running && isMade ? [] : stopped.length > 0 ? stopped : platformFindings(about, report),
  };
}

/** A deployment as if it, and the platform with its database, did or did not run. */
function supposing(deployment: Realization, running: NonNullable<InventoryOptions["running"]>): Realization {
  const { stack, database } = deployment;
  const platform = database && {
    ...database.platform,
    running: ownValue(running, database.platform.stack) ?? database.platform.running,
  };
  return {
    ...deployment,
    running: ownValue(running, stack) ?? deployment.running,
    ...(database !== undefined && platform !== undefined && { database: { ...database, platform } }),
  };
}

/** What the live containers of a deployment no longer hold once it is stopped. */
const isGivenUp = ({ kind, owner }: Claim, stopped: readonly string[]): boolean =>
  owner.kind === "container" && stopped.includes(owner.id ?? "") && (rules as Rules)[kind].givenUp === true;
