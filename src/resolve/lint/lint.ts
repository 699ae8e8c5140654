import type { Blueprint } from "../../blueprint/blueprint.ts";
import type { StackConfig } from "../../config/stack-config.ts";
import type { Finding } from "../../findings/finding.ts";
import { blueprintSecrets } from "../blueprint-secrets.ts";
import { checklistFindings } from "./checklist.ts";
import { dangerousRights } from "./dangerous-rights.ts";
import { exportOnlyFindings } from "./export-only.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { clearSecrets } from "./clear-secrets.ts";
import { unreadableFiles } from "../../deployment/file-access.ts";
import { incompleteGroups } from "./groups.ts";
import { replacedNames } from "./replaced-names.ts";
import { tuningFindings } from "./tuning.ts";

/** What a deployment must not go live with, although all that it claims is known. */
export const reviewed = (deployment: Deployment, config: StackConfig, blueprint: Blueprint): Finding[] => [
  ...incompleteGroups(config, blueprint),
  ...clearSecrets(config, blueprint),
  ...blueprintSecrets(deployment, config, blueprint),
  ...dangerousRights(deployment, blueprint),
  ...exportOnlyFindings(deployment, blueprint),
  ...unreadableFiles(deployment, ({ user }) => user),
  ...replacedNames(deployment, blueprint),
  ...tuningFindings(deployment),
  ...(deployment.environment === "production" ? checklistFindings(deployment, config, blueprint) : []),
];
