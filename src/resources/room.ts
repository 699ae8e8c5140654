import * as pulumi from "@pulumi/pulumi";

/** Removes what is in the way of a container or network of the deployment, before the engine creates that. */
export interface Room {
  /** @param name the one that is to be created, by its name on the host; likewise below */
  readonly forContainer: (name: string) => Promise<void>;
  readonly forNetwork: (name: string) => Promise<void>;
}

/** Makes room before a resource is created, and before a container that an earlier `up` could not start is started. */
export function makingRoom(name: string, { forContainer, forNetwork }: Room): pulumi.ResourceHookBinding {
  const hook = new pulumi.ResourceHook(`${name}-room`, async ({ type, newInputs }) => {
    const { name: wanted } = newInputs as { name: string };
    await (type === "docker:index/network:Network" ? forNetwork(wanted) : forContainer(wanted));
  });
  return { beforeCreate: [hook], beforeUpdate: [hook] };
}
