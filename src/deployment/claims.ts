import type { Claim, ClaimOf } from "../conflicts/claim.ts";
import type { Source } from "../conflicts/finding.ts";
import type { Deployment, PublishedPort, Service } from "./deployment.ts";

/** Everything that a deployment wants to hold, also while it is not deployed. Stopped ones give up ports, CPU and memory. */
export function claimsOf(deployment: Deployment): Claim[] {
  const { id, stack, endpoint, sources } = deployment;
  const base = (source: Source, service?: string): Pick<Claim, "owner" | "source" | "endpoint"> => ({
    owner: { kind: "deployment", id, stack, service },
    source,
    endpoint: endpoint.url,
  });
  return [
    { ...base(sources.prefix), kind: "prefix", prefix: deployment.prefix },
    ...deployment.services.flatMap((service) =>
      serviceClaims(service, deployment, (source) => base(source, service.key)),
    ),
    ...deployment.volumes.map((volume): Claim => ({
      ...base(volume.source),
      kind: "volume",
      name: volume.name,
      volumeKey: volume.key,
      adopted: volume.adopted,
    })),
    ...deployment.networks.flatMap((network): Claim[] => [
      { ...base(sources.prefix), kind: "network", name: network.name },
      {
        ...base(network.source),
        kind: "subnet",
        subnet: network.subnet,
        network: network.name,
        networkKey: network.key,
      },
    ]),
    ...(deployment.staticDirectory === undefined
      ? []
      : [
          {
            ...base(deployment.staticDirectory.source),
            kind: "hostPath",
            path: deployment.staticDirectory.path,
            adopted: deployment.staticDirectory.adopted,
          } as const,
        ]),
    ...deployment.serverNames.map((serverName): Claim => ({ ...base(sources.domain), kind: "serverName", serverName })),
  ];
}

function serviceClaims(
  service: Service,
  deployment: Deployment,
  base: (source: Source) => Pick<Claim, "owner" | "source" | "endpoint">,
): Claim[] {
  const { cpus, memory, reservedCpus, reservedMemory, source } = service.limits;
  const { running } = deployment;
  const ledBy = (port: PublishedPort): ClaimOf<"hostPort">["led"] =>
    (port === service.ports[0] ? followersOf(service.key, deployment) : []).map(({ address, protocol, hostPort }) => ({
      address,
      protocol,
      distance: hostPort - port.hostPort,
    }));
  const directories = service.mounts.flatMap((mount) =>
    mount.kind === "directory" && mount.path !== deployment.staticDirectory?.path ? [mount] : [],
  );
  const ports = service.ports.map((port): Claim => ({
    ...base(port.source),
    kind: "hostPort",
    address: port.address,
    protocol: port.protocol,
    port: port.hostPort,
    range: port.range,
    configKey: port.configKey,
    configPath: port.configPath,
    led: ledBy(port),
  }));
  // A job is over when the others run; what it uses is not on top of theirs.
  const shares: Claim[] = [
    ...(cpus === undefined && reservedCpus === undefined
      ? []
      : [{ ...base(source), kind: "cpu", limit: cpus ?? 0, reserved: reservedCpus ?? 0 } as const]),
    ...(memory === undefined && reservedMemory === undefined
      ? []
      : [{ ...base(source), kind: "memory", limit: memory ?? 0, reserved: reservedMemory ?? 0 } as const]),
  ];
  return [
    { ...base(deployment.sources.prefix), kind: "container", name: service.name },
    ...directories.map((mount): Claim => ({
      ...base(mount.source),
      kind: "hostPath",
      path: mount.path,
      shared: mount.readOnly,
    })),
    ...(running ? ports : []),
    ...(running && service.kind === "service" ? shares : []),
  ];
}

/** The ports that move when a service's first port moves. */
const followersOf = (leader: string, deployment: Deployment): PublishedPort[] =>
  deployment.services.flatMap(({ key, ports }) =>
    ports.flatMap((port) => (port.follows === leader ? [port, ...followersOf(key, deployment)] : [])),
  );
