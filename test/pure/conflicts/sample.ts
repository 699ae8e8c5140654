import type { Finding } from "../../../src/findings/finding.ts";
import { dockerEndpoint } from "../../../src/deployment/endpoint.ts";
import { check, type CheckOptions } from "../../../src/conflicts/check.ts";
import type { JsonFinding } from "../../../src/report/shown-finding.ts";
import { inJson } from "../report/shown.ts";
import { claimsOf } from "../../../src/claims/of-deployment.ts";
import type { Realization } from "../../../src/deployment/realization.ts";
import type { HostSnapshot, LiveContainer, LiveNetwork, LiveVolume } from "../../../src/host/snapshot.ts";
import { hostClaims } from "../../../src/inventory/host-claims.ts";
import { deploymentFrom } from "../resolve/sample.ts";

export const endpoint = dockerEndpoint("local", "unix:///var/run/docker.sock");

/** What is live on the host of a sample, and what the host has. */
export type Live = Omit<Partial<HostSnapshot>, "volumes" | "networks"> & {
  readonly volumes?: readonly Omit<LiveVolume, "inspect">[];
  readonly networks?: readonly Omit<LiveNetwork, "inspect">[];
};

/** The findings of deployments side by side on one live host. */
export function findingsOf(
  deployments: readonly Realization[],
  live: Live = {},
  options: CheckOptions = {},
): readonly Finding[] {
  const { capacity = { cpus: 64, memory: 256 * 1024 ** 3 }, ...there } = live;
  const host = hostWith({ capacity, ...there });
  const claims = [...deployments.flatMap(claimsOf), ...hostClaims(host)];
  return check({ claims, capacity: { [endpoint.id]: capacity }, findings: [], notLookedAt: [] }, options);
}

/** The same as a person at `pulumi` has them in JSON. */
export const conflictsOf = (...of: Parameters<typeof findingsOf>): JsonFinding[] => inJson(findingsOf(...of));

/** A live host with nothing on it but what is said. */
export const hostWith = ({ volumes = [], networks = [], ...parts }: Live = {}): HostSnapshot => ({
  endpoint,
  at: 0,
  capacity: { cpus: 4, memory: 8e9 },
  containers: [],
  volumes: volumes.map((volume) => ({ ...volume, inspect: { Name: volume.name } })),
  networks: networks.map((network) => ({ ...network, inspect: { Id: network.id, Name: network.name, attached: [] } })),
  swarmPorts: [],
  listeners: [],
  routes: [],
  images: {},
  files: {},
  notLookedAt: [],
  ownGaps: [],
  ...parts,
});

/** A running container with nothing of its own but what is said. */
export const container = (name: string, parts: Partial<LiveContainer> = {}): LiveContainer => ({
  id: name,
  name,
  image: "web:1",
  imageId: "sha256:1",
  state: "running",
  labels: {},
  networkMode: "bridge",
  ports: [],
  directories: [],
  volumes: [],
  addresses: [],
  cpus: 0,
  memory: 0,
  reservedMemory: 0,
  ...parts,
});

/** The label of what belongs to a stack's deployment. */
export const of = (stack: string): Record<string, string> => ({ "berth.stack": `organization/berth/${stack}` });

/** A stack with these keys under `config:`, one a line. */
export const stackWith = (keys: string): string =>
  `config:\n${keys
    .split("\n")
    .map((line) => `  ${line}\n`)
    .join("")}`;

/** Deployments of EquipeMed or another blueprint, each by its stack's name and keys. */
export const deployments = (stacks: Readonly<Record<string, string>>, blueprintYaml?: string): Realization[] =>
  Object.entries(stacks).map(([stack, keys]) => deploymentFrom(stackWith(keys), { stack, blueprintYaml }));
