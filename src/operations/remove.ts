import { rmSync } from "node:fs";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { Deployment } from "../deployment/deployment.ts";
import { labels } from "../deployment/names.ts";
import { observeDirectory } from "../inventory/directories.ts";
import { dockerClient } from "../inventory/docker-client.ts";
import { isThisMachine } from "../inventory/endpoint.ts";
import { type DeployResult, type DeployWish, deploy } from "./deploy.ts";
import type { Engine } from "./engine.ts";

/**
 * Removes a deployment's containers and networks; its volumes stay, protected, unless data is to go too.
 * Then volumes that carry the deployment's own label and its static directory go, and its stack in the backend.
 */
export async function remove(
  engine: Engine,
  deployment: Deployment,
  wish: DeployWish & { readonly data: boolean },
): Promise<DeployResult> {
  if (!wish.data) return deploy(engine, deployment, "destroy", wish);
  const stack = await engine.stack(deployment.stack);
  await unprotect(stack);
  const result = await deploy(engine, deployment, "destroy", wish);
  if (!result.ok) return result;
  await removeData(deployment, wish.line);
  await stack.workspace.removeStack(deployment.stack, { preserveConfig: true });
  return result;
}

async function unprotect(stack: Stack): Promise<void> {
  const state = await stack.exportStack();
  const { resources = [] } = state.deployment as { resources?: { protect?: boolean }[] };
  if (!resources.some(({ protect }) => protect)) return;
  for (const resource of resources) resource.protect = false;
  await stack.importStack(state);
}

/** Removes what holds a deployment's data: only what carries its label or its mark. */
export async function removeData(deployment: Deployment, line: (text: string) => void): Promise<void> {
  const docker = await dockerClient(deployment.endpoint.url);
  const filters = { label: [`${labels.stack}=${deployment.id}`] };
  const { Volumes: volumes } = await docker.listVolumes({ filters });
  const adopted = deployment.volumes.filter((volume) => volume.adopted).map(({ name }) => name);
  for (const { Name: name } of volumes ?? []) {
    await docker.getVolume(name).remove();
    line(`removed the volume ${name}`);
  }
  for (const name of adopted) line(`kept the volume ${name}, which was here before: docker volume rm ${name}`);
  const path = deployment.staticDirectory?.path;
  if (path === undefined || !isThisMachine(deployment.endpoint.url)) return;
  const found = await observeDirectory(path);
  if (found.kind !== "ours" || found.owner !== deployment.id) return;
  rmSync(path, { recursive: true });
  line(`removed the directory ${path}`);
}
