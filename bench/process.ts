import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { medians, type Result } from "./measure.ts";
import { repository, withProject } from "./project.ts";

const cli = join(repository, "dist", "cli.cjs");

/** A run that ends with findings is a run all the same; one that cannot start is not. */
function node(args: readonly string[], cwd: string): void {
  try {
    execFileSync(process.execPath, args, { cwd, stdio: "ignore" });
  } catch (error) {
    if ((error as { status?: number }).status !== 1) throw error;
  }
}

/** The command as a whole process: start, read, look, check, print. */
export async function processResults(): Promise<Result[]> {
  execFileSync(process.execPath, ["--import", "tsx", "scripts/build/bundle.ts"], { cwd: repository });
  const ten = await withProject(10, async (root) => {
    const [check = NaN, empty = NaN] = await medians(
      [() => node([cli, "check"], root), () => node(["-e", "0"], root)],
      11,
    );
    return { check, empty };
  });
  const thousand = await withProject(1_000, async (root) => {
    const script = join(root, "parse.mjs");
    writeFileSync(script, parseOnly);
    const [check = NaN, parse = NaN] = await medians(
      [() => node([cli, "check", "--offline"], root), () => node([script], root)],
      11,
    );
    return { check, parse };
  });
  return [
    {
      what: "whole berth check, 10 stacks and the host",
      measured: ten.check,
      against: { what: "node -e 0", measured: ten.empty },
      target: { kind: "ratio", atMost: 10 },
    },
    {
      what: "whole berth check --offline, 1,000 stacks",
      measured: thousand.check,
      against: { what: "a process that only parses their YAML", measured: thousand.parse },
      target: { kind: "ratio", atMost: 1.5 },
    },
  ];
}

const parseOnly = `
import { readdirSync, readFileSync } from "node:fs";
import { parseDocument } from "yaml";
for (const file of readdirSync(".")) if (/^Pulumi\\..+\\.yaml$/.test(file)) parseDocument(readFileSync(file, "utf8")).toJS();
`;
