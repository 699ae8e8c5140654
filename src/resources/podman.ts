/**
 * What Podman reads back in other words than it was given [Podman 4.3.1, @pulumi/docker 5.2.0]: the provider would take it
 * for a change, and replace the container or network in every run. What the specification says of these still counts: a
 * container of another one has another label `berth.spec`, which replaces it.
 */
export const otherWords = {
  /** `ALL` as a list of all, no options of the log, `no-new-privileges` without its `:true`, signals as numbers. */
  container: ["capabilities", "logOpts", "securityOpts", "stopSignal"],
  /** The driver of IPAM, which nobody asked for. */
  network: ["ipamOptions"],
};
