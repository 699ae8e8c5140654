import { spawnSync } from "node:child_process";

/** Providers of Pulumi without which not every deployment comes up. */
const plugins = ["docker", "random", "postgresql"];

/** What keeps the tests of the engine from running on this machine; empty where they can. */
export function missingEngine(env: NodeJS.ProcessEnv = process.env): string {
  const { status, stdout, stderr, error } = spawnSync("pulumi", ["plugin", "ls", "--json"], { encoding: "utf8", env });
  if (error !== undefined) return "the Pulumi CLI is not on PATH";
  if (status !== 0) return `pulumi plugin ls failed: ${stderr.trim().split("\n")[0] ?? ""}`;
  const there = (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
  const missing = plugins.filter((name) => !there.includes(name));
  const install = missing.map((name) => `pulumi plugin install resource ${name}`).join(" && ");
  const noun = missing.length === 1 ? "plugin" : "plugins";
  return missing.length === 0 ? "" : `Pulumi's ${noun} ${missing.join(" and ")} missing: ${install}`;
}
