import type { Rules } from "../rule.ts";
import { address } from "./address.ts";
import { alias } from "./alias.ts";
import { connections } from "./connections.ts";
import { container } from "./container.ts";
import { cpu } from "./cpu.ts";
import { database } from "./database.ts";
import { hostPath } from "./host-path.ts";
import { hostPort } from "./host-port.ts";
import { memory } from "./memory.ts";
import { network } from "./network.ts";
import { prefix } from "./prefix.ts";
import { role } from "./role.ts";
import { serverName } from "./server-name.ts";
import { subnet } from "./subnet.ts";
import { volume } from "./volume.ts";

/** The rule of every kind of claim; a kind without one does not compile. */
export const rules = {
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
  cpu,
  memory,
  connections,
} as const satisfies Rules;
