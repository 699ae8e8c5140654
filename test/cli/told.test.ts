import { describe, expect, it } from "vitest";
import { startOf } from "../../src/cli/started.ts";
import { pasteable } from "../../src/cli/told.ts";

describe("what starts berth again", () => {
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

describe("a command in a finding", () => {
  it.each([
    ["pulumi config set berth:prefix b -s b", "npx berth config set berth:prefix b -s b"],
    [
      "pulumi config set a 1 -s b\npulumi config rm b -s b",
      "npx berth config set a 1 -s b\nnpx berth config rm b -s b",
    ],
    ['pulumi config set k "$(pulumi config get k -s b)"', 'npx berth config set k "$(npx berth config get k -s b)"'],
    ["write it: berth new b; or rm b", "write it: npx berth new b; or rm b"],
    ["berth new b --set 'N=it'\\''s berth new b'", "npx berth new b --set 'N=it'\\''s berth new b'"],
    ["pulumi config set k 'pulumi config set k 1' -s b", "npx berth config set k 'pulumi config set k 1' -s b"],
    ["pulumi up -y -s b", "pulumi up -y -s b"],
    ["the deployment's own: pulumi config rm k -s b", "the deployment's own: npx berth config rm k -s b"],
  ])("%s works where it is pasted", (text, pasted) => expect(pasteable(text, "npx berth")).toBe(pasted));
});
