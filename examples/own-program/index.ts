import { RandomPet } from "@pulumi/random";
import { Deployment, engineProject, givenSecrets, look, ownDeployment, withoutConflicts } from "berth";

// The same steps as berth's own program: read, check, declare …
const project = await engineProject();
const { deployment, live } = ownDeployment(project);
await withoutConflicts(project, deployment, look(deployment, live));
const clinic = new Deployment("clinic", { deployment, secrets: givenSecrets() });

// … and whatever else belongs to it.
const nickname = new RandomPet("nickname", {}, { parent: clinic });

export const url = clinic.outputs.url;
export const called = nickname.id;
