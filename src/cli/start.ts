#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import { compiled, start } from "./compiled.ts";

// The command itself: main.ts with all that it needs, as scripts/bundle.ts puts it beside this file.
const bundle = fileURLToPath(new URL("command.cjs", import.meta.url));
start(compiled(bundle), bundle);
