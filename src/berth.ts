/**
 * What another Pulumi program imports from `berth`: the component, the data it takes, and the check.
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
export { attemptsOf } from "./drift/attempts.ts";
export { compare, type CompareOptions } from "./drift/compare.ts";
export { containerDrifts } from "./drift/container.ts";
export { type Known, knownOf } from "./drift/known.ts";
export { observeLive } from "./drift/observe-live.ts";
export { findingText, reportText } from "./report/text.ts";
