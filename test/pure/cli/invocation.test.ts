import { describe, expect, it } from "vitest";
import { startOf } from "../../../src/cli/invocation.ts";

describe("what starts berth again", () => {
  it.each([
    [["-C", "../p2", "check", "-s", "same"], "berth -C ../p2"],
    [["--directory=my folder", "check"], "berth -C 'my folder'"],
    [["check", "-s", "-C"], "berth"],
    [["run", "job", "--", "-C", "x"], "berth"],
  ])("keeps the folder of %j", (args, words) => {
    const argv = ["node", "/usr/local/bin/berth", ...args];
    expect(startOf({ argv, execArgv: [], env: { PATH: "/usr/local/bin" } })).toBe(words);
  });

  const PATH = "/usr/bin:/usr/local/bin";
  it.each<[string, { script: string; execArgv?: string[]; env?: Record<string, string> }, string]>([
    ["installed on PATH", { script: "/usr/local/bin/berth" }, "berth"],
    ["by npx", { script: "/srv/app/node_modules/.bin/berth", env: { npm_command: "exec" } }, "npx berth"],
    ["by npx in a clone", { script: "/srv/berth/dist/cli.cjs", env: { npm_command: "exec" } }, "npx berth"],
    ["from a project's commands", { script: "/srv/app/node_modules/.bin/berth" }, "npx berth"],
    ["installed, but not on PATH", { script: "/opt/bin/berth" }, "node /opt/bin/berth"],
    ["as a script", { script: "/srv/my app/dist/cli.cjs" }, "node '/srv/my app/dist/cli.cjs'"],
    ["as it is written", { script: "/b/main.ts", execArgv: ["--import", "tsx"] }, "node --import tsx /b/main.ts"],
  ])("%s", (_, { script, execArgv = [], env = {} }, words) => {
    expect(startOf({ argv: ["/usr/bin/node", script], execArgv, env: { PATH, ...env } })).toBe(words);
  });
});
