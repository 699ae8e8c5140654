import { Document } from "yaml";
import type { ExportFile } from "../../disk/export-file.ts";
import { nearestPrefix } from "../../notation/names.ts";

/** What a new project is decided by. */
export interface InitFacts {
  /** Absolute path of the folder that the application is in. */
  readonly folder: string;
  /** The way from the project's folder back to it: `..`. */
  readonly back: string;
  /** Names of the Compose files in it, in the order in which Compose reads them; empty without any. */
  readonly composeFiles: readonly string[];
  /** Of the installed package. */
  readonly packageName: string;
  readonly version: string;
  /** Texts of the blueprint that was asked for, by file name; undefined where the folder's own Compose file is meant. */
  readonly template?: { readonly name: string; readonly text: string };
  /** What is there of the files, by path relative to the project's folder. */
  readonly existing: ReadonlySet<string>;
}

/** The files of a new project, relative to its folder; what is there already is not among them. */
export interface InitPlan {
  readonly project: string;
  readonly files: readonly (ExportFile & { readonly mode: number })[];
}

/** The names under which Compose looks for a file, those that go before others first. */
export const composeNames = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"] as const;

/** What Compose adds to such a file by itself. */
export const overrideOf = (name: string): string => name.replace(/[.](ya?ml)$/, ".override.$1");

/** A Pulumi project beside an application, or around a template: berth's program, its settings, and what Git ignores. */
export function initPlan(facts: InitFacts): InitPlan {
  const { existing, template, packageName, version } = facts;
  const project = projectName(facts.folder);
  const texts: readonly (readonly [string, string])[] = [
    ["Pulumi.yaml", projectFile(project, blueprintOf(facts))],
    ["index.mjs", program(packageName)],
    ["package.json", manifest(project, packageName, version)],
    [".gitignore", ignored],
    ...(template === undefined ? [] : [[`blueprints/${template.name}.yaml`, template.text] as const]),
  ];
  return {
    project,
    files: texts.filter(([path]) => !existing.has(path)).map(([path, text]) => ({ path, text, mode: 0o644 })),
  };
}

/** The folder's name in the letters that Pulumi, Docker and npm all take. */
const projectName = (folder: string): string =>
  nearestPrefix(folder.split("/").at(-1) ?? "").replaceAll("_", "-") || "app";

function blueprintOf({ composeFiles, template, back }: InitFacts): string | readonly string[] {
  if (template !== undefined) return template.name;
  const paths = composeFiles.map((name) => `${back}/${name}`);
  return paths.length === 1 ? (paths[0] ?? "") : paths;
}

/** As in berth's own project: the state beside it, and a refresh before every preview. */
function projectFile(name: string, blueprint: string | readonly string[]): string {
  const content = {
    name,
    description: `Deployments of ${name}.`,
    main: "index.mjs",
    runtime: { name: "nodejs", options: { typescript: false } },
    backend: { url: "file://./.state" },
    options: { refresh: "always" },
    config: { "berth:blueprint": { value: blueprint } },
  };
  return new Document(content).toString({ lineWidth: 0 });
}

const program = (packageName: string): string => `// What Pulumi runs for each stack: berth's own program.
export { default } from "${packageName}/program";
`;

const manifest = (name: string, packageName: string, version: string): string =>
  `${JSON.stringify(
    { name: `${name}-deployments`, private: true, type: "module", dependencies: { [packageName]: `^${version}` } },
    undefined,
    2,
  )}\n`;

/** State, secrets and what exports write. */
const ignored = `node_modules/
.state/
.berth/
compose.*.yaml
.env.*
*.secrets/
`;
