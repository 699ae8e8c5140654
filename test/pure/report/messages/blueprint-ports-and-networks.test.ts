import { describe, expect, it } from "vitest";
import { stackWith } from "../../conflicts/sample.ts";
import { messages } from "./messages.ts";

describe("a blueprint", () => {
  it.each<[string, string, string]>([
    [
      "has ports that follow each other in a circle",
      `services: { a: { image: a:1 }, b: { image: b:1 } }
x-berth: { ports: { a: b+1, b: a+1 } }
`,
      `
✗ config-invalid  x-berth.ports.a
  where      blueprints/sample.yaml:2: x-berth.ports.a
  what       ports follow each other in a circle: a → b → a
  remedy     give one of them a range, for example 8778-8977`,
    ],
    [
      "has a range without ports",
      `services: { web: { image: web:1 } }
x-berth: { ports: { web: 9000-8000 } }
`,
      `
✗ config-invalid  x-berth.ports.web
  where      blueprints/sample.yaml:2: x-berth.ports.web
  what       found "9000-8000"
  allowed    a range from a lower to a higher port, both from 1024 to 65535`,
    ],
    [
      "has two services with one host port",
      `services:
  a: { image: a:1, ports: ["8080:80"] }
  b: { image: b:1, ports: ["127.0.0.1:8080:80"] }
`,
      `
✗ config-invalid  services.b.ports[0]
  where      blueprints/sample.yaml:3: services.b.ports[0]
  what       a and b both want the host port 8080/tcp
  allowed    a port for each
  remedy     pulumi config set --path berth:ports.b auto -s hospital-b`,
    ],
    [
      "has a mistake in a port that another one follows",
      `services: { a: { image: a:1, ports: [web] }, b: { image: b:1, ports: ["81:80"] } }
x-berth: { ports: { b: a+1 } }
`,
      `
✗ config-invalid  services.a.ports[0]
  where      blueprints/sample.yaml:1: services.a.ports[0]
  what       found "web"
  allowed    "8778:8000", "127.0.0.1:8778:8000", "8000", "8000-8005:9000-9005", with /tcp, /udp or /sctp behind`,
    ],
    [
      "has a port in no form that Compose knows",
      `services: { web: { image: web:1, ports: ["8090-8080:80"] } }
`,
      `
✗ config-invalid  services.web.ports[0]
  where      blueprints/sample.yaml:1: services.web.ports[0]
  what       found "8090-8080:80"
  allowed    "8778:8000", "127.0.0.1:8778:8000", "8000", "8000-8005:9000-9005", with /tcp, /udp or /sctp behind`,
    ],
    [
      "has hosts without an address",
      `services: { web: { image: web:1, extra_hosts: [db] } }
`,
      `
✗ config-invalid  services.web.extra_hosts[0]
  where      blueprints/sample.yaml:1: services.web.extra_hosts[0]
  what       found "db"
  allowed    name:address, for example db:10.1.2.3, db=[fd00::1] or db:host-gateway`,
    ],
    [
      "has a subnet that is none",
      `services: { web: { image: web:1 } }
networks: { default: { ipam: { config: [{ subnet: everywhere }] } } }
`,
      `
✗ config-invalid  networks.default.ipam
  where      blueprints/sample.yaml:2: networks.default.ipam
  what       found "everywhere"
  allowed    an IPv4 subnet of /8 to /29, for example 10.210.3.64/26`,
    ],
    [
      "has a gateway outside of its subnet",
      `services: { web: { image: web:1 } }
networks: { default: { ipam: { config: [{ subnet: 10.1.2.0/24, gateway: 10.1.3.1 }] } } }
`,
      `
✗ config-invalid  networks.default.ipam
  where      blueprints/sample.yaml:2: networks.default.ipam
  what       the gateway "10.1.3.1" is not a valid address for it in 10.1.2.0/24
  allowed    10.1.2.1`,
    ],
    [
      "has networks that overlap",
      `services: { web: { image: web:1, networks: [front, back] } }
networks:
  front: { ipam: { config: [{ subnet: 10.1.0.0/16 }] } }
  back: { ipam: { config: [{ subnet: 10.1.2.0/24 }] } }
`,
      `
✗ config-invalid  networks.back.ipam
  where      blueprints/sample.yaml:4: networks.back.ipam
  what       10.1.2.0/24 overlaps 10.1.0.0/16 of the network front
  allowed    a subnet of its own for each network`,
    ],
    [
      "has fixed addresses that cannot be",
      `services:
  a: { image: a:1, networks: { net: { ipv4_address: 10.9.9.9 } } }
  b: { image: b:1, networks: { net: { ipv4_address: 10.1.2.1 } } }
  c: { image: c:1, networks: { net: { ipv4_address: 10.1.2.7 } } }
  d: { image: d:1, networks: { net: { ipv4_address: 10.1.2.7 } } }
  e: { image: e:1, networks: { net: { ipv4_address: 10.1.2.0 } } }
  f: { image: f:1, networks: { net: { ipv4_address: 10.1.2.255 } } }
networks: { net: { ipam: { config: [{ subnet: 10.1.2.0/24 }] } } }
`,
      `
✗ config-invalid  services.a.networks.net.ipv4_address
  where      blueprints/sample.yaml:2: services.a.networks.net.ipv4_address
  what       found "10.9.9.9"
  allowed    an address in 10.1.2.0/24, the subnet of net
✗ config-invalid  services.b.networks.net.ipv4_address
  where      blueprints/sample.yaml:3: services.b.networks.net.ipv4_address
  what       10.1.2.1 belongs to the gateway
  allowed    one address each
✗ config-invalid  services.d.networks.net.ipv4_address
  where      blueprints/sample.yaml:5: services.d.networks.net.ipv4_address
  what       10.1.2.7 belongs to c
  allowed    one address each
✗ config-invalid  services.e.networks.net.ipv4_address
  where      blueprints/sample.yaml:6: services.e.networks.net.ipv4_address
  what       found "10.1.2.0"
  allowed    an address in 10.1.2.0/24, the subnet of net
✗ config-invalid  services.f.networks.net.ipv4_address
  where      blueprints/sample.yaml:7: services.f.networks.net.ipv4_address
  what       found "10.1.2.255"
  allowed    an address in 10.1.2.0/24, the subnet of net`,
    ],
  ])("%s", (_, written, text) => {
    expect(messages(stackWith("berth:prefix: hospital_b"), written)).toBe(text.slice(1));
  });
});
