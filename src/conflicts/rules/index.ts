import type { ClaimKind } from "../claim.ts";
import type { Rule } from "../rule.ts";
import { hostPath } from "./host-path.ts";
import { hostPort } from "./host-port.ts";
import { container, network, prefix, volume } from "./names.ts";
import { serverName } from "./server-name.ts";
import { subnet } from "./subnet.ts";

/** Every kind of claim that two owners cannot share. CPU and memory are shared, and summed up: see capacity.ts. */
export const rules: { readonly [K in Exclude<ClaimKind, "cpu" | "memory">]: Rule<K> } = {
  prefix,
  hostPort,
  container,
  volume,
  network,
  subnet,
  hostPath,
  serverName,
};
