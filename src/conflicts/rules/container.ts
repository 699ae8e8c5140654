import { docker } from "../../findings/remedy.ts";
import type { ExclusiveRule } from "../rule.ts";
import { otherPrefix } from "./prefix.ts";

export const container: ExclusiveRule<"container"> = {
  kind: "container",
  code: "container-name-in-use",
  place: (claim) => claim.name,
  key: (claim) => claim.name,
  followsFromPrefix: () => true,
  nameUnderPrefix: (claim) => claim.name,
  removal: (endpoint, name) => docker(endpoint, "rm", "-f", name),
  remedy: (_, free, stack) => otherPrefix(free, stack),
};
