import type { Claim, Owner } from "./claim.ts";
import type { Deployment, LongRunning, PublishedPort, Service } from "../deployment/deployment.ts";
import type { Container, Realization } from "../deployment/realization.ts";
import { subnetsOf } from "../deployment/subnets.ts";
import { publishes } from "../deployment/internal-networks.ts";
import { isOwnable } from "../deployment/binds.ts";
import { networkName } from "../notation/names.ts";

/** Everything that a deployment wants to hold, also while it is not deployed. Stopped ones give up ports, CPU and memory. */
export function claimsOf(deployment: Realization): Claim[] {
  const { id, stack, sources, staticDirectory: files } = deployment;
  const { endpoint } = deployment;
  const owner: Owner = { kind: "deployment", id, stack };
  return [
    { kind: "prefix", owner, source: sources.prefix, endpoint, prefix: deployment.prefix },
    ...deployment.containers.flatMap((container) => containerClaims(container, deployment)),
    ...(deployment.running ? deployment.services : []).flatMap((service) => shareClaims(service, deployment)),
    ...deployment.volumes.map(({ key: volumeKey, name, adopted, chosen, source }): Claim => ({
      kind: "volume",
      owner,
      source,
      endpoint,
      name,
      volumeKey,
      adopted,
      ...(chosen && { chosen }),
    })),
    ...deployment.networks.flatMap((network): Claim[] => [
      { kind: "network", owner, source: sources.prefix, endpoint, name: network.name },
      ...subnetsOf(network).map(({ subnet, configKey: networkKey, source }): Claim => ({
        kind: "subnet",
        owner,
        source,
        endpoint,
        subnet,
        network: network.name,
        networkKey,
      })),
    ]),
    ...(files === undefined
      ? []
      : [
          {
            kind: "hostPath",
            owner,
            source: files.source,
            endpoint,
            path: files.path,
            adopted: files.adopted,
          } as const,
        ]),
    ...databaseClaims(deployment, owner),
    ...deployment.serverNames.map((serverName): Claim => ({
      kind: "serverName",
      owner,
      source: sources.domain,
      endpoint,
      serverName,
    })),
  ];
}

/** A stopped deployment keeps its database, and opens nothing. */
function databaseClaims({ database, connections, running, endpoint }: Deployment, owner: Owner): Claim[] {
  const named: Claim[] = [];
  if (database !== undefined) {
    const base = { owner, source: database.source, endpoint, server: database.platform.containers.server };
    const { name, role, adopted: adopts, nextAdoption } = database;
    named.push(
      { kind: "database", ...base, name, adopts, nextAdoption },
      { kind: "role", ...base, name: role, adopts, nextAdoption },
    );
  }
  return [
    ...named,
    ...(running ? connections : []).map(({ server, count, by, source }): Claim => ({
      kind: "connections",
      owner,
      source,
      endpoint,
      server,
      count,
      by,
    })),
  ];
}

function containerClaims(container: Container, deployment: Deployment): Claim[] {
  const { id, stack, running } = deployment;
  const { endpoint } = deployment;
  const owner: Owner = { kind: "deployment", id, stack, service: container.service };
  const directories = container.mounts.flatMap((mount) =>
    mount.kind === "directory" && mount.path !== deployment.staticDirectory?.path && isOwnable(mount.path)
      ? [mount]
      : [],
  );
  const ports = (publishes(container) ? container.ports : []).map(
    ({ source, address, protocol, hostPort: port, range, configKey, configPath }, index): Claim => ({
      kind: "hostPort",
      owner,
      source,
      endpoint,
      address,
      protocol,
      port,
      range,
      configKey,
      configPath,
      led: [
        ...(index === 0 ? followersOf(container.service, deployment) : []),
        ...container.ports.filter(({ rangeOf }) => rangeOf === configKey),
      ].map(({ hostPort, ...led }) => ({ address: led.address, protocol: led.protocol, distance: hostPort - port })),
    }),
  );
  const addresses = container.attachments.flatMap(({ network, address, address6 }) =>
    [address, address6].flatMap((each): Claim[] =>
      each === undefined
        ? []
        : [{ kind: "address", owner, source: container.source, endpoint, address: each, network }],
    ),
  );
  return [
    { kind: "container", owner, source: deployment.sources.prefix, endpoint, name: container.name },
    ...directories.map(({ source, path, readOnly: shared }): Claim => ({
      kind: "hostPath",
      owner,
      source,
      endpoint,
      path,
      shared,
    })),
    ...aliasClaims(container, deployment),
    ...externalAliasClaims(container, deployment),
    ...(running ? addresses : []),
    ...(running ? ports : []),
  ];
}

/** CPU and memory. A job is over when the others run; what it uses is not on top of theirs. */
const shareClaims = (service: Service, deployment: Deployment): Claim[] =>
  service.kind === "job" ? [] : lastingShare(service, deployment);

/** Replicas share what is written of them, and its remedy. */
function lastingShare({ key, limits, replicas }: LongRunning, { id, stack, endpoint }: Deployment): Claim[] {
  const { cpus, memory, reservedCpus, reservedMemory, source } = limits;
  const claims: Claim[] = [];
  const owner: Owner = { kind: "deployment", id, stack, service: key };
  const share = { owner, source, endpoint, replicas };
  if (cpus !== undefined || reservedCpus !== undefined)
    claims.push({ kind: "cpu", ...share, limit: cpus ?? 0, reserved: reservedCpus ?? 0 });
  if (memory !== undefined || reservedMemory !== undefined)
    claims.push({ kind: "memory", ...share, limit: memory ?? 0, reserved: reservedMemory ?? 0 });
  return claims;
}

/** Names in networks of the host, which other deployments may join as well. */
function externalAliasClaims(container: Container, { id, stack, endpoint, externalNetworks }: Deployment): Claim[] {
  const external = new Set(externalNetworks.map(({ name }) => name));
  const owner: Owner = { kind: "deployment", id, stack, service: container.service };
  return container.attachments
    .filter(({ network }) => external.has(network))
    .flatMap(({ network, aliases }) =>
      [...new Set(aliases)].map((name): Claim => ({
        kind: "alias",
        owner,
        source: container.source,
        endpoint,
        name: name.toLowerCase(),
        network,
        instead: container.name,
      })),
    );
}

/** Names in the network of a platform, which many deployments share; their other networks are their own. */
function aliasClaims(container: Container, deployment: Deployment): Claim[] {
  const { id, stack, sources, endpoint } = deployment;
  const shared = (deployment.platform ?? deployment.database?.platform)?.network;
  const attachment = container.attachments.find(({ network }) => network === shared);
  if (shared === undefined || attachment === undefined) return [];
  const own = [container.name, networkName(container.name)];
  const owner: Owner = { kind: "deployment", id, stack, service: container.service };
  return [...new Set([container.name, ...attachment.aliases])].map((name): Claim => ({
    kind: "alias",
    owner,
    source: own.includes(name) ? sources.prefix : container.source,
    endpoint,
    name: name.toLowerCase(),
    network: shared,
  }));
}

/** The ports that move when a service's first port moves. */
const followersOf = (leader: string, deployment: Deployment): PublishedPort[] =>
  deployment.services.flatMap(({ key, ports }) =>
    ports.flatMap((port) => (port.follows === leader ? [port, ...followersOf(key, deployment)] : [])),
  );
