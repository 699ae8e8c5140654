import { rmSync } from "node:fs";
import type { Realization } from "../../deployment/realization.ts";
import { dockerClient } from "../../docker/client.ts";
import { type Engine, resourcesOf } from "../../engine/engine.ts";
import type { Finding } from "../../findings/finding.ts";
import { NotReached } from "../../findings/stopped.ts";
import { databaseCourse, type KeptResource } from "../database-course.ts";
import { deploy } from "../deploy.ts";
import { reaching } from "../reaching.ts";
import type { RemovePorts } from "./facts.ts";
import { ownedData } from "./owned-data.ts";

interface RemovePortsOptions {
  /** Undefined where there is none: then nothing of the deployment is known to one. */
  readonly engine: Engine | undefined;
  readonly deployment: Realization;
  readonly inUse: () => Promise<readonly Finding[]>;
  /** Called with every line that the engine prints. */
  readonly line: (text: string) => void;
}

/** The real engine, Docker and disk. */
export function removePorts({ engine, deployment, inUse, line }: RemovePortsOptions): RemovePorts {
  const { stack, endpoint } = deployment;
  const existing = () => engine?.existing(stack);
  const known = (): Engine => {
    if (engine === undefined) throw new NotReached("the Pulumi CLI is not on PATH");
    return engine;
  };
  return {
    inUse,
    resources: async () => {
      const found = await existing();
      return found && (await resourcesOf(found));
    },
    course: (resources) => databaseCourse(deployment, "destroy", resources),
    ownedData: (memory) => reaching(endpoint.url, () => ownedData(deployment, memory)),
    protect: async (urns) => {
      const found = await existing();
      const present: readonly KeptResource[] = found === undefined ? [] : await resourcesOf(found);
      await known().protect(
        stack,
        urns.filter((urn) => present.some((resource) => resource.urn === urn)),
      );
    },
    unprotect: () => known().unprotect(stack),
    destroy: (course) => deploy(known(), deployment, "destroy", { line, course }),
    removeVolume: async (name) => {
      const docker = await dockerClient(endpoint.url);
      await docker.getVolume(name).remove().catch(unlessAbsent);
    },
    removeDirectory: (path) => Promise.resolve(rmSync(path, { recursive: true, force: true })),
    removeStack: async (force) => {
      const found = await existing();
      await found?.workspace.removeStack(stack, { preserveConfig: true, force });
    },
  };
}

function unlessAbsent(error: Error & { statusCode?: number }): void {
  if (error.statusCode !== 404) throw error;
}
