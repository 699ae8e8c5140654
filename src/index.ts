import {
  engineProject,
  givenSecrets,
  isPodman,
  look,
  ownDeployment,
  platformPassword,
  tellDrift,
  volumeIdentities,
  withoutConflicts,
} from "./program.ts";
import { jobHost } from "./operations/job-host.ts";
import { Deployment } from "./resources/deployment.ts";

// Pulumi.<stack>.yaml and a blueprint make a deployment …
const project = await engineProject();
const { deployment, live } = ownDeployment(project);

// … which is held against the other stacks and everything live on the host; a conflict ends the program here …
const looked = look(deployment, live);
await withoutConflicts(project, deployment, looked);

// … and against what is live of it: what was changed there by hand is told, and repaired by the next `up` …
const attempts = await tellDrift(deployment, looked);

// … and only then becomes resources.
const { outputs } = new Deployment(deployment.stack, {
  deployment,
  secrets: givenSecrets(),
  attempts,
  identities: await volumeIdentities(deployment, looked),
  podman: await isPodman(looked),
  jobHost: jobHost(deployment),
  platformPassword: platformPassword(deployment, live),
});

export const url = outputs.url;
export const healthUrl = outputs.healthUrl;
export const ports = outputs.ports;
export const containers = outputs.containers;
export const volumes = outputs.volumes;
export const networks = outputs.networks;
export const staticDirectory = outputs.staticDirectory;
export const serverNames = outputs.serverNames;
export const platform = outputs.platform;
export const database = outputs.database;
