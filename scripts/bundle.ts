import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * Bundles the command `berth` and the library of the same name into dist/. The program that the engine runs needs no
 * bundle; a command does, to start in a fraction of a second. What a command needs only at times (Pulumi's SDK, dockerode,
 * prompts) it imports at that time, from a chunk or package of its own. zod is imported as a namespace (`* as z`): with its
 * member `z` would come all that it has, its messages in every language too, which is a third of the bundle.
 */
const root = join(import.meta.dirname, "..");
const outdir = join(root, "dist");

rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { cli: "src/cli/main.ts" },
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Names stay, for traces; what is only read by people is not read before each command.
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: "linked",
  // yaml's build for Node asks the process's environment at every token, which takes a third of its time.
  alias: { yaml: join(root, "node_modules", "yaml", "browser", "index.js") },
  external: ["@pulumi/*", "dockerode", "@inquirer/*", "ora"],
  // Packages of the old module system ask for Node's own modules with require().
  banner: { js: 'import { createRequire } from "node:module";const require = createRequire(import.meta.url);' },
});
await build({
  absWorkingDir: root,
  entryPoints: { berth: "src/berth.ts" },
  outdir,
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: "linked",
});
chmodSync(join(outdir, "cli.js"), 0o755);
