import type { TestProject } from "vitest/node";
import { findCompose } from "../scripts/machine/compose.ts";
import { ensureDocker } from "../scripts/machine/ensure-docker.ts";
import { thisMachine } from "../scripts/machine/machine.ts";
import { makeSampleImage } from "../scripts/images/sample-image.ts";
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
  await makeSampleImage({ tag: "berth-test-eqmd:1", progress }).catch((error: Error) => progress(error.message));
  await findCompose(thisMachine(), progress);
  return "";
}

const progress = (line: string): void => console.error(line);
