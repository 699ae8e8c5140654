#!/usr/bin/env node
import { join } from "node:path";
import { compiled, start } from "./compiled.ts";

// The command itself: main.ts with all that it needs, as scripts/build/bundle.ts puts it beside this script.
const bundle = join(__dirname, "command.cjs");
start(compiled(bundle), bundle);
