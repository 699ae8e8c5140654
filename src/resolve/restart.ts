import type { ComposeService } from "../blueprint/blueprint.ts";
import type { Restart } from "../deployment/deployment.ts";
import { quoted } from "../notation/quoted.ts";
import type { Filler, Path } from "./interpolate.ts";

type Policy = NonNullable<NonNullable<ComposeService["deploy"]>["restart_policy"]>;

const policies: Readonly<Record<string, Restart["policy"]>> = {
  none: "no",
  no: "no",
  "on-failure": "on-failure",
  any: "always",
  always: "always",
  "unless-stopped": "unless-stopped",
};

/** The policy under `deploy:`, which counts before `restart:`; undefined where there is none. Without a condition nothing restarts. */
export function swarmRestart(written: Policy | undefined, path: Path, filler: Filler): Restart | undefined {
  if (written === undefined) return undefined;
  const { condition = "none", max_attempts } = written;
  const policy = Object.hasOwn(policies, condition) ? policies[condition] : undefined;
  if (policy === undefined)
    filler.wrong([...path, "condition"], `found ${quoted(condition)}`, "none, on-failure or any");
  const attempts = filler.parsed(max_attempts, [...path, "max_attempts"], count, "a whole number") ?? 0;
  if (policy === "on-failure") return { policy, maximumRetries: attempts };
  if (attempts > 0) filler.warn([...path, "max_attempts"], "it counts with the condition on-failure only");
  return { policy: policy ?? "no" };
}

const count = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
