/**
 * What is different where Podman answers in Docker's place, as seen with Podman 4.3. The only place of this room that
 * knows; src/drift/podman.ts knows the same of what is live.
 */

/**
 * Of a container, what Podman tells in other words than it was told, or not at all: the provider would take each for a
 * change, and replace the container by every `up`. None of it can change while a container lives. What the deployment
 * changes of it arrives nevertheless: it changes the label `berth.spec`, which makes a new container, and of a new one
 * the engine ignores nothing.
 */
const containerToldOtherwise = {
  capabilities: "one by one, as they differ from those that Podman gives by itself",
  logOpts: "not at all",
  securityOpts: "`no-new-privileges` without `:true`",
  stopSignal: "as a number",
  sysctls: "not at all",
  tmpfs: "with options of its own, and those that it makes by itself for a root file system that is read-only",
};

const networkToldOtherwise = { ipamOptions: "`driver: host-local`, which it adds by itself" };

/** What Docker changes of a container that goes on running; Podman knows no `docker update`. */
const notUpdated = ["restart", "maxRetryCount", "memory", "memorySwap", "memoryReservation"];

/**
 * The address of a published port, for all addresses or for one. Told `0.0.0.0`, netavark 1.4 makes a rule for that
 * address alone, and nothing ever answers on the port; told nothing, it means all, and so does the provider.
 */
export const podmanAddress = (address: string): string => (address === "0.0.0.0" ? "" : address);

/** What the engine has to be told of resources on Podman, beside what it is told anyway. */
export const podmanOptions = {
  container: { ignoreChanges: Object.keys(containerToldOtherwise), replaceOnChanges: notUpdated },
  network: { ignoreChanges: Object.keys(networkToldOtherwise) },
};
