import { docker, instruction } from "../../findings/remedy.ts";
import type { ExclusiveRule } from "../rule.ts";

/** Docker gives an address of a network once, and a container that wants one which is taken does not start. */
export const address: ExclusiveRule<"address"> = {
  kind: "address",
  code: "address-in-use",
  place: (claim) => `${claim.network} ${claim.address}`,
  key: (claim) => `${claim.address} in ${claim.network}`,
  followsFromPrefix: () => false,
  remedy: ({ network, source, endpoint }, _free, _stack, { owner }) =>
    owner.kind === "container"
      ? {
          remedy: docker(endpoint.url, "network", "disconnect", network, owner.name),
          remedyNote: "it keeps its other networks",
        }
      : { remedy: instruction(`name another address in ${source?.file}: ${source?.path}`) },
};
