import { RandomPet } from "@pulumi/random";
import {
  Deployment,
  engineProject,
  givenSecrets,
  homeMarks,
  jobHost,
  keptOf,
  look,
  ownDeployment,
  roomFor,
  serviceHost,
  succession,
  volumeIdentities,
  withoutConflicts,
  withoutRefusals,
} from "berth-stacks";

// The same steps as berth's own program: read, check, declare …
const project = await engineProject();
const { deployment, live } = ownDeployment(project);
const looked = look(project, deployment, live);
await withoutConflicts(deployment, looked);
await withoutRefusals(deployment, looked);
const clinic = new Deployment("clinic", {
  deployment,
  secrets: givenSecrets(),
  // What the state holds keeps its names there, and what is created says where the state is.
  kept: await keptOf(looked),
  marks: await homeMarks(deployment, {}, looked),
  identities: await volumeIdentities(deployment, looked),
  // An `up` counts once the services stay up, gives a place free before another service takes it, and runs the jobs.
  serviceHost: serviceHost(deployment),
  room: roomFor(deployment, await succession(deployment, looked)),
  jobHost: jobHost(deployment),
});

// … and whatever else belongs to it.
const nickname = new RandomPet("nickname", {}, { parent: clinic });

export const url = clinic.outputs.url;
export const called = nickname.id;
