import { rmSync } from "node:fs";
import type { Deployment } from "../deployment/deployment.ts";
import { labels } from "../deployment/names.ts";
import { observeDirectory } from "../inventory/directories.ts";
import { dockerClient } from "../inventory/docker-client.ts";
import { isThisMachine } from "../inventory/endpoint.ts";
import { type DeployResult, type DeployWish, deploy } from "./deploy.ts";
import type { Engine } from "./engine.ts";

/**
 * Removes a deployment's containers and networks; its volumes stay, protected, and the generated secrets with which their
 * data was made, unless data is to go too.
 * Then volumes that carry the deployment's own label and its static directory go, and its stack in the backend.
 */
export async function remove(
  engine: Engine,
  deployment: Deployment,
  wish: DeployWish & { readonly data: boolean },
): Promise<DeployResult> {
  const stack = await engine.existing(deployment.stack);
  if (stack !== undefined) await (wish.data ? engine.unprotect(deployment.stack) : engine.keepSecrets(stack));
  const result =
    stack === undefined ? nothingThere(deployment, wish) : await deploy(engine, deployment, "destroy", wish);
  if (!result.ok || !wish.data) return result;
  const problems = await removeData(deployment, wish.line);
  if (problems.length > 0) return { ...result, ok: false, problems };
  await stack?.workspace.removeStack(deployment.stack, { preserveConfig: true });
  return result;
}

function nothingThere({ stack }: Deployment, { line }: DeployWish): DeployResult {
  line("was never brought up by the engine: it has nothing to remove");
  return { stack, operation: "destroy", ok: true, changes: {}, problems: [] };
}

/**
 * Removes what holds a deployment's data: only what carries its label or its mark.
 * @returns what could not be removed, and why; told as lines, too.
 */
export async function removeData(deployment: Deployment, line: (text: string) => void): Promise<string[]> {
  const docker = await dockerClient(deployment.endpoint.url);
  const filters = { label: [`${labels.stack}=${deployment.id}`] };
  const { Volumes: volumes } = await docker.listVolumes({ filters });
  const problems: string[] = [];
  for (const { Name: name } of volumes ?? []) {
    try {
      await docker.getVolume(name).remove();
      line(`removed the volume ${name}`);
    } catch (error) {
      problems.push(`the volume ${name} could not be removed: ${reasonOf(error)}`);
    }
  }
  const adopted = deployment.volumes.filter((volume) => volume.adopted).map(({ name }) => name);
  for (const name of adopted) line(`kept the volume ${name}, which was here before: docker volume rm ${name}`);
  const path = deployment.staticDirectory?.path;
  if (path !== undefined && (await isOwnDirectory(path, deployment))) {
    try {
      rmSync(path, { recursive: true });
      line(`removed the directory ${path}`);
    } catch (error) {
      problems.push(`the directory ${path} could not be removed: ${reasonOf(error)}`);
    }
  }
  for (const problem of problems) line(problem);
  return problems;
}

async function isOwnDirectory(path: string, { endpoint, id }: Deployment): Promise<boolean> {
  if (!isThisMachine(endpoint.url)) return false;
  const found = await observeDirectory(path);
  return found.kind === "ours" && found.owner === id;
}

/** Docker's own words, where it has any: `volume is in use - [4f1c…]`. */
function reasonOf(error: unknown): string {
  const { json, message } = error as { json?: { message?: string }; message?: string };
  return json?.message ?? message ?? String(error);
}
