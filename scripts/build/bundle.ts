import { spawnSync } from "node:child_process";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type BuildOptions } from "esbuild";

const root = join(import.meta.dirname, "..", "..");

const dist = join(root, "dist");

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  sourcemap: "linked",
} satisfies BuildOptions;

/**
 * Bundles the command `berth`, to start in a fraction of a second. What a command needs only at times (Pulumi's SDK,
 * dockerode, prompts) it imports at that time. zod is imported as a namespace (`* as z`): with its member `z` would
 * come all that it has, its messages in every language too, which is a third of it.
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
  await build({ ...script, entryPoints: { cli: "src/cli/bin.ts" } });
  chmodSync(join(outdir, "cli.cjs"), 0o755);
  const keep = [join(root, "scripts", "build", "keep-code.ts"), join(outdir, "command.cjs"), "check", "--offline"];
  // What it finds does not count here; and where nothing is kept, the command only starts a little later.
  spawnSync(process.execPath, ["--import", "tsx", ...keep], { cwd: root, stdio: "ignore" });
}

/**
 * Bundles the program that the engine runs, with a list of its sources: src/bundled.mjs runs it while none of them is
 * newer.
 */
export async function bundleProgram(outdir: string): Promise<void> {
  const { metafile } = await build({
    ...common,
    entryPoints: { program: "src/index.ts" },
    outdir,
    packages: "external",
    format: "esm",
    metafile: true,
  });
  writeFileSync(join(outdir, "program.json"), JSON.stringify(Object.keys(metafile.inputs)));
}

/** Bundles the library of the same name. */
const bundleLibrary = (outdir: string) =>
  build({ ...common, entryPoints: { berth: "src/berth.ts" }, outdir, packages: "external", format: "esm" });

/** Bundles all of them. */
export async function bundleAll(): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  await Promise.all([bundleCommand(dist), bundleProgram(dist), bundleLibrary(dist)]);
}

if (process.argv[1] === import.meta.filename) await bundleAll();
