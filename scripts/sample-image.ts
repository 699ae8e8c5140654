/**
 * Makes the image of the sample app in examples/equipemed, with a registry or without one:
 *   npx tsx scripts/sample-image.ts [--tag eqmd:latest] [--version 1.0] [--base auto|official|host]
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import { type AppImage, type AppImageOptions, makeAppImage, makeByCommand } from "./app-image.ts";
import { readContext } from "./image-sources.ts";

const sources = fileURLToPath(new URL("../examples/equipemed", import.meta.url));

/**
 * `eqmd:latest` by default.
 * @throws in words for the person who must act.
 */
export function makeSampleImage(options: AppImageOptions = {}): Promise<AppImage> {
  return makeAppImage(options.tag ?? "eqmd:latest", () => readContext(sources), options);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await makeByCommand("sample-image", "eqmd:latest", makeSampleImage);
}
