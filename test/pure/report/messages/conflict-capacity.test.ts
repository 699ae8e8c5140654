import { describe, expect, it } from "vitest";
import type { Finding } from "../../../../src/findings/finding.ts";
import { findingsOf, container, deployments } from "../../conflicts/sample.ts";
import { hospitalA, hospitalB } from "./hospitals.ts";
import { textOf } from "./messages.ts";

const GB = 1024 ** 3;
const small = { cpus: 2, memory: 4 * GB };

describe("a conflict: two want", () => {
  it.each<[string, () => readonly Finding[], string]>([
    [
      "more memory reserved than the host has",
      () =>
        findingsOf(
          deployments({
            "hospital-a": `${hospitalA["hospital-a"]}\nberth:services: { app: { reservations: { memory: 2G } } }`,
            ...hospitalB("berth:ports: { app: 8790 }\nberth:services: { app: { reservations: { memory: 3G } } }"),
          }),
          { capacity: small, containers: [container("grafana", { reservedMemory: GB / 2 })] },
        ),
      `
✗ memory-over-capacity  5.5 GB of 4 GB
  wanted by  hospital-b / app        Pulumi.hospital-b.yaml:4: berth:services.app
  held by    this host has 4 GB
  what       reserved: hospital-b 3 GB, hospital-a 2 GB, grafana 512 MB
  remedy     pulumi config set --path berth:services.app.reservations.memory 1536M -s hospital-b`,
    ],
    [
      "more memory reserved than the host has, whatever is lowered",
      () =>
        findingsOf(deployments(hospitalB("berth:services: { app: { reservations: { memory: 3G } } }")), {
          capacity: small,
          containers: [container("grafana", { reservedMemory: 4 * GB })],
        }),
      `
✗ memory-over-capacity  7 GB of 4 GB
  wanted by  hospital-b / app        Pulumi.hospital-b.yaml:3: berth:services.app
  held by    this host has 4 GB
  what       reserved: grafana 4 GB, hospital-b 3 GB
  remedy     reserve 3 GB less in all, or move a deployment to another host (berth:endpoint)`,
    ],
    [
      "more CPU reserved than the host has",
      () =>
        findingsOf(deployments(hospitalB("berth:services: { app: { reservations: { cpus: 2.5 } } }")), {
          capacity: small,
        }),
      `
✗ cpu-over-capacity  2.5 CPUs of 2 CPUs
  wanted by  hospital-b / app        Pulumi.hospital-b.yaml:3: berth:services.app
  held by    this host has 2 CPUs
  what       reserved: hospital-b 2.5 CPUs
  remedy     pulumi config set --path berth:services.app.reservations.cpus 2 -s hospital-b`,
    ],
    [
      "more memory allowed than the host has",
      () =>
        findingsOf(deployments(hospitalB("berth:services: { app: { memory: 3G } }")), {
          capacity: small,
          containers: [container("grafana", { memory: 2 * GB })],
        }),
      `
! memory-over-capacity  5 GB of 4 GB
  wanted by  hospital-b / app        Pulumi.hospital-b.yaml:3: berth:services.app
  held by    this host has 4 GB
  what       allowed at most: hospital-b 3 GB, grafana 2 GB
  remedy     reduce limits by 1 GB in total, or accept contention`,
    ],
    [
      "more CPU allowed than the host has",
      () =>
        findingsOf(deployments(hospitalB("berth:services: { app: { cpus: 2 } }")), {
          capacity: small,
          containers: [container("x", { cpus: 1 })],
        }),
      `
! cpu-over-capacity  3 CPUs of 2 CPUs
  wanted by  hospital-b / app        Pulumi.hospital-b.yaml:3: berth:services.app
  held by    this host has 2 CPUs
  what       allowed at most: hospital-b 2 CPUs, x 1 CPUs
  remedy     reduce limits by 1 CPUs in total, or accept contention`,
    ],
    [
      "more CPU allowed to one service than the host has",
      () => findingsOf(deployments(hospitalB("berth:services: { app: { cpus: 3 } }")), { capacity: small }),
      `
✗ cpu-over-capacity  app: 3 CPUs of 2 CPUs
  wanted by  hospital-b / app        Pulumi.hospital-b.yaml:3: berth:services.app
  held by    this host has 2 CPUs
  what       Docker makes no container that may use more than there is
  remedy     pulumi config set --path berth:services.app.cpus 2 -s hospital-b`,
    ],
  ])("%s", (_, found, text) => {
    expect(textOf(found())).toBe(text.slice(1));
  });
});
