import type { Finding } from "../findings/finding.ts";
import { shell } from "../findings/remedy.ts";
import type { HostSnapshot } from "./snapshot.ts";

/** What is not as with Docker where Podman answers in its place: docs/guide.md says more. */
export function podmanFinding({ endpoint, podman: version }: HostSnapshot): Finding[] {
  if (version === undefined) return [];
  return [
    {
      code: "podman-endpoint",
      severity: "warning",
      kind: "host",
      key: endpoint.url,
      message:
        `Podman ${version} answers there: it runs health checks only where systemd runs, and after a restart of the host\n` +
        "it starts only containers with restart: always, by its own service",
      remedy: shell("systemctl", "enable", "podman-restart"),
      remedyNote: "on that host; without systemd, run what has a health check on Docker",
    },
  ];
}
