import { fileURLToPath } from "node:url";
import { loadBlueprint } from "../src/blueprint/load.ts";
import { parseStack } from "../src/config/stack-file.ts";
import type { Claim } from "../src/claims/claim.ts";
import type { Inventory } from "../src/claims/inventory.ts";
import { claimsOf } from "../src/claims/of-deployment.ts";
import { realize } from "../src/realize/realize.ts";
import { resolve } from "../src/resolve/resolve.ts";
import { autoSubnet } from "../src/notation/stable-slot.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const endpoint = "unix:///var/run/docker.sock";
const setting = { organization: "organization", project: "berth", localEndpoint: endpoint };

/** The text of the stack file of a deployment that clashes with no other number. */
export const stackText = (index: number): string => `config:
  berth:blueprint: equipemed
  berth:prefix: hospital_${index}
  berth:ports:
    app: ${20_000 + index}
  berth:settings:
    HOSPITAL_NAME: Hospital ${index}
  berth:subnets:
    default: ${autoSubnet("", index)}
`;

/**
 * So many deployments of the hospital application on one host, with ten claims each.
 * @param clashing every so-manieth wants the port of the one before it; 0 for none
 */
export function inventoryOf(deployments: number, clashing = 0): Inventory {
  const claims = Array.from({ length: deployments }, (_, index) =>
    hospital(index).map((claim) => clash(claim, index)),
  ).flat();
  const capacity = { [endpoint]: { cpus: 64, memory: 2 ** 40 } };
  return { claims, capacity, findings: [], notLookedAt: [] };

  function clash(claim: Claim, index: number): Claim {
    if (clashing === 0 || claim.kind !== "hostPort" || index % clashing !== clashing - 1) return claim;
    return { ...claim, port: claim.port - 1 };
  }
}

const blueprint = loadBlueprint(root, "equipemed");

function hospital(index: number): Claim[] {
  const stack = `hospital-${index}`;
  const config = parseStack(stackText(index), stack, `Pulumi.${stack}.yaml`);
  if (!config.ok || !blueprint.ok) throw new Error("the benchmark's own stack file is wrong");
  const deployment = resolve(config.value, blueprint.value, setting);
  if (!deployment.ok) throw new Error("the benchmark's own deployment is wrong");
  return claimsOf(realize(deployment.value));
}
