import type { Claim } from "../src/conflicts/claim.ts";
import type { Inventory } from "../src/conflicts/inventory.ts";
import { autoSubnet } from "../src/deployment/slot.ts";

const endpoint = "unix:///var/run/docker.sock";

/**
 * So many deployments of one host with ten claims each.
 * @param clashing every so-manieth wants the port of the one before it; 0 for none
 */
export function inventoryOf(deployments: number, clashing = 0): Inventory {
  const claims = Array.from({ length: deployments }, (_, index) => claimsOf(index, clashing)).flat();
  return { claims, capacity: { [endpoint]: { cpus: 1e6, memory: 1e15 } }, findings: [], notLookedAt: [] };
}

function claimsOf(index: number, clashing: number): Claim[] {
  const stack = `hospital-${index}`;
  const prefix = `hospital_${index}`;
  const base = (path: string) => ({
    endpoint,
    owner: { kind: "deployment", id: `organization/berth/${stack}`, stack, service: "app" } as const,
    source: { file: `Pulumi.${stack}.yaml`, path },
  });
  const port = 5000 + (clashing > 0 && index % clashing === clashing - 1 ? index - 1 : index);
  const network = `${prefix}_default`;
  return [
    { ...base("berth:prefix"), kind: "prefix", prefix },
    { ...base("berth:ports.app"), kind: "hostPort", address: "0.0.0.0", protocol: "tcp", port, configKey: "app" },
    { ...base("berth:prefix"), kind: "container", name: `${prefix}_app` },
    { ...base("berth:prefix"), kind: "volume", name: `${prefix}_database` },
    { ...base("berth:prefix"), kind: "volume", name: `${prefix}_media_files` },
    { ...base("berth:prefix"), kind: "network", name: network },
    { ...base("berth:subnets.default"), kind: "subnet", subnet: autoSubnet("", index), network, networkKey: "default" },
    { ...base("x-berth.static"), kind: "hostPath", path: `/var/www/${prefix}_static_eqmd_latest` },
    { ...base("berth:domain"), kind: "serverName", serverName: `${stack}.hospital.example` },
    { ...base("berth:services.app"), kind: "memory", limit: 512e6, reserved: 128e6 },
  ];
}
