import type { ExclusiveRule } from "../rule.ts";
import { atServer } from "./database.ts";

export const role: ExclusiveRule<"role"> = { kind: "role", code: "role-in-use", ...atServer };
