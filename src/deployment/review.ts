import type { Blueprint } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import type { Finding } from "../conflicts/finding.ts";
import { checklistFindings } from "./checklist.ts";
import type { Deployment } from "./deployment.ts";
import { incompleteGroups } from "./groups.ts";
import { tuningFindings } from "./tuning.ts";

/** What a deployment must not go live with, although all that it claims is known. */
export const reviewed = (deployment: Deployment, config: StackConfig, blueprint: Blueprint): Finding[] => [
  ...incompleteGroups(config, blueprint),
  ...tuningFindings(deployment),
  ...(deployment.environment === "production" ? checklistFindings(deployment, config, blueprint) : []),
];
