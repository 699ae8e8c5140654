import type * as z from "zod";
import type { BuildContext, ContextWish, NoContext } from "../disk/build-context.ts";
import type { network } from "./network-schema.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Checked, Finding, Source } from "../findings/finding.ts";
import type { Early, EarlyLookup } from "./early.ts";
import type { blueprintSchema, service } from "./schema.ts";

/** One service as its Compose file has it, short and long forms made one, variables not yet filled in. */
export type ComposeService = z.output<typeof service>;

/** A volume as its Compose file declares it, variables not yet filled in. */
export type ComposeVolume = NonNullable<z.output<typeof blueprintSchema>["volumes"][string]>;

/** A config as its Compose file declares it, variables not yet filled in. */
export type ComposeConfig = Partial<z.output<typeof blueprintSchema>["configs"][string]>;

/** A network as its Compose file declares it, variables not yet filled in. */
export type ComposeNetwork = z.output<typeof network>;

/** What berth adds to Compose under `x-berth`. */
export type Extension = z.output<typeof blueprintSchema>["x-berth"];

/** What an application consists of: a Compose file, read and checked, variables not yet filled in. */
export interface Blueprint {
  /** As configured: a name in blueprints/ or a path. */
  readonly name: string;
  /** Relative to the project's root. */
  readonly file: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  /** Service keys, each after those it depends on, ties in the order of the file. */
  readonly order: readonly string[];
  /** Services that run once: named in x-berth, or those whose success another one waits for; and what is said of them. */
  readonly jobs: ReadonlyMap<string, { readonly timeout?: string }>;
  readonly volumes: Readonly<Record<string, ComposeVolume>>;
  readonly networks: Readonly<Record<string, ComposeNetwork>>;
  /** Secrets that are files in containers, and the secret that each holds. */
  readonly secretFiles: Readonly<Record<string, string>>;
  /** Secrets that are files beside the blueprint, and their paths. */
  readonly secretPaths: Readonly<Record<string, string>>;
  /** Files of text by name, variables not yet filled in. */
  readonly configs: Readonly<Record<string, ComposeConfig>>;
  readonly extension: Extension;
  /** Every variable that the file mentions. */
  readonly variables: ReadonlySet<string>;
  /** Absolute path of the folder that relative paths of the file are relative to. */
  readonly folder: string;
  /** Reads what an image is built from, as far as it distinguishes one build from another. */
  readonly buildContext: (wish: ContextWish) => BuildContext | NoContext;
  /** The variables of `.env` beside the file: what the stack itself sets goes before them. */
  readonly dotenv: ReadonlyMap<string, Early>;
  /** What is wrong with services that have profiles: it matters only where they are active. */
  readonly problems: ReadonlyMap<string, readonly Finding[]>;
  /** File, key and line of a place, for example of `["services", "app", "ports", 0]`. */
  readonly source: (path: readonly (string | number)[]) => Source;
  readonly surroundings: Surroundings;
}

/** A blueprint that was read; one with mistakes as far as it can be understood, so that what else is wrong is found. */
export type Loaded = Checked<Blueprint> & { readonly partial?: Blueprint };

/** Gives the blueprint of a name, or of several files that are merged; memory of what was read is up to the giver. */
export type Blueprints = (name: string | readonly string[], asked?: Asked) => Loaded;

/** Who asks for a blueprint, and where its name is written. */
export interface Asked {
  readonly stack: string;
  readonly source: Source;
  /** What the stack's variables stand for. */
  readonly lookup?: EarlyLookup;
}
