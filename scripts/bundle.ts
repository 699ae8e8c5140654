import { spawnSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build, type BuildOptions } from "esbuild";

const root = join(import.meta.dirname, "..");
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  sourcemap: "linked",
} satisfies BuildOptions;

/**
 * Bundles the command `berth`, to start in a fraction of a second; the program that the engine runs needs no bundle. What a
 * command needs only at times (Pulumi's SDK, dockerode, prompts) it imports at that time. zod is imported as a namespace
 * (`* as z`): with its member `z` would come all that it has, its messages in every language too, which is a third of it.
 */
export async function bundleCommand(outdir: string): Promise<void> {
  // A script starts sooner than a module.
  const script = { ...common, outdir, format: "cjs", outExtension: { ".js": ".cjs" } } satisfies BuildOptions;
  await build({
    ...script,
    entryPoints: { command: "src/cli/main.ts" },
    // Names stay, for traces; what is only read by people is not read before each command.
    minifySyntax: true,
    minifyWhitespace: true,
    // yaml's build for Node asks the process's environment at every token, which takes a third of its time.
    alias: { yaml: join(root, "node_modules", "yaml", "browser", "index.js") },
    // A script that V8 has kept the code of can import nothing, but require everything.
    supported: { "dynamic-import": false },
    external: ["@pulumi/*", "dockerode"],
  });
  await build({ ...script, entryPoints: { cli: "src/cli/start.ts" } });
  chmodSync(join(outdir, "cli.cjs"), 0o755);
  const keep = [join(root, "scripts", "keep-code.ts"), join(outdir, "command.cjs"), "check", "--offline"];
  // What it finds does not count here; and where nothing is kept, the command only starts a little later.
  spawnSync(process.execPath, ["--import", "tsx", ...keep], { cwd: root, stdio: "ignore" });
}

/** Bundles the library of the same name. */
const bundleLibrary = (outdir: string) =>
  build({ ...common, entryPoints: { berth: "src/berth.ts" }, outdir, packages: "external", format: "esm" });

if (process.argv[1] === import.meta.filename) {
  const dist = join(root, "dist");
  rmSync(dist, { recursive: true, force: true });
  await Promise.all([bundleCommand(dist), bundleLibrary(dist)]);
}
