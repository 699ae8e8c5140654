import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { listStacks, stackFileName } from "../src/config/stack-file.ts";
import { openProject, readSiblings } from "../src/project/project.ts";
import { computing, medians, type Result } from "./measure.ts";
import { withProject } from "./project.ts";

/** Reading and resolving every stack file, held against only parsing them. */
export const readResults = (): Promise<Result[]> =>
  withProject(1_000, async (root) => {
    const parse = (): void => {
      for (const stack of listStacks(root))
        parseDocument(readFileSync(join(root, stackFileName(stack)), "utf8")).toJS();
    };
    const [read = NaN, parsed = NaN] = await medians([() => readSiblings(openProject(root)), parse], 15, computing);
    return [
      {
        what: "read and resolve 1,000 stack files",
        measured: read,
        against: { what: "only parse their YAML", measured: parsed },
        target: { kind: "ratio", atMost: 1.5 },
      },
    ];
  });
