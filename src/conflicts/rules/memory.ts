import { sizeText } from "../../notation/quantities.ts";
import { overCapacity, type Resource } from "../capacity.ts";
import type { SharedRule } from "../rule.ts";

const resource: Resource = {
  kind: "memory",
  code: "memory-over-capacity",
  total: ({ memory: bytes }) => bytes,
  shown: sizeText,
  key: "memory",
  written: (bytes) => `${Math.floor(bytes / 1024 ** 2)}M`,
};

export const memory: SharedRule<"memory"> = {
  kind: "memory",
  code: resource.code,
  givenUp: true,
  findings: (claims, surroundings) => overCapacity(resource, claims, surroundings),
};
