import type { Attachment, Dependency, Deployment, Mount, Service } from "../deployment/deployment.ts";
import type { Container, ContainerAttachment, Realization } from "../deployment/realization.ts";
import { specHash } from "../deployment/spec.ts";
import { hostName, networkName } from "../notation/names.ts";
import { type Rollout, stopFirst } from "./rollout.ts";

/** A deployment with its containers: each service as often as it has replicas, under the names that a rollout gives. */
export function realize(deployment: Deployment, rollout: Rollout = stopFirst): Realization {
  return { ...deployment, containers: containersOf(deployment, rollout) };
}

function containersOf({ prefix, services }: Deployment, rollout: Rollout): Container[] {
  const keys = new Map(services.map((service) => [service.key, replicaKeys(service)]));
  // What waits for one of several replicas waits for all.
  const everyOne = (dependency: Dependency): Dependency[] =>
    (keys.get(dependency.service) ?? []).map((service) => ({ ...dependency, service }));
  return services.flatMap((service) => {
    const dependsOn = service.dependsOn.flatMap(everyOne);
    return replicaKeys(service).map((key, index): Container => {
      const { attachments, ...workload } = withoutReplicas(service);
      const container = {
        ...workload,
        service: service.key,
        key,
        dependsOn,
        attachments: attachments.map((attachment) => attachmentOf(attachment, hostName(prefix, key), index)),
        mounts: workload.mounts.map((mount) => mountOf(mount, index)),
      };
      return { ...container, ...rollout.namesOf(prefix, key, () => specHash(container, prefix)) };
    });
  });
}

function withoutReplicas(service: Service) {
  if (service.kind === "job") return service;
  const { replicas: _replicas, ...workload } = service;
  return workload;
}

/** The keys of a service's containers: `worker`, `worker-2`, `worker-3`. */
export const replicaKeys = (service: Service): string[] =>
  Array.from({ length: service.kind === "job" ? 1 : service.replicas }, (_, index) =>
    index === 0 ? service.key : `${service.key}-${index + 1}`,
  );

/** A replica's own volume, where each has one. */
function mountOf(mount: Mount, index: number): Mount {
  if (mount.kind !== "volume" || mount.ofReplicas === undefined) return mount;
  const { ofReplicas, ...rest } = mount;
  return { ...rest, volume: [mount.volume, ...ofReplicas][index] ?? mount.volume };
}

function attachmentOf(attachment: Attachment, name: string, index: number): ContainerAttachment {
  const { aliases, byName, addresses, addresses6, ...endpoint } = attachment;
  const [address, address6] = [addresses?.[index], addresses6?.[index]];
  return {
    ...endpoint,
    aliases: byName ? [...new Set([networkName(name), ...aliases])] : aliases,
    ...(address !== undefined && { address }),
    ...(address6 !== undefined && { address6 }),
  };
}
