import { chmodSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { berth, equipemed, program, projectWith } from "./berth.ts";

/** One situation ends with one status, whichever command meets it. */

const files = { "Pulumi.a.yaml": equipemed({ ports: { app: 20_091 } }) };

const unreachable = {
  DOCKER_HOST: "unix:///nonexistent/docker.sock",
  PATH: dirname(program[1]),
  HOME: "/nonexistent",
};

/** A Pulumi CLI that says its version and nothing else: the engine can be opened, and is not to be run. */
function withEngine(): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(dirname(projectWith({})), "engine-"));
  writeFileSync(join(folder, "pulumi"), "#!/bin/sh\necho v3.260.0\n");
  chmodSync(join(folder, "pulumi"), 0o755);
  return { PATH: `${folder}:${dirname(program[1])}` };
}

describe("a host that does not answer is 3", () => {
  it.each([
    "check",
    "check -s a",
    "preview a",
    "up a",
    "start a",
    "stop a",
    "drift",
    "drift a",
    "status",
    "status a",
    "list",
    "ports",
    "run a static-init",
    "new b",
  ])("for berth %s", async (line) => {
    const { code, stdout, stderr } = await berth(projectWith(files), line.split(" "), {
      env: unreachable,
    });
    expect({ code, said: (stdout + stderr).includes("/nonexistent/docker.sock") }).toEqual({ code: 3, said: true });
  });
});

describe("a mistake in a stack file is 2", () => {
  it.each([
    "check --offline",
    "check -s a --offline",
    "preview a",
    "up a",
    "refresh a",
    "destroy a --yes",
    "start a",
    "stop a",
    "drift a",
    "status a",
    "list --offline",
    "ports --offline",
    "run a static-init",
    "export compose a",
    "secrets a",
  ])("for berth %s", async (line) => {
    const root = projectWith({ "Pulumi.a.yaml": equipemed({ prefixx: "a" }) });
    const { code, stdout, stderr } = await berth(root, line.split(" "), {
      env: unreachable,
    });
    expect({ code, said: (stdout + stderr).includes("berth:prefixx") }).toEqual({ code: 2, said: true });
  });
});

describe("a project in a folder that the engine cannot work in is 2", () => {
  it.each(["check --offline", "refresh a", "destroy a --yes"])("for berth %s", async (line) => {
    const root = projectWith({ "Pulumi.a.yaml": equipemed({ inventory: "files" }) });
    const moved = join(root, "..", `what?-${root.split("-").at(-1)}`);
    renameSync(root, moved);
    const { code, stdout, stderr } = await berth(moved, line.split(" "), { env: withEngine() });
    expect({ code, said: (stdout + stderr).includes("Node does not load a program there") }).toEqual({
      code: 2,
      said: true,
    });
  });
});

describe("a secret that only the engine could decrypt is 3 without one", () => {
  it.each(["secrets a EMAIL_PASSWORD", "export compose a"])("for berth %s", async (line) => {
    const secrets = "  encryptionsalt: v1:x\n  berth:secrets: { EMAIL_PASSWORD: { secure: v1:abc } }\n";
    const root = projectWith({ "Pulumi.a.yaml": `${equipemed({})}${secrets}`.replace("  encryptionsalt: v1:x\n", "") });
    mkdirSync(join(root, ".berth"), { mode: 0o700 });
    const env = { PATH: dirname(program[1]), HOME: "/nonexistent" };
    const { code, stdout, stderr } = await berth(root, line.split(" "), { env });
    expect({ code, said: (stdout + stderr).includes("EMAIL_PASSWORD") }).toEqual({ code: 3, said: true });
  });
});
