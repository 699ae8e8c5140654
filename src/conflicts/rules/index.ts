import type { ClaimKind } from "../../claims/claim.ts";
import type { Rule } from "../rule.ts";
import { address } from "./address.ts";
import { alias } from "./alias.ts";
import { hostPath } from "./host-path.ts";
import { hostPort } from "./host-port.ts";
import { container, database, network, prefix, role, volume } from "./names.ts";
import { serverName } from "./server-name.ts";
import { subnet } from "./subnet.ts";

/** Every kind of claim that two owners cannot share. CPU, memory and sessions are shared, and summed up: see capacity.ts and connections.ts. */
export const rules: { readonly [K in Exclude<ClaimKind, "cpu" | "memory" | "connections">]: Rule<K> } = {
  prefix,
  hostPort,
  container,
  volume,
  network,
  subnet,
  address,
  hostPath,
  serverName,
  alias,
  database,
  role,
};
