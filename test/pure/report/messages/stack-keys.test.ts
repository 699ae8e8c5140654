import { describe, expect, it } from "vitest";
import { stackWith } from "../../conflicts/sample.ts";
import { messages } from "./messages.ts";

describe("a key of a stack file", () => {
  it.each<[string, string, string]>([
    [
      "is unknown, and near a known one",
      `berth:port: { app: 8779 }`,
      `
✗ config-invalid  berth:port
  where      Pulumi.hospital-b.yaml:2: berth:port
  what       there is no such key
  allowed    blueprint, prefix, environment, profiles, profile, endpoint, domain, ports, images, settings, secrets, services, subnets, adopt, volumes, database, running, inventory
  remedy     rename it to berth:ports`,
    ],
    [
      "is unknown, and near none",
      `berth:flavour: sweet`,
      `
✗ config-invalid  berth:flavour
  where      Pulumi.hospital-b.yaml:2: berth:flavour
  what       there is no such key
  allowed    blueprint, prefix, environment, profiles, profile, endpoint, domain, ports, images, settings, secrets, services, subnets, adopt, volumes, database, running, inventory`,
    ],
    [
      "is unknown inside a port",
      `berth:ports: { app: { port: 8779, protocl: tcp } }`,
      `
✗ config-invalid  berth:ports.app.protocl
  where      Pulumi.hospital-b.yaml:2: berth:ports.app.protocl
  what       there is no such key
  allowed    port, address, protocol, privileged
  remedy     rename it to berth:ports.app.protocol`,
    ],
    [
      "is unknown inside a service",
      `berth:services: { app: { cpu: 1 } }`,
      `
✗ config-invalid  berth:services.app.cpu
  where      Pulumi.hospital-b.yaml:2: berth:services.app.cpu
  what       there is no such key
  allowed    cpus, memory, reservations, replicas
  remedy     rename it to berth:services.app.cpus`,
    ],
    [
      "is unknown inside reservations",
      `berth:services: { app: { reservations: { mem: 1G } } }`,
      `
✗ config-invalid  berth:services.app.reservations.mem
  where      Pulumi.hospital-b.yaml:2: berth:services.app.reservations.mem
  what       there is no such key
  allowed    cpus, memory
  remedy     rename it to berth:services.app.reservations.memory`,
    ],
    [
      "has no value",
      `berth:domain:`,
      `
✗ config-invalid  berth:domain
  where      Pulumi.hospital-b.yaml:2: berth:domain
  what       it has no value
  allowed    a host name in lower case, without scheme, port or spaces, for example b.hospital.example
  remedy     pulumi config rm berth:domain -s hospital-b`,
    ],
    [
      "is empty",
      `berth:domain: ""`,
      `
✗ config-invalid  berth:domain
  where      Pulumi.hospital-b.yaml:2: berth:domain
  what       it has no value
  allowed    a host name in lower case, without scheme, port or spaces, for example b.hospital.example
  remedy     pulumi config rm berth:domain -s hospital-b`,
    ],
    [
      "cannot be a name",
      `berth:settings: { HOSPITAL NAME: B }`,
      `
✗ config-invalid  berth:settings["HOSPITAL NAME"]
  where      Pulumi.hospital-b.yaml:2: berth:settings["HOSPITAL NAME"]
  what       "HOSPITAL NAME" cannot be a name here
  allowed    a name of letters, digits and _, for example HOSPITAL_NAME`,
    ],
  ])("%s", (_, written, text) => {
    expect(messages(stackWith(written))).toBe(text.slice(1));
  });
});

describe("a name that the blueprint does not have", () => {
  it.each<[string, string, string]>([
    [
      "in images",
      `berth:images: { ap: eqmd:2 }`,
      `
✗ config-invalid  berth:images.ap
  where      Pulumi.hospital-b.yaml:2: berth:images.ap
  what       blueprints/equipemed.yaml has no service ap
  allowed    app, static-init, dev
  remedy     rename it to berth:images.app`,
    ],
    [
      "in services",
      `berth:services: { apps: { memory: 1G } }`,
      `
✗ config-invalid  berth:services.apps
  where      Pulumi.hospital-b.yaml:2: berth:services.apps
  what       blueprints/equipemed.yaml has no service apps
  allowed    app, static-init, dev
  remedy     rename it to berth:services.app`,
    ],
    [
      "in subnets",
      `berth:subnets: { web: 10.1.2.0/24 }`,
      `
✗ config-invalid  berth:subnets.web
  where      Pulumi.hospital-b.yaml:2: berth:subnets.web
  what       blueprints/equipemed.yaml has no network web
  allowed    default`,
    ],
    [
      "in adopt",
      `berth:adopt: [database, media]`,
      `
✗ config-invalid  berth:adopt[1]
  where      Pulumi.hospital-b.yaml:2: berth:adopt[1]
  what       blueprints/equipemed.yaml has no volume media
  allowed    database, media_files, static_files, static
  remedy     pulumi config set --path 'berth:adopt[1]' media_files -s hospital-b`,
    ],
  ])("%s", (_, written, text) => {
    expect(messages(stackWith(written))).toBe(text.slice(1));
  });
});
