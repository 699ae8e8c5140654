import {
  adoptionOf,
  engineProject,
  givenSecrets,
  heldImages,
  homeMarks,
  runtimeOf,
  isPreview,
  keptOf,
  keepsDatabases,
  look,
  ownDeployment,
  platformPassword,
  succession,
  reportDrift,
  volumeIdentities,
  withBuiltImages,
  withoutConflicts,
  withoutRefusals,
} from "./program.ts";
import { ownDirectories } from "./deployment/binds.ts";
import { isLocal } from "./deployment/endpoint.ts";
import { makeOwnDirectories } from "./disk/own-directories.ts";
import { jobHost } from "./host/job-host.ts";
import { serviceHost } from "./host/service-host.ts";
import { roomFor } from "./operations/make-room.ts";
import { runStatements } from "./operations/run-statements.ts";
import { Deployment } from "./resources/deployment.ts";

// Pulumi.<stack>.yaml and a blueprint make a deployment …
const project = await engineProject();
const { deployment, live } = ownDeployment(project);

// … which is held against the other stacks and everything live on the host; a conflict ends the program here …
const looked = look(project, deployment, live);
await withoutConflicts(deployment, looked);

// … and against what is live of it: changes made there outside Pulumi are reported, and repaired by the next `up` …
const attempts = await reportDrift(deployment, looked);

// … its images are built where the host does not have them …
await withBuiltImages(deployment, live);

// … as is what Docker alone can judge of it, before an `up` deletes anything …
await withoutRefusals(deployment, looked);

// … a stopped deployment keeps its containers, so an `up` stops them where they run …
const host = serviceHost(deployment);
if (!deployment.running && !isPreview()) await host.stop(deployment.containers);

// … directories with its data are created where Docker would create them as root …
if (!isPreview() && isLocal(deployment.endpoint)) makeOwnDirectories(ownDirectories(deployment));

// … and only then becomes resources.
const kept = await keptOf(looked);
const { outputs } = new Deployment(kept.name ?? deployment.stack, {
  deployment,
  secrets: givenSecrets(),
  attempts,
  kept,
  marks: await homeMarks(deployment, attempts, looked),
  identities: await volumeIdentities(deployment, looked),
  runtime: await runtimeOf(looked),
  heldImages: await heldImages(deployment, looked),
  keepsDatabases: await keepsDatabases(looked),
  jobHost: jobHost(deployment),
  serviceHost: host,
  room: roomFor(deployment, await succession(deployment, looked)),
  platformPassword: platformPassword(deployment, live),
  adoption: await adoptionOf(deployment, looked),
  statements: runStatements,
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
