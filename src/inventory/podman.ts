import { configKey, removeCommand, setCommand } from "../conflicts/config-key.ts";
import type { Finding } from "../conflicts/finding.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { Host } from "./host.ts";

/**
 * Ports of all addresses that Podman would publish and nobody could reach: as root it forwards only what is addressed to
 * 0.0.0.0 itself, and the engine's provider always names an address [seen with Podman 4.3.1 and netavark 1.4].
 */
export function podmanFindings({ podman, endpoint }: Host, deployments: readonly Deployment[]): Finding[] {
  if (podman === undefined || podman.rootless) return [];
  const here = deployments.filter((deployment) => deployment.running && deployment.endpoint.url === endpoint);
  return here.flatMap(({ stack, services }) =>
    services.flatMap(({ key: service, ports }) =>
      ports.flatMap(({ address, hostPort, protocol, configKey: key, source }): Finding[] => {
        if (address !== "0.0.0.0" && address !== "::") return [];
        const path = ["ports", key];
        const commands = [
          removeCommand(path, stack),
          setCommand([...path, "port"], hostPort, stack),
          setCommand([...path, "address"], "127.0.0.1", stack),
        ];
        return [
          {
            code: "podman-endpoint",
            severity: "error",
            kind: "host",
            key: `${address}:${hostPort}/${protocol}`,
            message: `Podman ${podman.version} runs as root there, and forwards no port of all addresses`,
            allowed: `one address of the host in ${configKey(path)}`,
            wanted: { stack, service, ...source },
            remedy: commands.join(" && "),
            remedyNote: "or another address of the host",
          },
        ];
      }),
    ),
  );
}
