/**
 * Makes the image of the sample app in examples/records, with a registry or without one:
 *   npx tsx scripts/images/records-image.ts [--tag NAME] [--version 1.0] [--base auto|official|host]
 */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { type AppImage, type AppImageOptions, makeAppImage, makeByCommand } from "./app-image.ts";
import type { Entry } from "./image-build.ts";
import { readContext } from "./image-sources.ts";

export interface RecordsImageOptions extends AppImageOptions {
  /** SQL by file name, applied after the app's own, such as `{ "003_notes.sql": "alter table …" }`. */
  readonly migrations?: Readonly<Record<string, string>>;
}

const sources = fileURLToPath(new URL("../../examples/records", import.meta.url));

/**
 * `berth-sample/records:<version>` by default.
 * @throws in words for the person who must act.
 */
export function makeRecordsImage(options: RecordsImageOptions = {}): Promise<AppImage> {
  const { tag = `berth-sample/records:${options.version ?? "1.0"}`, migrations = {} } = options;
  const context = async (): Promise<Entry[]> => [
    ...(await readContext(sources)).filter(({ name }) => !name.endsWith(".ts")),
    text("records.mjs", await bundle()),
    ...Object.entries(migrations).map(([name, sql]) => text(`migrations/${name}`, sql)),
  ];
  return makeAppImage(tag, context, options);
}

const text = (name: string, content: string): Entry => ({ kind: "text", name, mode: 0o644, text: content });

/** The program with its packages in one file. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(sources, "main.ts")],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["pg-native"],
    // Packages of the old module system ask for Node's own modules with require().
    banner: { js: 'import { createRequire } from "node:module";const require = createRequire(import.meta.url);' },
  });
  return outputFiles[0]?.text ?? "";
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await makeByCommand("records-image", "berth-sample/records:<version>", makeRecordsImage);
}
