import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { bundleAll } from "../scripts/build/bundle.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A folder of this run, removed at its end. Its `bin` has the command `berth`, for PATH. */
    folder: string;
  }
}

/** Once before all layers: bundles what they run, as it is now. */
export default async function setup(project: TestProject): Promise<() => void> {
  await bundleAll();
  const folder = mkdtempSync(join(tmpdir(), "berth-test-"));
  mkdirSync(join(folder, "bin"));
  symlinkSync(join(import.meta.dirname, "..", "dist", "cli.cjs"), join(folder, "bin", "berth"));
  project.provide("folder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
