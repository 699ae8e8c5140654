import { docker, perLine, pipe, sequence } from "../../findings/remedy.ts";
import type { ExclusiveRule } from "../rule.ts";
import { otherPrefix } from "./prefix.ts";

export const network: ExclusiveRule<"network"> = {
  kind: "network",
  code: "network-in-use",
  place: (claim) => claim.name,
  key: (claim) => claim.name,
  followsFromPrefix: () => true,
  nameUnderPrefix: (claim) => claim.name,
  removal: (endpoint, name) =>
    // Docker keeps a network while running containers are attached to it; the engine attaches ours to the new one.
    sequence(
      pipe(
        docker(endpoint, "network", "inspect", "-f", attached, name),
        perLine(docker(endpoint, "network", "disconnect", "-f", name)),
      ),
      docker(endpoint, "network", "rm", name),
    ),
  remedy: (_, free, stack) => otherPrefix(free, stack),
};

const attached = "{{range $id, $_ := .Containers}}{{println $id}}{{end}}";
