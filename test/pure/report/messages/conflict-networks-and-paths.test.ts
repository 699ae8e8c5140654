import { describe, expect, it } from "vitest";
import type { Finding } from "../../../../src/findings/finding.ts";
import { findingsOf, container, deployments } from "../../conflicts/sample.ts";
import { hospitalB } from "./hospitals.ts";
import { textOf } from "./messages.ts";

const mounting = (directory: string): string => `services: { web: { image: web:1, volumes: ["${directory}:/data"] } }`;
const addressed = `services:
  web: { image: web:1, networks: { net: { ipv4_address: 10.1.2.5 } } }
networks: { net: { ipam: { config: [{ subnet: 10.1.2.0/24 }] } } }
`;

describe("a conflict: two want", () => {
  it.each<[string, () => readonly Finding[], string]>([
    [
      "a subnet inside another one",
      () =>
        findingsOf(deployments(hospitalB("berth:subnets: { default: 10.1.2.0/24 }")), {
          networks: [{ id: "1", name: "office", labels: {}, subnets: ["10.1.0.0/16"], gateways: [], internal: false }],
        }),
      `
✗ subnet-overlap  10.1.2.0/24
  wanted by  hospital-b              Pulumi.hospital-b.yaml:3: berth:subnets.default
  held by    network office
  remedy     pulumi config set --path berth:subnets.default 10.211.90.0/24 -s hospital-b
             free on this host`,
    ],
    [
      "a subnet where all of the automatic ones are taken",
      () =>
        findingsOf(deployments(hospitalB("berth:subnets: { default: 10.1.2.0/24 }")), {
          networks: [{ id: "1", name: "vpn", labels: {}, subnets: ["10.0.0.0/8"], gateways: [], internal: false }],
        }),
      `
✗ subnet-overlap  10.1.2.0/24
  wanted by  hospital-b              Pulumi.hospital-b.yaml:3: berth:subnets.default
  held by    network vpn
  remedy     pulumi config set --path berth:subnets.default 172.19.90.0/24 -s hospital-b
             free on this host`,
    ],
    [
      "an address that Docker gave to a guest of the network",
      () =>
        findingsOf(deployments({ "hospital-b": "berth:prefix: hospital_b" }, addressed), {
          containers: [container("visitor", { addresses: [{ network: "hospital_b_net", address: "10.1.2.5" }] })],
        }),
      `
✗ address-in-use  10.1.2.5 in hospital_b_net
  wanted by  hospital-b / web        blueprints/sample.yaml:2: services.web
  held by    container visitor
  remedy     docker network disconnect hospital_b_net visitor
             it keeps its other networks`,
    ],
    [
      "a directory inside another stack's",
      () =>
        findingsOf([
          ...deployments({ "hospital-a": "berth:prefix: a" }, mounting("/srv/data")),
          ...deployments({ "hospital-b": "berth:prefix: b" }, mounting("/srv/data/b")),
        ]),
      `
✗ path-overlap  /srv/data/b
  wanted by  hospital-b / web        blueprints/sample.yaml:1: services.web.volumes[0]
  held by    hospital-a / web        blueprints/sample.yaml:1: services.web.volumes[0]
  remedy     name another directory in blueprints/sample.yaml: services.web.volumes[0]
             a variable lets each stack have its own: \${DIRECTORY:-/srv/data/b}, and DIRECTORY under berth:settings; what is only read (:ro) can be shared`,
    ],
    [
      "a static directory inside one that a container writes to",
      () =>
        findingsOf(deployments(hospitalB()), {
          containers: [container("nginx", { directories: [{ path: "/var/www", readOnly: false }] })],
        }),
      `
✗ path-overlap  /var/www/hospital_b_static_eqmd_latest
  wanted by  hospital-b              blueprints/equipemed.yaml:101: x-berth.static.directory
  held by    container nginx
  remedy     name another directory in blueprints/equipemed.yaml: x-berth.static.directory`,
    ],
    [
      "a static directory that a container writes to",
      () =>
        findingsOf(deployments(hospitalB()), {
          containers: [
            container("nginx", { directories: [{ path: "/var/www/hospital_b_static_eqmd_latest", readOnly: false }] }),
          ],
        }),
      `
✗ path-overlap  /var/www/hospital_b_static_eqmd_latest
  wanted by  hospital-b              blueprints/equipemed.yaml:101: x-berth.static.directory
  held by    container nginx
  remedy     pulumi config set berth:prefix hospital_b_2 -s hospital-b
             no name under it exists on this host`,
    ],
    [
      "a subnet that the host reaches by a route",
      () =>
        findingsOf(deployments(hospitalB("berth:subnets: { default: 10.8.0.0/26 }")), {
          routes: [{ subnet: "10.8.0.0/16", device: "tun0" }],
        }),
      `
✗ subnet-overlap  10.8.0.0/26
  wanted by  hospital-b              Pulumi.hospital-b.yaml:3: berth:subnets.default
  held by    this host's route to 10.8.0.0/16 by tun0
  remedy     pulumi config set --path berth:subnets.default 10.211.90.0/26 -s hospital-b
             free on this host`,
    ],
  ])("%s", (_, found, text) => {
    expect(textOf(found())).toBe(text.slice(1));
  });
});
