import { describe, expect, it } from "vitest";
import { stackWith } from "../../conflicts/sample.ts";
import { messages } from "./messages.ts";

describe("a port", () => {
  it.each<[string, string, string]>([
    [
      "is 0",
      `berth:ports: { app: 0 }`,
      `
✗ config-invalid  berth:ports.app
  where      Pulumi.hospital-b.yaml:2: berth:ports.app
  what       found 0
  allowed    a number from 1024 to 65535, "auto", or { port, address, protocol }
  remedy     pulumi config set --path berth:ports.app auto -s hospital-b`,
    ],
    [
      "is 80 without saying that it is meant",
      `berth:ports: { app: 80 }`,
      `
✗ config-invalid  berth:ports.app
  where      Pulumi.hospital-b.yaml:2: berth:ports.app
  what       found 80
  allowed    a number from 1024 to 65535; if 80 is meant: { port: 80, privileged: true }
  remedy     pulumi config set --path berth:ports.app auto -s hospital-b`,
    ],
    [
      "is 80 in a map, without saying that it is meant",
      `berth:ports: { app: { port: 80, address: 127.0.0.1 } }`,
      `
✗ config-invalid  berth:ports.app.port
  where      Pulumi.hospital-b.yaml:2: berth:ports.app.port
  what       found 80
  allowed    a number from 1024 to 65535; if 80 is meant: { port: 80, privileged: true }
  remedy     pulumi config set --path berth:ports.app.port auto -s hospital-b`,
    ],
    [
      "is 65536",
      `berth:ports: { app: 65536 }`,
      `
✗ config-invalid  berth:ports.app
  where      Pulumi.hospital-b.yaml:2: berth:ports.app
  what       found 65536
  allowed    a number from 1024 to 65535, "auto", or { port, address, protocol }
  remedy     pulumi config set --path berth:ports.app auto -s hospital-b`,
    ],
    [
      "is no number",
      `berth:ports: { app: 8778abc }`,
      `
✗ config-invalid  berth:ports.app
  where      Pulumi.hospital-b.yaml:2: berth:ports.app
  what       found "8778abc"
  allowed    a number from 1024 to 65535, "auto", or { port, address, protocol }
  remedy     pulumi config set --path berth:ports.app auto -s hospital-b`,
    ],
    [
      "is a number in quotes",
      `berth:ports: { app: "8779" }`,
      `
✗ config-invalid  berth:ports.app
  where      Pulumi.hospital-b.yaml:2: berth:ports.app
  what       found "8779"
  allowed    a number from 1024 to 65535, "auto", or { port, address, protocol }
  remedy     pulumi config set --path berth:ports.app 8779 -s hospital-b`,
    ],
    [
      "is true",
      `berth:ports: { app: true }`,
      `
✗ config-invalid  berth:ports.app
  where      Pulumi.hospital-b.yaml:2: berth:ports.app
  what       found true
  allowed    a number from 1024 to 65535, "auto", or { port, address, protocol }
  remedy     pulumi config set --path berth:ports.app auto -s hospital-b`,
    ],
    [
      "is a fraction",
      `berth:ports: { app: 8778.5 }`,
      `
✗ config-invalid  berth:ports.app
  where      Pulumi.hospital-b.yaml:2: berth:ports.app
  what       found 8778.5
  allowed    a number from 1024 to 65535, "auto", or { port, address, protocol }
  remedy     pulumi config set --path berth:ports.app auto -s hospital-b`,
    ],
    [
      "is 0 in a map",
      `berth:ports: { app: { port: 0 } }`,
      `
✗ config-invalid  berth:ports.app.port
  where      Pulumi.hospital-b.yaml:2: berth:ports.app.port
  what       found 0
  allowed    a number from 1024 to 65535, or "auto"
  remedy     pulumi config set --path berth:ports.app.port auto -s hospital-b`,
    ],
    [
      "is missing in a map",
      `berth:ports: { app: { address: 127.0.0.1 } }`,
      `
✗ config-invalid  berth:ports.app.port
  where      Pulumi.hospital-b.yaml:2: berth:ports.app.port
  what       it is missing
  allowed    a number from 1024 to 65535, or "auto"
  remedy     pulumi config set --path berth:ports.app.port auto -s hospital-b`,
    ],
    [
      "has an address that is none",
      `berth:ports: { app: { port: 8779, address: localhost } }`,
      `
✗ config-invalid  berth:ports.app.address
  where      Pulumi.hospital-b.yaml:2: berth:ports.app.address
  what       found "localhost"
  allowed    an address of the host, for example 127.0.0.1 or ::1`,
    ],
    [
      "has a protocol that is none",
      `berth:ports: { app: { port: 8779, protocol: http } }`,
      `
✗ config-invalid  berth:ports.app.protocol
  where      Pulumi.hospital-b.yaml:2: berth:ports.app.protocol
  what       found "http"
  allowed    tcp, udp or sctp`,
    ],
    [
      "belongs to no service",
      `berth:ports: 8778`,
      `
✗ config-invalid  berth:ports
  where      Pulumi.hospital-b.yaml:2: berth:ports
  what       found 8778
  allowed    ports by service, for example { app: 8778 }`,
    ],
    [
      "belongs to a service that is not there",
      `berth:ports: { ap: 8779 }`,
      `
✗ config-invalid  berth:ports.ap
  where      Pulumi.hospital-b.yaml:2: berth:ports.ap
  what       blueprints/equipemed.yaml publishes no port of ap
  allowed    app
  remedy     rename it to berth:ports.app`,
    ],
    [
      "belongs to a service that publishes none",
      `berth:ports: { static-init: 8779 }`,
      `
✗ config-invalid  berth:ports.static-init
  where      Pulumi.hospital-b.yaml:2: berth:ports.static-init
  what       blueprints/equipemed.yaml publishes no port of static-init
  allowed    app`,
    ],
    [
      "is wanted by two services",
      `berth:environment: development
berth:ports: { app: 8779, dev: { port: 8779, address: 127.0.0.1 } }`,
      `
✗ config-invalid  berth:ports.dev
  where      Pulumi.hospital-b.yaml:3: berth:ports.dev
  what       app and dev both want the host port 8779/tcp
  allowed    a port for each
  remedy     pulumi config set --path berth:ports.dev.port auto -s hospital-b`,
    ],
    [
      "leaves no room for the one that follows it",
      `berth:environment: development
berth:ports: { app: 65535 }`,
      `
✗ config-invalid  berth:ports.app
  where      Pulumi.hospital-b.yaml:3: berth:ports.app
  what       dev follows app and would have the port 65536
  allowed    at most 65535
  remedy     pulumi config set --path berth:ports.dev auto -s hospital-b`,
    ],
  ])("%s", (_, written, text) => {
    expect(messages(stackWith(written))).toBe(text.slice(1));
  });
});
