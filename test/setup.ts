import type { TestProject } from "vitest/node";
import { findCompose } from "../scripts/compose.ts";
import { ensureDocker } from "../scripts/ensure-docker.ts";
import { thisMachine } from "../scripts/machine.ts";
import { makeSampleImage } from "../scripts/sample-image.ts";
import { missingEngine } from "./engine/missing.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Why the tests of this layer cannot run on this machine; empty where they can. */
    missing: string;
  }
}

/** Before the layers of real machinery: Docker answers, the sample app's image is there, or the reason why not is told. */
export default async function setup(project: TestProject): Promise<void> {
  const missing = await prepare(project.name);
  project.provide("missing", missing);
  if (missing !== "") progress(missing);
}

async function prepare(layer: string): Promise<string> {
  const engine = layer === "engine" ? missingEngine() : "";
  if (engine !== "") return engine;
  const docker = await ensureDocker({ progress });
  if (docker.kind === "missing") return `${docker.reason}; ${docker.remedy}`;
  // Without the image only those tests fail that need it, each with a reason of its own.
  await makeSampleImage({ progress }).catch((error: Error) => progress(error.message));
  await findCompose(thisMachine(), progress);
  return "";
}

const progress = (line: string): void => console.error(line);
