import { execFileSync } from "node:child_process";
import { posix } from "node:path";
import { pathToFileURL } from "node:url";
import { projectDefaults } from "../../src/config/project-defaults.ts";
import { listStacks, readStackFile } from "../../src/config/stack-file.ts";

export interface StackOfProject {
  readonly name: string;
  /** As in `berth:blueprint`: a name in blueprints/, or paths of Compose files; undefined where it cannot be read. */
  readonly blueprint?: string | readonly string[];
}

/** What every stack is made of. */
const shared = /^(?:src\/|blueprints\/|Pulumi\.yaml$|package(?:-lock)?\.json$)/;

/**
 * The stacks that a change touches, by name: each whose own file or Compose file was changed, or a file beside
 * that, which it may include or mount; all of them where something was changed that every stack is made of.
 * @param changed paths from the project's root, also of files that the change removes
 */
export function touchedStacks(changed: readonly string[], stacks: readonly StackOfProject[]): string[] {
  const all = changed.some((path) => shared.test(path));
  const paths = new Set(changed);
  const touched = ({ name, blueprint = [] }: StackOfProject): boolean => {
    const files = [blueprint].flat().map((path) => posix.normalize(path));
    const folders = files.map((path) => posix.dirname(path)).filter((path) => path !== ".");
    return (
      [`Pulumi.${name}.yaml`, `Pulumi.${name}.yml`, ".env", ...files].some((path) => paths.has(path)) ||
      changed.some((path) => folders.some((folder) => path.startsWith(`${folder}/`)))
    );
  };
  return stacks
    .filter((stack) => all || touched(stack))
    .map(({ name }) => name)
    .sort();
}

/** The stacks of a project with what they name as their blueprint. */
export function stacksOf(root: string): StackOfProject[] {
  const { defaults } = projectDefaults(root);
  return listStacks(root).map((name) => {
    const config = readStackFile(root, name, defaults);
    return config.ok ? { name, blueprint: config.value.blueprint } : { name };
  });
}

/** Paths that differ between a commit and where another branched off from it; a renamed file is two paths. */
function changedPaths(base: string, head: string): string[] {
  const range = `${base}...${head}`;
  const args = ["diff", "--name-only", "--no-renames", "--relative", "-z", "--end-of-options", range];
  return execFileSync("git", args, { encoding: "utf8" })
    .split("\0")
    .filter((path) => path !== "");
}

// tsx scripts/ci/touched-stacks.ts BASE HEAD: one stack a line
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [base = "origin/main", head = "HEAD"] = process.argv.slice(2);
  for (const stack of touchedStacks(changedPaths(base, head), stacksOf(process.cwd()))) console.log(stack);
}
