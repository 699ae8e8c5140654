/**
 * Makes the image of the sample app in examples/equipemed, with a registry or without one:
 *   npx tsx scripts/images/sample-image.ts [--tag berth-sample/eqmd:1] [--version 1.0] [--base auto|official|host]
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import { type AppImage, type AppImageOptions, makeAppImage, makeByCommand } from "./app-image.ts";
import { readContext } from "./image-sources.ts";

const sources = fileURLToPath(new URL("../../examples/equipemed", import.meta.url));

/** A name that no installation has: `eqmd:latest` is what real ones run. */
export const sampleImage = "berth-sample/eqmd:1";

/**
 * `berth-sample/eqmd:1` by default.
 * @throws in words for the person who must act.
 */
export function makeSampleImage(options: AppImageOptions = {}): Promise<AppImage> {
  return makeAppImage(options.tag ?? sampleImage, () => readContext(sources), options);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await makeByCommand("sample-image", sampleImage, makeSampleImage);
}
