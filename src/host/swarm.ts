import type { DockerApi } from "../docker/api.ts";
import type { HostSnapshot } from "./snapshot.ts";
import { protocolOf } from "../notation/protocol.ts";

/** What a node says of its Swarm. */
export interface SwarmInfo {
  readonly LocalNodeState?: string;
  readonly ControlAvailable?: boolean;
}

interface SwarmService {
  readonly Spec: { readonly Name: string };
  readonly Endpoint?: { readonly Ports?: readonly { Protocol?: string; PublishedPort?: number }[] | null };
}

interface Swarm {
  readonly ports: HostSnapshot["swarmPorts"];
  readonly notLookedAt: HostSnapshot["notLookedAt"];
}

/** What the services of a Swarm publish, as far as this node knows. */
export async function observeSwarm(docker: DockerApi, swarm: SwarmInfo | undefined): Promise<Swarm> {
  const nothing: Swarm = { ports: [], notLookedAt: [] };
  if (swarm?.LocalNodeState !== "active") return nothing;
  if (!swarm.ControlAvailable) {
    const why = "this node is a worker of its Swarm; only a manager knows the services";
    return { ...nothing, notLookedAt: [{ what: "published ports of Swarm services", why }] };
  }
  const services = await docker.list<SwarmService>("/services");
  const ports = services.flatMap(({ Spec, Endpoint }) =>
    (Endpoint?.Ports ?? []).flatMap(
      ({ Protocol: written = "tcp", PublishedPort: port }): HostSnapshot["swarmPorts"] => {
        const protocol = protocolOf(written);
        return port && protocol ? [{ address: "0.0.0.0", protocol, port, service: Spec.Name }] : [];
      },
    ),
  );
  return { ports, notLookedAt: [] };
}
