import { describe, expect, it } from "vitest";
import { stackWith } from "../../conflicts/sample.ts";
import { messages } from "./messages.ts";

describe("another value", () => {
  it.each<[string, string, string]>([
    [
      "is encrypted",
      `berth:prefix: { secure: v1:needle }`,
      `
✗ config-invalid  berth:prefix
  where      Pulumi.hospital-b.yaml:2: berth:prefix
  what       an encrypted value
  allowed    clear text; what is secret belongs under berth:secrets
  remedy     pulumi config set --plaintext --path berth:prefix "$(pulumi config get --path berth:prefix -s hospital-b)" -s hospital-b`,
    ],
    [
      "is encrypted inside a map",
      `berth:ports: { app: { secure: v1:needle } }`,
      `
✗ config-invalid  berth:ports.app
  where      Pulumi.hospital-b.yaml:2: berth:ports.app
  what       an encrypted value
  allowed    clear text; what is secret belongs under berth:secrets
  remedy     pulumi config set --plaintext --path berth:ports.app "$(pulumi config get --path berth:ports.app -s hospital-b)" -s hospital-b`,
    ],
    [
      "a blueprint that is not there",
      `berth:blueprint: equipmed`,
      `
✗ config-invalid  berth:blueprint
  where      Pulumi.hospital-b.yaml:2: berth:blueprint
  what       there is no blueprint equipmed
  allowed    dna, equipemed, healthcare, platform, or the path of a Compose file
  remedy     pulumi config set berth:blueprint equipemed -s hospital-b`,
    ],
    [
      "a blueprint that is nothing like one that is there",
      `berth:blueprint: nosuch`,
      `
✗ config-invalid  berth:blueprint
  where      Pulumi.hospital-b.yaml:2: berth:blueprint
  what       there is no blueprint nosuch
  allowed    dna, equipemed, healthcare, platform, or the path of a Compose file`,
    ],
    [
      "an environment",
      `berth:environment: prod`,
      `
✗ config-invalid  berth:environment
  where      Pulumi.hospital-b.yaml:2: berth:environment
  what       found "prod"
  allowed    development, staging or production
  remedy     pulumi config set berth:environment production -s hospital-b`,
    ],
    [
      "an endpoint without its scheme",
      `berth:endpoint: far:2375`,
      `
✗ config-invalid  berth:endpoint
  where      Pulumi.hospital-b.yaml:2: berth:endpoint
  what       found "far:2375"
  allowed    local, or a URL: unix:///…, tcp://host:2376, ssh://user@host
  remedy     pulumi config set berth:endpoint tcp://far:2375 -s hospital-b`,
    ],
    [
      "an endpoint of another kind",
      `berth:endpoint: ftp://far`,
      `
✗ config-invalid  berth:endpoint
  where      Pulumi.hospital-b.yaml:2: berth:endpoint
  what       found "ftp://far"
  allowed    local, or a URL: unix:///…, tcp://host:2376, ssh://user@host`,
    ],
    [
      "an image with spaces",
      `berth:images: { app: eqmd latest }`,
      `
✗ config-invalid  berth:images.app
  where      Pulumi.hospital-b.yaml:2: berth:images.app
  what       found "eqmd latest"
  allowed    an image name in lower case, for example ghcr.io/org/eqmd:2.1`,
    ],
    [
      "an image in capitals",
      `berth:images: { app: EQMD:2 }`,
      `
✗ config-invalid  berth:images.app
  where      Pulumi.hospital-b.yaml:2: berth:images.app
  what       found "EQMD:2"
  allowed    an image name in lower case, for example ghcr.io/org/eqmd:2.1`,
    ],
    [
      "an image that is a number",
      `berth:images: { app: 2.1 }`,
      `
✗ config-invalid  berth:images.app
  where      Pulumi.hospital-b.yaml:2: berth:images.app
  what       found 2.1
  allowed    an image name in lower case, for example ghcr.io/org/eqmd:2.1`,
    ],
    [
      "no CPU",
      `berth:services: { app: { cpus: 0 } }`,
      `
✗ config-invalid  berth:services.app.cpus
  where      Pulumi.hospital-b.yaml:2: berth:services.app.cpus
  what       found 0
  allowed    a number of cores above 0, for example 0.5`,
    ],
    [
      "CPU in another notation",
      `berth:services: { app: { cpus: 500m } }`,
      `
✗ config-invalid  berth:services.app.cpus
  where      Pulumi.hospital-b.yaml:2: berth:services.app.cpus
  what       found "500m"
  allowed    a number of cores above 0, for example 0.5`,
    ],
    [
      "no memory",
      `berth:services: { app: { memory: 0 } }`,
      `
✗ config-invalid  berth:services.app.memory
  where      Pulumi.hospital-b.yaml:2: berth:services.app.memory
  what       found 0
  allowed    a size above 0, for example 512M or 2G`,
    ],
    [
      "memory in another notation",
      `berth:services: { app: { memory: 512Mi } }`,
      `
✗ config-invalid  berth:services.app.memory
  where      Pulumi.hospital-b.yaml:2: berth:services.app.memory
  what       found "512Mi"
  allowed    a size above 0, for example 512M or 2G
  remedy     pulumi config set --path berth:services.app.memory 512M -s hospital-b`,
    ],
    [
      "less memory than Docker takes",
      `berth:services: { app: { memory: 4M } }`,
      `
✗ config-invalid  berth:services.app
  where      Pulumi.hospital-b.yaml:2: berth:services.app
  what       a memory limit of 4 MB
  allowed    6 MB or more; Docker takes no less
  remedy     pulumi config set --path berth:services.app.memory 6M -s hospital-b`,
    ],
    [
      "less memory than is reserved",
      `berth:services: { app: { memory: 512M, reservations: { memory: 1G } } }`,
      `
✗ config-invalid  berth:services.app
  where      Pulumi.hospital-b.yaml:2: berth:services.app
  what       1 GB of memory reserved
  allowed    no more than its limit of 512 MB
  remedy     pulumi config set --path berth:services.app.reservations.memory 512M -s hospital-b`,
    ],
    [
      "less CPU than is reserved",
      `berth:services: { app: { cpus: 0.5, reservations: { cpus: 1 } } }`,
      `
✗ config-invalid  berth:services.app
  where      Pulumi.hospital-b.yaml:2: berth:services.app
  what       1 CPUs reserved
  allowed    no more than its limit of 0.5
  remedy     pulumi config set --path berth:services.app.reservations.cpus 0.5 -s hospital-b`,
    ],
    [
      "a service's limits that are none",
      `berth:services: { app: 512M }`,
      `
✗ config-invalid  berth:services.app
  where      Pulumi.hospital-b.yaml:2: berth:services.app
  what       found "512M"
  allowed    { cpus, memory, reservations, replicas }`,
    ],
    [
      "a subnet",
      `berth:subnets: { default: 10.210.3.64/33 }`,
      `
✗ config-invalid  berth:subnets.default
  where      Pulumi.hospital-b.yaml:2: berth:subnets.default
  what       found "10.210.3.64/33"
  allowed    an IPv4 subnet, for example 10.210.3.64/26`,
    ],
    [
      "a subnet without room",
      `berth:subnets: { default: 10.210.3.64/31 }`,
      `
✗ config-invalid  berth:subnets.default
  where      Pulumi.hospital-b.yaml:2: berth:subnets.default
  what       found "10.210.3.64/31"
  allowed    an IPv4 subnet of /8 to /29, for example 10.210.3.64/26`,
    ],
    [
      "adopted volumes that are no list",
      `berth:adopt: database`,
      `
✗ config-invalid  berth:adopt
  where      Pulumi.hospital-b.yaml:2: berth:adopt
  what       found "database"
  allowed    a list of volumes, for example [database]`,
    ],
    [
      "running",
      `berth:running: yes`,
      `
✗ config-invalid  berth:running
  where      Pulumi.hospital-b.yaml:2: berth:running
  what       found "yes"
  allowed    true or false
  remedy     pulumi config set berth:running true -s hospital-b`,
    ],
    [
      "inventory",
      `berth:inventory: fils`,
      `
✗ config-invalid  berth:inventory
  where      Pulumi.hospital-b.yaml:2: berth:inventory
  what       found "fils"
  allowed    live or files
  remedy     pulumi config set berth:inventory files -s hospital-b`,
    ],
  ])("%s", (_, written, text) => {
    expect(messages(stackWith(written))).toBe(text.slice(1));
  });
});
