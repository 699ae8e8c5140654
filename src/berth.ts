/**
 * What another Pulumi program imports from `berth`: the component with the data it takes, the check, and the steps of
 * berth's own program for those who only want to add something to it.
 */
export { Deployment, type DeploymentArgs } from "./resources/deployment.ts";
export type { Outputs } from "./resources/outputs.ts";
export type { Deployment as DeploymentData, Service, Value } from "./deployment/deployment.ts";
export { resolve, type Setting } from "./deployment/resolve.ts";
export { parseStack, readStackFile } from "./config/stack-file.ts";
export { loadBlueprint } from "./blueprint/load.ts";
export { claimsOf } from "./deployment/claims.ts";
export { check, type CheckOptions } from "./conflicts/check.ts";
export type { Claim } from "./conflicts/claim.ts";
export type { Checked, Finding, FindingCode, Party, Source } from "./conflicts/finding.ts";
export type { Inventory } from "./conflicts/inventory.ts";
export { openProject, readDeployment, readSiblings, type Project } from "./inventory/project.ts";
export { observe, type Observed } from "./inventory/observe.ts";
export {
  engineProject,
  givenSecrets,
  look,
  type Looked,
  ownDeployment,
  platformPassword,
  tellDrift,
  withoutConflicts,
} from "./program.ts";
export { findingText, reportText } from "./report/text.ts";
