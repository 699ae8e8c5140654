import * as pulumi from "@pulumi/pulumi";
import type { Realization } from "../../../src/deployment/realization.ts";
import { Deployment, type DeploymentArgs } from "../../../src/resources/deployment.ts";

/** A resource as the program declares it: its inputs, still with their secrets wrapped, and its options. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly options: pulumi.CustomResourceOptions;
}

export type Wishes = Omit<DeploymentArgs, "deployment"> & {
  /** What a provider waits for before it makes a resource. */
  readonly before?: (name: string) => Promise<void>;
  /** Told each resource at once when the program declares it. */
  readonly noted?: (declared: Declared) => void;
};

/** Everything that the component declares for a deployment, in its order; nothing but the program runs. */
export async function declare(
  deployment: Realization,
  { before = () => Promise.resolve(), noted, statements = () => Promise.resolve(), ...args }: Wishes = {},
  options: pulumi.ComponentResourceOptions = {},
): Promise<{ readonly declared: readonly Declared[]; readonly component: Deployment }> {
  const newResource: pulumi.runtime.Mocks["newResource"] = (made) => before(made.name).then(() => answer(made));
  await pulumi.runtime.setMocks({ call: () => ({}), newResource }, "berth", deployment.stack);
  const declared: Declared[] = [];
  const resources: pulumi.Resource[] = [];
  const note: pulumi.ResourceTransformation = ({ type, name, props, opts, resource }) => {
    declared.push({ type, name, inputs: props, options: opts });
    resources.push(resource);
    noted?.({ type, name, inputs: props, options: opts });
    return undefined;
  };
  const component = new Deployment(
    deployment.stack,
    { deployment, statements, ...args },
    { ...options, transformations: [note] },
  );
  // What waits for something else is done when its URN is known.
  for (let known = 0; known < resources.length; known += 1) await valueOf(resources[known]?.urn);
  await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
  return { declared, component };
}

/** What the providers would answer. */
const answer = ({ type, name, inputs }: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult => {
  const made = inputs as Record<string, unknown>;
  if (type === "docker:index/remoteImage:RemoteImage")
    return { id: name, state: { ...made, imageId: `sha256:of ${String(made["name"])}` } };
  if (type === "docker:index/container:Container")
    return { id: name, state: { ...made, exitCode: 0, containerLogs: "" } };
  return { id: `id of ${name}`, state: { ...made, result: `generated for ${name}` } };
};

/** What a value of an input comes to, whatever it waits for; secrets in the clear. */
export const valueOf = <T>(input: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> =>
  new Promise((done) => pulumi.output(input).apply((value) => done(value)));

/** Whether the engine would keep a value encrypted. */
export const isSecret = (input: unknown): Promise<boolean> => pulumi.isSecret(pulumi.output(input));
