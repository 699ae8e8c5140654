import { quoted } from "../notation/quoted.ts";
import type { Workload } from "../deployment/deployment.ts";
import type { ComposeService } from "../blueprint/blueprint.ts";
import type { Filler, Path } from "./interpolate.ts";

const policy = /^(?:always|never|build|if_not_present|missing|refresh|daily|weekly|every_(?:\d+[wdhms])+)$/;
const policyAllowed = "always, missing, never, build, daily, weekly or every_12h";

/** For which platform an image is, and when it is pulled; both absent where the file says nothing. */
export function pullOf(
  compose: Pick<ComposeService, "platform" | "pull_policy">,
  path: Path,
  filler: Filler,
): Pick<Workload, "platform" | "pullPolicy"> {
  const platform = filler.parsed(
    compose.platform || undefined,
    [...path, "platform"],
    (text) => (/^[\w.-]+(?:\/[\w.-]+){0,2}$/.test(text) ? text : undefined),
    "a platform, for example linux/amd64 or linux/arm64/v8",
  );
  const written = compose.pull_policy;
  if (written !== undefined && !policy.test(written))
    filler.wrong([...path, "pull_policy"], `found ${quoted(written)}`, policyAllowed);
  const pullPolicy = written === "if_not_present" ? "missing" : written;
  return {
    ...(platform !== undefined && { platform }),
    ...(pullPolicy !== undefined && pullPolicy !== "missing" && { pullPolicy }),
  };
}
