import { basename, dirname } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take minutes, the longest first. */
const long = [
  "recovery",
  "together",
  "platform",
  "hostile-tenant",
  "drift/matrix",
  "drift/recreated",
  "deployment",
  "upkeep",
  "drift/volumes",
  "moves",
  "cli",
  "healthcare",
];

/** Begins with what takes longest, also where no run before has measured it: so no worker waits long for the last one. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

function rank({ project, moduleId }: TestSpecification): number {
  if (project.name !== "engine") return long.length;
  const file = basename(moduleId, ".test.ts");
  const folder = basename(dirname(moduleId));
  const index = long.findIndex((name) => name === file || name === `${folder}/${file}`);
  return index === -1 ? long.length : index;
}
