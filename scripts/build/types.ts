import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const types = join(root, "types");

// The types of what other programs import. TypeScript leaves the names of sources in them, which only a project that may
// import sources can follow.
rmSync(types, { recursive: true, force: true });
const { status } = spawnSync(join(root, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.types.json"], {
  cwd: root,
  stdio: "inherit",
});
for (const name of readdirSync(types, { recursive: true, encoding: "utf8" })) {
  if (!name.endsWith(".d.ts")) continue;
  const path = join(types, name);
  writeFileSync(path, readFileSync(path, "utf8").replace(/(["'])(\.{1,2}\/[^"']*)\.ts\1/g, "$1$2.js$1"));
}
process.exitCode = status ?? 1;
