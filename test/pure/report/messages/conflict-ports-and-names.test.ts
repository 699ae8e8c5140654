import { describe, expect, it } from "vitest";
import type { Finding } from "../../../../src/findings/finding.ts";
import { findingsOf, container, deployments, of } from "../../conflicts/sample.ts";
import { hospitalA, hospitalB, port8790 } from "./hospitals.ts";
import { textOf } from "./messages.ts";

describe("a conflict: two want", () => {
  it.each<[string, () => readonly Finding[], string]>([
    [
      "a host port of another stack",
      () => findingsOf(deployments({ ...hospitalA, ...hospitalB("berth:ports: { app: 8778 }") })),
      `
✗ port-in-use  0.0.0.0:8778/tcp
  wanted by  hospital-b / app        Pulumi.hospital-b.yaml:3: berth:ports.app
  held by    hospital-a / app        Pulumi.hospital-a.yaml:3: berth:ports.app
  remedy     pulumi config set --path berth:ports.app 8779 -s hospital-b
             free on this host`,
    ],
    [
      "a host port of a container, also a stopped one",
      () =>
        findingsOf(deployments(hospitalB()), {
          containers: [container("grafana", { state: "exited", ports: [port8790] })],
        }),
      `
✗ port-in-use  0.0.0.0:8790/tcp
  wanted by  hospital-b / app        Pulumi.hospital-b.yaml:3: berth:ports.app
  held by    container grafana
  remedy     pulumi config set --path berth:ports.app 8791 -s hospital-b
             free on this host`,
    ],
    [
      "a host port of another deployment's container that has no stack file",
      () =>
        findingsOf(deployments(hospitalB()), {
          containers: [container("old_app", { labels: of("old"), ports: [port8790] })],
        }),
      `
✗ port-in-use  0.0.0.0:8790/tcp
  wanted by  hospital-b / app        Pulumi.hospital-b.yaml:3: berth:ports.app
  held by    container old_app of old
  remedy     pulumi config set --path berth:ports.app 8791 -s hospital-b
             free on this host`,
    ],
    [
      "a host port of a process",
      () => findingsOf(deployments(hospitalB()), { listeners: [{ ...port8790, process: "nginx (pid 812)" }] }),
      `
✗ port-in-use  0.0.0.0:8790/tcp
  wanted by  hospital-b / app        Pulumi.hospital-b.yaml:3: berth:ports.app
  held by    nginx (pid 812)
  remedy     pulumi config set --path berth:ports.app 8791 -s hospital-b
             free on this host`,
    ],
    [
      "a host port of which the stack says more than the number",
      () =>
        findingsOf(deployments(hospitalB("berth:ports: { app: { port: 8790, protocol: tcp } }")), {
          listeners: [{ ...port8790, process: "a process" }],
        }),
      `
✗ port-in-use  0.0.0.0:8790/tcp
  wanted by  hospital-b / app        Pulumi.hospital-b.yaml:3: berth:ports.app
  held by    a process
  remedy     pulumi config set --path berth:ports.app.port 8791 -s hospital-b
             free on this host`,
    ],
    [
      "the prefix of another stack: one finding, though all names are the same",
      () =>
        findingsOf(deployments({ ...hospitalA, "hospital-b": "berth:prefix: hospital_a\nberth:ports: { app: 8790 }" })),
      `
✗ prefix-in-use  hospital_a
  wanted by  hospital-b              Pulumi.hospital-b.yaml:2: berth:prefix
  held by    hospital-a              Pulumi.hospital-a.yaml:2: berth:prefix
  remedy     pulumi config set berth:prefix hospital_b -s hospital-b
             no name under it exists on this host`,
    ],
    [
      "another prefix than the one its volumes have",
      () =>
        findingsOf(deployments(hospitalB()), {
          volumes: ["database", "media_files"].map((key) => ({
            name: `clinic_${key}`,
            labels: { ...of("hospital-b"), "berth.volume": key },
          })),
        }),
      `
✗ prefix-changed  hospital_b
  wanted by  hospital-b              Pulumi.hospital-b.yaml:2: berth:prefix
  held by    volume clinic_database of hospital-b
  what       its data is in clinic_database, clinic_media_files; under the prefix hospital_b it would start with empty volumes
  remedy     pulumi config set berth:prefix clinic -s hospital-b
             keeps the data where it is`,
    ],
    [
      "the name of a stranger's container",
      () => findingsOf(deployments(hospitalB()), { containers: [container("hospital_b_app")] }),
      `
✗ container-name-in-use  hospital_b_app
  wanted by  hospital-b / app        Pulumi.hospital-b.yaml:2: berth:prefix
  held by    container hospital_b_app
  remedy     pulumi config set berth:prefix hospital_b_2 -s hospital-b
             no name under it exists on this host`,
    ],
    [
      "the name of a stranger's volume, which may be its own from the time before berth",
      () => findingsOf(deployments(hospitalB()), { volumes: [{ name: "hospital_b_database", labels: {} }] }),
      `
✗ volume-in-use  hospital_b_database
  wanted by  hospital-b              Pulumi.hospital-b.yaml:2: berth:prefix
  held by    volume hospital_b_database
  remedy     pulumi config set berth:prefix hospital_b_2 -s hospital-b
             or, if it is this deployment's own, list database under berth:adopt`,
    ],
    [
      "volumes of a deployment that has no stack file: one finding",
      () =>
        findingsOf(deployments(hospitalB()), {
          volumes: ["database", "media_files"].map((key) => ({ name: `hospital_b_${key}`, labels: of("old") })),
        }),
      `
✗ volume-in-use  hospital_b_database
  wanted by  hospital-b              Pulumi.hospital-b.yaml:2: berth:prefix
  held by    volume hospital_b_database of old
  remedy     pulumi config set berth:prefix hospital_b_2 -s hospital-b
             no name under it exists on this host`,
    ],
    [
      "the name of a stranger's network",
      () =>
        findingsOf(deployments(hospitalB()), {
          networks: [{ id: "1", name: "hospital_b_default", labels: {}, subnets: [], gateways: [], internal: false }],
        }),
      `
✗ network-in-use  hospital_b_default
  wanted by  hospital-b              Pulumi.hospital-b.yaml:2: berth:prefix
  held by    network hospital_b_default
  remedy     pulumi config set berth:prefix hospital_b_2 -s hospital-b
             no name under it exists on this host`,
    ],
    [
      "the name of its own container, which its state does not know",
      () =>
        findingsOf(
          deployments(hospitalB()),
          { containers: [container("hospital_b_app", { labels: of("hospital-b"), ports: [port8790] })] },
          { about: "organization/berth/hospital-b", known: new Set(["another"]) },
        ),
      `
✗ container-name-in-use  hospital_b_app
  wanted by  hospital-b / app        Pulumi.hospital-b.yaml:2: berth:prefix
  held by    container hospital_b_app of hospital-b
  remedy     docker rm -f hospital_b_app
             this stack's state does not know it`,
    ],
    [
      "the domain of another stack: one finding, though www. is the same, too",
      () =>
        findingsOf(
          deployments({ ...hospitalA, ...hospitalB("berth:ports: { app: 8790 }\nberth:domain: hospital.example") }),
        ),
      `
✗ server-name-in-use  hospital.example
  wanted by  hospital-b              Pulumi.hospital-b.yaml:4: berth:domain
  held by    hospital-a              Pulumi.hospital-a.yaml:4: berth:domain
  remedy     pulumi config set berth:domain hospital-b.hospital.example -s hospital-b
             no other stack has it`,
    ],
  ])("%s", (_, found, text) => {
    expect(textOf(found())).toBe(text.slice(1));
  });
});
