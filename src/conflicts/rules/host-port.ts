import { beforePort, covers } from "../../notation/address.ts";
import { instruction, setKey } from "../../findings/remedy.ts";
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
    const path = wanted.configPath ?? ["ports", wanted.configKey ?? ""];
    if (port === undefined)
      return {
        remedy: instruction(
          `no port from 1024 to 65535 is free on this host: free one, and set berth:${path.join(".")}`,
        ),
      };
    return { remedy: setKey(path, port, stack), remedyNote: "free on this host" };
  },
};
