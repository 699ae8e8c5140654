import { beforePort, covers } from "../../deployment/address.ts";
import { setCommand } from "../config-key.ts";
import type { Rule } from "../rule.ts";

/** Two claims on one port of one endpoint meet when protocol and number agree and either address covers the other. */
export const hostPort: Rule<"hostPort"> = {
  kind: "hostPort",
  code: "port-in-use",
  place: (claim) => `${claim.protocol}/${claim.port}`,
  meet: (a, b) => a.protocol === b.protocol && a.port === b.port && covers(a.address, b.address),
  key: (claim) => `${beforePort(claim.address)}:${claim.port}/${claim.protocol}`,
  remedy: (wanted, free, stack) => {
    const port = free.port(wanted);
    if (port === undefined) return undefined;
    const path = wanted.configPath ?? ["ports", wanted.configKey ?? ""];
    return { remedy: setCommand(path, port, stack), remedyNote: "free on this host" };
  },
};
