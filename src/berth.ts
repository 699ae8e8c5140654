/**
 * What another Pulumi program imports from `berth`: the component with the data it takes, the check, and the steps of
 * berth's own program for those who only want to add something to it.
 */
export { Deployment, type DeploymentArgs } from "./resources/deployment.ts";
export type { Outputs } from "./resources/outputs.ts";
export type { Deployment as DeploymentData, Service, Value } from "./deployment/deployment.ts";
export type { Container, Realization } from "./deployment/realization.ts";
export { realize } from "./realize/realize.ts";
export { resolve, type Setting } from "./resolve/resolve.ts";
export { parseStack, readStackFile } from "./config/stack-file.ts";
export { loadBlueprint } from "./blueprint/load.ts";
export { claimsOf } from "./claims/of-deployment.ts";
export { check, type CheckOptions } from "./conflicts/check.ts";
export type { Claim } from "./claims/claim.ts";
export type { Checked, Finding, FindingCode, Party, Source } from "./findings/finding.ts";
export type { Inventory } from "./claims/inventory.ts";
export { openProject, readDeployment, readSiblings, type Project } from "./project/project.ts";
export { type Existing, inventoryFor, type InventoryOptions } from "./project/inventory.ts";
export {
  engineProject,
  givenSecrets,
  homeMarks,
  keptOf,
  look,
  type Looked,
  ownDeployment,
  platformPassword,
  succession,
  reportDrift,
  volumeIdentities,
  withoutConflicts,
  withoutRefusals,
} from "./program.ts";
export { jobHost } from "./host/job-host.ts";
export { roomFor } from "./operations/make-room.ts";
export { serviceHost } from "./host/service-host.ts";
export { runStatements } from "./operations/run-statements.ts";
export { findingText, reportText } from "./report/text.ts";
export { shownTo } from "./report/shown-finding.ts";
