import { setKey } from "../../findings/remedy.ts";
import type { Rule } from "../rule.ts";

export const serverName: Rule<"serverName"> = {
  kind: "serverName",
  code: "server-name-in-use",
  place: (claim) => claim.serverName,
  key: (claim) => claim.serverName,
  remedy: (wanted, free, stack) => ({
    remedy: setKey(["domain"], free.serverName(wanted.serverName, stack), stack),
    remedyNote: "no other stack has it",
  }),
};
