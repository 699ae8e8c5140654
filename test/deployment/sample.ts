import { fileURLToPath } from "node:url";
import { loadBlueprint } from "../../src/blueprint/load.ts";
import { parseBlueprint } from "../../src/blueprint/parse.ts";
import { parseStack } from "../../src/config/stack-file.ts";
import type { Checked } from "../../src/conflicts/finding.ts";
import type { Deployment } from "../../src/deployment/deployment.ts";
import { resolve } from "../../src/deployment/resolve.ts";
import { findingText } from "../../src/report/text.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Sample {
  /** The stack's name. */
  readonly stack: string;
  /** A blueprint's text; without it, the one of blueprints/ that the stack names. */
  readonly blueprintYaml?: string;
}

/**
 * The deployment of a stack file's text, as the program would make it on a local Docker in the project `berth`.
 * @throws with the findings, where there are errors.
 */
export function deploymentFrom(stackYaml: string, { stack, blueprintYaml }: Sample): Deployment {
  const config = valueOf(parseStack(stackYaml, stack, `Pulumi.${stack}.yaml`));
  const blueprint = valueOf(
    blueprintYaml === undefined
      ? loadBlueprint(root, config.blueprint)
      : parseBlueprint(blueprintYaml, "sample", "blueprints/sample.yaml"),
  );
  const localEndpoint = "unix:///var/run/docker.sock";
  return valueOf(resolve(config, blueprint, { organization: "organization", project: "berth", localEndpoint }));
}

function valueOf<T>(checked: Checked<T>): T {
  if (checked.ok) return checked.value;
  throw new Error(checked.findings.map(findingText).join("\n"));
}
