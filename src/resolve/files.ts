import type { ComposeConfig, ComposeService } from "../blueprint/blueprint.ts";
import type { FoundFile } from "../blueprint/surroundings.ts";
import { setSecret } from "../findings/remedy.ts";
import type { ContainerFile, DirectoryMount, Value } from "../deployment/deployment.ts";
import { isFileName } from "../notation/file-name.ts";
import { ownValue } from "../notation/own-value.ts";
import { normalPath } from "../notation/path.ts";
import { quoted } from "../notation/quoted.ts";
import { secretName } from "../notation/secret-names.ts";
import type { Path } from "./interpolate.ts";
import type { Context } from "./service.ts";

type Grant = Exclude<NonNullable<ComposeService["secrets"]>[number], string>;

/** The secrets and configs of a service: files that are put into its container, and files of the host that it mounts. */
export interface Granted {
  readonly files: readonly ContainerFile[];
  readonly mounts: readonly DirectoryMount[];
}

const modeAllowed = 'an octal mode of read, write and execute, for example "0400"';

/** What a service gets: its secrets, under /run/secrets unless they say where, and its configs, under / likewise. */
export function grantedFiles(key: string, compose: ComposeService, context: Context): Granted {
  const { secrets = [], configs = [] } = compose;
  const all = [
    ...secrets.map((grant, index) => {
      const written = typeof grant === "string" ? { source: grant } : grant;
      return secretOf(written, ["services", key, "secrets", index], context);
    }),
    ...configs.map((grant, index) => {
      const written = typeof grant === "string" ? { source: grant } : grant;
      return configOf(written, { path: ["services", key, "configs", index], compose }, context);
    }),
  ];
  return {
    files: all.flatMap((one) => (one !== undefined && "content" in one ? [one] : [])),
    mounts: all.flatMap((one) => (one !== undefined && "kind" in one ? [one] : [])),
  };
}

type Made = ContainerFile | DirectoryMount | undefined;

/** A secret's own file is mounted, so that its text is nowhere else; one that the stack gives takes its place. */
function secretOf(grant: Grant, path: Path, context: Context): Made {
  const { blueprint, config, filler, places, isLocal, endpoint } = context;
  const { source } = grant;
  const target = targetOf(grant, "/run/secrets/");
  const name = ownValue(blueprint.secretFiles, source) ?? secretName(source);
  const written = ownValue(blueprint.secretPaths, source);
  if (written === undefined || config.secretsGiven.includes(name))
    return {
      target,
      content: { parts: [{ secret: name }] },
      ...rights(grant, path, context),
      source: blueprint.source(path),
    };
  const declared = ["secrets", source, "file"];
  if (!isLocal) {
    filler.wrong(
      declared,
      `the file is not on ${endpoint.name}, which is another machine`,
      `the text under berth:secrets.${name}`,
      setSecret(name, config.stack),
    );
    return undefined;
  }
  withoutRights(grant, path, context);
  return mounted(target, places(filler.text(written, declared)), { declared, path, written }, context);
}

function configOf(grant: Grant, at: { readonly path: Path; readonly compose: ComposeService }, context: Context): Made {
  const { blueprint, filler, places, isLocal, endpoint } = context;
  const { source } = grant;
  const { path, compose } = at;
  const target = targetOf(grant, "/");
  const declared = ["configs", source];
  const config = ownValue(blueprint.configs, source) ?? {};
  if (config.file === undefined) {
    const content = textOf(config, source, declared, context);
    // The provider puts no empty file into a container.
    if (content === "") filler.wrong(path, `the config ${source} is empty`, "at least one character");
    return { target, content, ...rights(grant, path, context), source: blueprint.source(path) };
  }
  const file = [...declared, "file"];
  withoutRights(grant, path, context);
  const written = filler.text(config.file, file);
  const place = places(written);
  const found = place.found?.kind === "directory" ? undefined : blueprint.surroundings.read(place.path);
  const [only, ...more] = found?.kind === "files" ? found.files : [];
  const isUsable = only !== undefined && only.content !== "" && more.length === 0;
  if (isUsable && filler.flag(compose.read_only, path) !== true)
    return { ...uploaded(only), target, source: blueprint.source(path) };
  if (isLocal) return mounted(target, place, { declared: file, path, written }, context);
  const why = found?.kind === "unreadable" ? found.why : "cannot be copied";
  filler.wrong(file, `${written} ${why}, and ${endpoint.name} is another machine`, "a file of at most 1 MiB");
  return undefined;
}

const uploaded = ({ content, isBinary }: FoundFile): Pick<ContainerFile, "content" | "encoding" | "mode"> => ({
  content,
  ...(isBinary && { encoding: "base64" as const }),
  mode: "0444",
});

/** The text of a config that is not a file. What is external has a name that a stack gives as a setting or secret. */
function textOf(config: ComposeConfig, key: string, path: Path, { filler }: Context): Value {
  if (config.content !== undefined) return filler.value(config.content, [...path, "content"]);
  if (config.environment !== undefined) return filler.value(`\${${config.environment}}`, [...path, "environment"]);
  return filler.value(`\${${secretName(config.name ?? key)}}`, [...path, "external"]);
}

function mounted(
  target: string,
  place: ReturnType<Context["places"]>,
  { declared, path, written }: { readonly declared: Path; readonly path: Path; readonly written: string },
  { blueprint, filler }: Context,
): DirectoryMount | undefined {
  const { found } = place;
  if (found?.kind === "refused" || found?.kind === "directory") {
    filler.wrong(declared, `${written} ${found.kind === "refused" ? found.why : "is a folder"}`, "a file");
    return undefined;
  }
  // One that is not there may have been taken for a directory with data.
  const file = isFileName(place.path) || place.created !== true ? place.path : blueprintPath(blueprint, written);
  return { kind: "directory", path: file, target, readOnly: true, created: false, source: blueprint.source(path) };
}

const blueprintPath = ({ surroundings: { folder } }: Context["blueprint"], written: string): string =>
  normalPath(written.startsWith("/") ? written : `${folder}/${written}`);

const targetOf = ({ source, target = source }: Grant, folder: string): string =>
  normalPath(target.startsWith("/") ? target : `${folder}${target}`);

function rights({ source, uid, gid, mode }: Grant, path: Path, { filler }: Context) {
  if (mode !== undefined && modeOf(mode) === undefined)
    filler.wrong([...path, "mode"], `found ${quoted(mode)}`, modeAllowed);
  if (uid !== undefined || gid !== undefined)
    filler.warn(
      path,
      `the engine's provider of Docker sets no uid and gid, so ${source} belongs to root; an export has them`,
      'mode: "0444", which every process of the container can read',
    );
  const user = filler.parsed(uid, [...path, "uid"], idOf, "a user id");
  const group = filler.parsed(gid, [...path, "gid"], idOf, "a group id");
  return {
    mode: modeOf(mode ?? "0444") ?? "0444",
    ...(user !== undefined && { user }),
    ...(group !== undefined && { group }),
    ...(mode !== undefined && { isExact: true as const }),
  };
}

const modeOf = (mode: string): string | undefined => /^0*([0-7]{1,3})$/.exec(mode)?.[1]?.padStart(4, "0");
const idOf = (text: string): string | undefined => (/^\d{1,10}$/.test(text) ? text : undefined);

/** Compose mounts a file as it is. */
function withoutRights({ source, uid, gid, mode }: Grant, path: Path, { filler }: Context): void {
  if (uid !== undefined || gid !== undefined || mode !== undefined)
    filler.warn(
      path,
      `uid, gid and mode of ${source} count for nothing, as in Compose: its source is a file`,
      "none of them",
    );
}
