import { writeFileSync } from "node:fs";
import { codeFile, compiled, start } from "../../src/cli/compiled.ts";

/** Runs a bundled command (the first argument) with the others as its own, and keeps the code that V8 made for that. */
const [bundle = ""] = process.argv.splice(2, 1);
const script = compiled(bundle);
process.on("exit", () => writeFileSync(codeFile(bundle), script.createCachedData()));
start(script, bundle);
