// What the engine runs (`main` in Pulumi.yaml): index.ts as `npm run build` has bundled it, which starts in less than half
// the time; as written where there is no bundle, or a source is newer than it.
import { readFileSync, statSync } from "node:fs";

const root = new URL("../", import.meta.url);
const bundle = new URL("dist/program.js", root);

function isFresh() {
  try {
    const built = statSync(bundle).mtimeMs;
    const sources = JSON.parse(readFileSync(new URL("dist/program.json", root), "utf8"));
    return sources.every((source) => statSync(new URL(source, root)).mtimeMs <= built);
  } catch {
    return false; // one of the files is missing
  }
}

async function asWritten() {
  const { register } = await import("tsx/esm/api");
  register();
  return import("./index.ts");
}

export default { ...(isFresh() ? await import(bundle.href) : await asWritten()) };
