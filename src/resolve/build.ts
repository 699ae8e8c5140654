import { createHash } from "node:crypto";
import { resolve } from "node:path/posix";
import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { ComposeBuild } from "../blueprint/build-schema.ts";
import type { StackConfig } from "../config/stack-config.ts";
import type { Build, Value } from "../deployment/deployment.ts";
import { mistake } from "../findings/config-finding.ts";
import { instruction } from "../findings/remedy.ts";
import { hostName, imageSlug } from "../notation/names.ts";
import { extraHostText } from "../notation/extra-host.ts";
import { ownValue } from "../notation/own-value.ts";
import { bytes, sizeAllowed, sizeText } from "../notation/quantities.ts";
import { extraHostsOf } from "./extra-hosts.ts";
import type { Filler, Path } from "./interpolate.ts";

/** An image that is built, and the name that it has on the host. */
export interface BuiltImage {
  readonly image: string;
  readonly build: Build;
}

interface Context {
  readonly config: StackConfig;
  readonly blueprint: Blueprint;
  readonly prefix: string;
  readonly filler: Filler;
}

/**
 * What the services with `build:` are built from, by service; not those whose image the stack file names. The image's name has the
 * deployment's prefix and a hash of what it is built from, so that no deployment runs another one's build.
 */
export function buildsOf(
  services: Readonly<Record<string, ComposeService>>,
  isChosen: (key: string) => boolean,
  context: Context,
): Record<string, BuiltImage> {
  const builds: Record<string, BuiltImage> = {};
  for (const [key, service] of Object.entries(services)) {
    const { build, platform } = service as ComposeService & { readonly platform?: string };
    if (build === undefined || isChosen(key)) continue;
    const made = buildOf(key, build, platform, context);
    if (made !== undefined) builds[key] = { image: `${repository(context.prefix, key)}:${hashOf(made)}`, build: made };
  }
  return builds;
}

/** In lower case, as Docker takes it; the key's own letters where they are all lower-case. */
const repository = (prefix: string, key: string): string =>
  hostName(prefix, imageSlug(key).toLowerCase().replace(/_+/g, "_").replace(/^_|_$/g, ""));

/** The first twelve characters are as many as Git shows of a commit. */
const hashOf = ({ source: _source, folder: _folder, project: _project, further: _further, ...build }: Build): string =>
  createHash("sha256").update(JSON.stringify(build)).digest("hex").slice(0, 12);

/** A context that the daemon fetches by itself. */
const isRemote = (context: string): boolean =>
  /^(?:https?|git|ssh):\/\/|^git@|^github\.com\/|\.git(?:#.*)?$/.test(context);

function buildOf(
  key: string,
  written: ComposeBuild,
  platform: string | undefined,
  { config, blueprint, filler }: Context,
): Build | undefined {
  const path: Path = ["services", key, "build"];
  const build = filler.all(written, path, ["args", "labels"]);
  const context = build.context ?? ".";
  const remote = isRemote(context) ? context : undefined;
  const folder = remote === undefined ? resolve(blueprint.folder, context) : undefined;
  const dockerfile = build.dockerfile ?? "Dockerfile";
  if (build.dockerfile !== undefined && build.dockerfile_inline !== undefined)
    filler.wrong([...path, "dockerfile"], "dockerfile stands beside dockerfile_inline", "one of the two");
  const digest = folder === undefined ? remote : digestOf(folder, dockerfile, build, path, { blueprint, filler });
  if (digest === undefined) return undefined;
  const platforms = build.platforms ?? [];
  const wanted = platform ?? (platforms.length === 1 ? platforms[0] : undefined);
  const further = furtherOf(build, path, { blueprint, filler });
  return {
    ...(folder === undefined ? { remote } : { folder, project: blueprint.surroundings.project }),
    digest,
    dockerfile,
    ...(build.dockerfile_inline !== undefined && { inline: build.dockerfile_inline }),
    args: argsOf(written, [...path, "args"], config, filler),
    labels: textsOf(written.labels, [...path, "labels"], filler),
    secrets: (build.secrets ?? []).map(({ source, target }) => ({ id: target, value: secretOf(source, blueprint) })),
    ...(build.target !== undefined && build.target !== "" && { target: build.target }),
    ...(wanted !== undefined && { platform: wanted }),
    ...(build.cache_from !== undefined && { cacheFrom: build.cache_from }),
    ...(build.network !== undefined && { network: build.network }),
    ...(build.extra_hosts !== undefined && {
      extraHosts: extraHostsOf(build.extra_hosts, [...path, "extra_hosts"], filler).map(extraHostText),
    }),
    ...(build.shm_size !== undefined && {
      sharedMemory: filler.parsed(build.shm_size, [...path, "shm_size"], bytes, sizeAllowed),
    }),
    ...(filler.flag(build.pull, [...path, "pull"]) === true && { pull: true as const }),
    ...(filler.flag(build.no_cache, [...path, "no_cache"]) === true && { noCache: true as const }),
    ...(Object.keys(further).length > 0 && { further }),
    source: blueprint.source(path),
  };
}

/** More than is sent by intention: someone forgot what lies in the folder. */
const largeContext = 100 * 1024 ** 2;

function digestOf(
  folder: string,
  dockerfile: string,
  build: ComposeBuild,
  path: Path,
  { blueprint, filler }: Pick<Context, "blueprint" | "filler">,
): string | undefined {
  const read = blueprint.buildContext({
    folder,
    dockerfile,
    inline: build.dockerfile_inline,
    project: blueprint.surroundings.project,
  });
  if (read.kind === "missing") {
    const isFolder = read.about === folder;
    filler.wrong(
      build.context === undefined && isFolder ? path : [...path, isFolder ? "context" : "dockerfile"],
      `${isFolder ? "the build context" : "the Dockerfile"} ${read.about} ${read.reason}`,
      isFolder ? "a folder" : `a file; relative to ${folder}`,
    );
    return undefined;
  }
  if (read.bytes > largeContext && !read.ignores)
    filler.findings.push({
      ...mistake(
        blueprint.source([...path, "context"]),
        `${sizeText(read.bytes)} of ${folder} are sent to Docker for this build`,
        undefined,
        instruction(`name what the image does not need in ${folder}/.dockerignore`),
      ),
      severity: "warning",
    });
  return read.digest;
}

/** An argument without a value has that of the variable of its name; it is left out where there is none. */
function argsOf({ args = {} }: ComposeBuild, path: Path, config: StackConfig, filler: Filler): Record<string, string> {
  const given = Object.entries(args).flatMap(([name, text]): [string, string][] => {
    const value = text ?? ownValue(config.settings, name);
    return value === undefined ? [] : [[name, text === null ? value : filler.text(value, [...path, name])]];
  });
  return Object.fromEntries(given.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const textsOf = (
  written: Readonly<Record<string, string | null>> | undefined,
  path: Path,
  filler: Filler,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(written ?? {}).map(([name, text]) => [name, filler.text(text ?? "", [...path, name])]),
  );

const secretOf = (source: string, blueprint: Blueprint): Value => ({
  parts: [{ secret: ownValue(blueprint.secretFiles, source) ?? source }],
});

/** What Docker's API takes no part in: the export has it, and a build through the API goes without. */
function furtherOf(
  build: ComposeBuild,
  path: Path,
  { blueprint, filler }: Pick<Context, "blueprint" | "filler">,
): Record<string, unknown> {
  const { cache_to, ssh, tags, isolation, privileged, ulimits, additional_contexts, platforms } = build;
  const unheard = { ssh, additional_contexts, cache_to, isolation, privileged, ulimits };
  for (const [name, value] of Object.entries(unheard))
    if (value !== undefined && value !== false)
      filler.findings.push({
        ...mistake(
          blueprint.source([...path, name]),
          `a build through Docker's API goes without ${name}`,
          undefined,
          instruction(`remove it, or build the image beforehand and name it under berth:images`),
        ),
        severity: "warning",
      });
  const all = { ...unheard, tags, platforms };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
