import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readStackFile } from "../../../src/config/stack-file.ts";
import type { Finding } from "../../../src/findings/finding.ts";
import { findingText } from "./shown.ts";
import { conflictsOf, container, deployments, of, stackWith } from "../conflicts/sample.ts";
import { findingsFrom } from "../resolve/sample.ts";
import type { ShownFinding } from "../../../src/report/shown-finding.ts";

/**
 * Every message that a person can get for what is written in a stack file or a blueprint, and for every conflict, to
 * the letter. `needle` stands where a secret's text could be: no message may show it.
 */
const texts = (findings: readonly (Finding | ShownFinding)[]): string => findings.map(findingText).join("\n");

const told = (stackYaml: string, blueprintYaml?: string): string => {
  const text = texts(findingsFrom(stackYaml, { stack: "hospital-b", blueprintYaml }));
  expect(text).not.toContain("needle");
  return text;
};

describe("a key of a stack file", () => {
  it.each<[string, string, string]>([
    [
      "is unknown, and near a known one",
      `berth:port: { app: 8779 }`,
      `
✗ config-invalid  berth:port
  where      Pulumi.hospital-b.yaml:2: berth:port
  what       there is no such key
  allowed    blueprint, prefix, environment, profile, endpoint, domain, ports, images, settings, secrets, services, subnets, adopt, volumes, database, running, inventory
  remedy     rename it to berth:ports`,
    ],
    [
      "is unknown, and near none",
      `berth:flavour: sweet`,
      `
✗ config-invalid  berth:flavour
  where      Pulumi.hospital-b.yaml:2: berth:flavour
  what       there is no such key
  allowed    blueprint, prefix, environment, profile, endpoint, domain, ports, images, settings, secrets, services, subnets, adopt, volumes, database, running, inventory`,
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
    expect(told(stackWith(written))).toBe(text.slice(1));
  });
});

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
  allowed    tcp or udp`,
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
    expect(told(stackWith(written))).toBe(text.slice(1));
  });
});

describe("a prefix", () => {
  it.each<[string, string, string]>([
    [
      "has spaces and capitals",
      `berth:prefix: Hospital B`,
      `
✗ config-invalid  berth:prefix
  where      Pulumi.hospital-b.yaml:2: berth:prefix
  what       found "Hospital B"
  allowed    lower-case letters, digits and _; a letter first; at most 40 characters, for example hospital_b
  remedy     pulumi config set berth:prefix hospital_b -s hospital-b`,
    ],
    [
      "begins with a digit",
      `berth:prefix: 2nd_hospital`,
      `
✗ config-invalid  berth:prefix
  where      Pulumi.hospital-b.yaml:2: berth:prefix
  what       found "2nd_hospital"
  allowed    lower-case letters, digits and _; a letter first; at most 40 characters, for example hospital_b
  remedy     pulumi config set berth:prefix d_2nd_hospital -s hospital-b`,
    ],
    [
      "has characters of a shell",
      `berth:prefix: "$(reboot)"`,
      `
✗ config-invalid  berth:prefix
  where      Pulumi.hospital-b.yaml:2: berth:prefix
  what       found "$(reboot)"
  allowed    lower-case letters, digits and _; a letter first; at most 40 characters, for example hospital_b
  remedy     pulumi config set berth:prefix reboot -s hospital-b`,
    ],
    [
      "has 200 characters",
      `berth:prefix: abababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababab`,
      `
✗ config-invalid  berth:prefix
  where      Pulumi.hospital-b.yaml:2: berth:prefix
  what       found "ababababababababababababababababababababababababababababababababababababababab…
  allowed    lower-case letters, digits and _; a letter first; at most 40 characters, for example hospital_b
  remedy     pulumi config set berth:prefix abababababababababababababababababababab -s hospital-b`,
    ],
    [
      "is a number",
      `berth:prefix: 2024`,
      `
✗ config-invalid  berth:prefix
  where      Pulumi.hospital-b.yaml:2: berth:prefix
  what       found 2024
  allowed    lower-case letters, digits and _; a letter first; at most 40 characters, for example hospital_b
  remedy     pulumi config set berth:prefix d_2024 -s hospital-b`,
    ],
  ])("%s", (_, written, text) => {
    expect(told(stackWith(written))).toBe(text.slice(1));
  });
});

describe("a domain", () => {
  it.each<[string, string, string]>([
    [
      "has spaces",
      `berth:domain: b hospital.example`,
      `
✗ config-invalid  berth:domain
  where      Pulumi.hospital-b.yaml:2: berth:domain
  what       found "b hospital.example"
  allowed    a host name in lower case, without scheme, port or spaces, for example b.hospital.example`,
    ],
    [
      "has a semicolon",
      `berth:domain: "b.example; return 200"`,
      `
✗ config-invalid  berth:domain
  where      Pulumi.hospital-b.yaml:2: berth:domain
  what       found "b.example; return 200"
  allowed    a host name in lower case, without scheme, port or spaces, for example b.hospital.example`,
    ],
    [
      "has a brace",
      `berth:domain: "b.example {"`,
      `
✗ config-invalid  berth:domain
  where      Pulumi.hospital-b.yaml:2: berth:domain
  what       found "b.example {"
  allowed    a host name in lower case, without scheme, port or spaces, for example b.hospital.example`,
    ],
    [
      "has a line end",
      `berth:domain: "b.example\\nserver"`,
      `
✗ config-invalid  berth:domain
  where      Pulumi.hospital-b.yaml:2: berth:domain
  what       found "b.example\\nserver"
  allowed    a host name in lower case, without scheme, port or spaces, for example b.hospital.example`,
    ],
    [
      "has capitals",
      `berth:domain: B.Hospital.example`,
      `
✗ config-invalid  berth:domain
  where      Pulumi.hospital-b.yaml:2: berth:domain
  what       found "B.Hospital.example"
  allowed    a host name in lower case, without scheme, port or spaces, for example b.hospital.example
  remedy     pulumi config set berth:domain b.hospital.example -s hospital-b`,
    ],
    [
      "is a URL",
      `berth:domain: https://b.hospital.example:8443/login`,
      `
✗ config-invalid  berth:domain
  where      Pulumi.hospital-b.yaml:2: berth:domain
  what       found "https://b.hospital.example:8443/login"
  allowed    a host name in lower case, without scheme, port or spaces, for example b.hospital.example
  remedy     pulumi config set berth:domain b.hospital.example -s hospital-b`,
    ],
  ])("%s", (_, written, text) => {
    expect(told(stackWith(written))).toBe(text.slice(1));
  });
});

describe("a setting", () => {
  it.each<[string, string, string]>([
    [
      "would lose a zero",
      `berth:settings: { HOSPITAL_PHONE: 0123456 }`,
      `
✗ config-invalid  berth:settings.HOSPITAL_PHONE
  where      Pulumi.hospital-b.yaml:2: berth:settings.HOSPITAL_PHONE
  what       0123456 without quotes is not text to YAML, and would arrive as something else
  allowed    text in quotes
  remedy     write HOSPITAL_PHONE: "0123456" in Pulumi.hospital-b.yaml`,
    ],
    [
      "would lose a plus",
      `berth:settings: { HOSPITAL_PHONE: +4930123456 }`,
      `
✗ config-invalid  berth:settings.HOSPITAL_PHONE
  where      Pulumi.hospital-b.yaml:2: berth:settings.HOSPITAL_PHONE
  what       +4930123456 without quotes is not text to YAML, and would arrive as something else
  allowed    text in quotes
  remedy     write HOSPITAL_PHONE: "+4930123456" in Pulumi.hospital-b.yaml`,
    ],
    [
      "would lose its capital",
      `berth:settings: { HOSPITAL_PDF_FORMS_ENABLED: True }`,
      `
✗ config-invalid  berth:settings.HOSPITAL_PDF_FORMS_ENABLED
  where      Pulumi.hospital-b.yaml:2: berth:settings.HOSPITAL_PDF_FORMS_ENABLED
  what       True without quotes is not text to YAML, and would arrive as something else
  allowed    text in quotes
  remedy     write HOSPITAL_PDF_FORMS_ENABLED: "True" in Pulumi.hospital-b.yaml`,
    ],
    [
      "would become a moment",
      `berth:settings: { FOUNDED: 1999-12-31 }`,
      `
✗ config-invalid  berth:settings.FOUNDED
  where      Pulumi.hospital-b.yaml:2: berth:settings.FOUNDED
  what       1999-12-31 without quotes is not text to YAML, and would arrive as something else
  allowed    text in quotes
  remedy     write FOUNDED: "1999-12-31" in Pulumi.hospital-b.yaml`,
    ],
    [
      "has no value",
      `berth:settings: { HOSPITAL_NAME: }`,
      `
✗ config-invalid  berth:settings.HOSPITAL_NAME
  where      Pulumi.hospital-b.yaml:2: berth:settings.HOSPITAL_NAME
  what       it has no value
  allowed    text, a number, true or false; "" for nothing
  remedy     pulumi config rm --path berth:settings.HOSPITAL_NAME -s hospital-b`,
    ],
    [
      "is a list",
      `berth:settings: { HOSPITAL_NAME: [B] }`,
      `
✗ config-invalid  berth:settings.HOSPITAL_NAME
  where      Pulumi.hospital-b.yaml:2: berth:settings.HOSPITAL_NAME
  what       found ["B"]
  allowed    text, a number, true or false; "" for nothing`,
    ],
    [
      "holds NUL",
      `berth:settings: { HOSPITAL_NAME: "B\\0" }`,
      `
✗ config-invalid  berth:settings.HOSPITAL_NAME
  where      Pulumi.hospital-b.yaml:2: berth:settings.HOSPITAL_NAME
  what       found "B\\u0000"
  allowed    text without the character NUL, which no environment can hold`,
    ],
    [
      "is encrypted",
      `berth:settings: { TOKEN: { secure: v1:needle } }`,
      `
✗ config-invalid  berth:settings.TOKEN
  where      Pulumi.hospital-b.yaml:2: berth:settings.TOKEN
  what       an encrypted value
  allowed    clear text; what is secret belongs under berth:secrets
  remedy     pulumi config set --secret --path berth:secrets.TOKEN -s hospital-b && pulumi config rm --path berth:settings.TOKEN -s hospital-b`,
    ],
    [
      "is almost one of the blueprint's",
      `berth:settings: { HOSPITAL_NMAE: Hospital B }`,
      `
! config-invalid  berth:settings.HOSPITAL_NMAE
  where      Pulumi.hospital-b.yaml:2: berth:settings.HOSPITAL_NMAE
  what       equipemed has no setting HOSPITAL_NMAE; it is handed to the app as it is
  remedy     if HOSPITAL_NAME is meant, rename it to berth:settings.HOSPITAL_NAME`,
    ],
    [
      "is almost one of the blueprint's that is there, too",
      `berth:settings: { HOSPITAL_NAME: Hospital B, HOSPITAL_NAMES: B }`,
      `
`,
    ],
  ])("%s", (_, written, text) => {
    expect(told(stackWith(written))).toBe(text.slice(1));
  });
});

describe("a secret", () => {
  it.each<[string, string, string]>([
    [
      "is in clear text",
      `berth:secrets: { EMAIL_PASSWORD: needle }`,
      `
✗ config-invalid  berth:secrets.EMAIL_PASSWORD
  where      Pulumi.hospital-b.yaml:2: berth:secrets.EMAIL_PASSWORD
  what       a secret in clear text
  allowed    an encrypted value; treat the old one as compromised and rotate it
  remedy     pulumi config set --secret --path berth:secrets.EMAIL_PASSWORD -s hospital-b`,
    ],
    [
      "has no name",
      `berth:secrets: needle`,
      `
✗ config-invalid  berth:secrets
  where      Pulumi.hospital-b.yaml:2: berth:secrets
  what       found a value that is not shown
  allowed    encrypted values by name`,
    ],
    [
      "is among others, all encrypted as one",
      `berth:secrets: { secure: v1:needle }`,
      `
✗ config-invalid  berth:secrets
  where      Pulumi.hospital-b.yaml:2: berth:secrets
  what       it is encrypted as a whole, so what is in it cannot be known
  allowed    a map of names, each with its own encrypted value
  remedy     pulumi config rm berth:secrets -s hospital-b
             then for each:
             pulumi config set --secret --path berth:secrets.NAME -s hospital-b`,
    ],
    [
      "cannot be a name",
      `berth:secrets: { e-mail: { secure: v1:needle } }`,
      `
✗ config-invalid  berth:secrets.e-mail
  where      Pulumi.hospital-b.yaml:2: berth:secrets.e-mail
  what       "e-mail" cannot be a name here
  allowed    a name of letters, digits and _, for example EMAIL_PASSWORD`,
    ],
  ])("%s", (_, written, text) => {
    expect(told(stackWith(written))).toBe(text.slice(1));
  });
});

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
    expect(told(stackWith(written))).toBe(text.slice(1));
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
    expect(told(stackWith(written))).toBe(text.slice(1));
  });
});

describe("a stack file", () => {
  it.each<[string, string, string]>([
    [
      "is empty",
      ``,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml
  what       Pulumi.hospital-b.yaml is empty
  remedy     write what the deployment is:
             berth new hospital-b
             or remove it:
             rm Pulumi.hospital-b.yaml`,
    ],
    [
      "holds comments only",
      `# to do
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml
  what       Pulumi.hospital-b.yaml holds nothing but comments
  remedy     write what the deployment is:
             berth new hospital-b
             or remove it:
             rm Pulumi.hospital-b.yaml`,
    ],
    [
      "is a list",
      `- berth:prefix
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml
  what       Pulumi.hospital-b.yaml is not a map of keys
  remedy     begin Pulumi.hospital-b.yaml with the key config:`,
    ],
    [
      "has a list for its configuration",
      `encryptionsalt: x
config: [berth:prefix]
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml:2
  what       Pulumi.hospital-b.yaml has a config: that is not a map of keys
  remedy     write keys like berth:prefix under config: in Pulumi.hospital-b.yaml`,
    ],
    [
      "has a tab",
      `config:
	berth:prefix: hospital_b
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml:2
  what       Pulumi.hospital-b.yaml is not valid YAML: a tab as indentation; use spaces
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
    [
      "has a key without a colon",
      `config:
  berth:prefix hospital_b
  berth:domain: b.example
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml:2
  what       Pulumi.hospital-b.yaml is not valid YAML: a key without its \`: \`
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
    [
      "has a key twice",
      `config:
  berth:prefix: a
  berth:prefix: b
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml:3
  what       Pulumi.hospital-b.yaml is not valid YAML: a key that stands there twice
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
    [
      "has a quote that is not closed",
      `config:
  berth:prefix: 'needle
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml:3
  what       Pulumi.hospital-b.yaml is not valid YAML: a quote or bracket that is not closed, or a key without its \`: \`
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
    [
      "has a value that begins with @",
      `config:
  berth:secrets: { PASSWORD: @needle }
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml:2
  what       Pulumi.hospital-b.yaml is not valid YAML: a value that begins with @, \` or %; put it in quotes
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
    [
      "has an alias to nothing",
      `config:
  berth:secrets: { PASSWORD: *needle }
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml
  what       Pulumi.hospital-b.yaml is not valid YAML: an alias (*name) that stands for nothing, itself or too much
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
    [
      "has an alias to itself",
      `config: &needle
  berth:settings: *needle
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml
  what       Pulumi.hospital-b.yaml is not valid YAML: an alias (*name) that stands for nothing, itself or too much
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
    [
      "is two documents",
      `config: {}
---
config: {}
`,
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml:2
  what       Pulumi.hospital-b.yaml is not valid YAML: a second document (---); one file holds one
  remedy     fix the syntax in Pulumi.hospital-b.yaml`,
    ],
  ])("%s", (_, written, text) => {
    expect(told(written)).toBe(text.slice(1));
  });
});

describe("a blueprint", () => {
  it.each<[string, string, string]>([
    [
      "is empty",
      `# nothing yet
`,
      `
✗ config-invalid  services
  where      blueprints/sample.yaml: services
  what       it is missing
  allowed    services by name`,
    ],
    [
      "is not valid YAML",
      `services:
  web: { image: a
`,
      `
✗ config-invalid  blueprints/sample.yaml
  where      blueprints/sample.yaml:3
  what       blueprints/sample.yaml is not valid YAML: an indentation that fits nothing above it, or a [ or { that is not closed`,
    ],
    [
      "is a list",
      `- web
`,
      `
✗ config-invalid  blueprints/sample.yaml
  where      blueprints/sample.yaml
  what       blueprints/sample.yaml is not a Compose file
  allowed    YAML with a map of services:`,
    ],
    [
      "has no service",
      `services: {}
`,
      `
✗ config-invalid  services
  where      blueprints/sample.yaml:1: services
  what       found {}
  allowed    one service at least`,
    ],
    [
      "has a service without an image",
      `services:
  web:
    command: serve
`,
      `
✗ config-invalid  services.web.image
  where      blueprints/sample.yaml:2: services.web.image
  what       it is missing
  allowed    an image name; berth builds no images`,
    ],
    [
      "has a service that is built",
      `services:
  web:
    build: .
    image: web:1
`,
      `
✗ config-invalid  services.web.build
  where      blueprints/sample.yaml:3: services.web.build
  what       the key build is not supported
  remedy     build the image beforehand and name it with image:`,
    ],
    [
      "has a key of Compose that berth does not support",
      `services:
  web:
    image: web:1
    container_name: web
    network_mode: host
`,
      `
✗ config-invalid  services.web.container_name
  where      blueprints/sample.yaml:4: services.web.container_name
  what       the key container_name is not supported
  remedy     remove it: the name is always <prefix>_<key>
✗ config-invalid  services.web.network_mode
  where      blueprints/sample.yaml:5: services.web.network_mode
  what       the key network_mode is not supported
  remedy     remove it: every deployment has networks of its own`,
    ],
    [
      "has a misspelt key",
      `services:
  web:
    image: web:1
    enviroment: { A: b }
`,
      `
✗ config-invalid  services.web.enviroment
  where      blueprints/sample.yaml:4: services.web.enviroment
  what       the key enviroment is not supported
  remedy     rename it to environment, or remove it`,
    ],
    [
      "has a key at the top that Compose does not know",
      `services: { web: { image: web:1 } }
models: {}
service: {}
`,
      `
✗ config-invalid  models
  where      blueprints/sample.yaml:2: models
  what       the key models is not supported
  remedy     remove it
✗ config-invalid  service
  where      blueprints/sample.yaml:3: service
  what       the key service is not supported
  remedy     rename it to services, or remove it`,
    ],
    [
      "has an external volume",
      `services: { web: { image: web:1 } }
volumes: { data: { external: true } }
`,
      `
✗ config-invalid  volumes.data.external
  where      blueprints/sample.yaml:2: volumes.data.external
  what       the key external is not supported
  remedy     remove it: volumes and networks belong to their deployment (berth:adopt takes an existing volume over)`,
    ],
    [
      "has a misspelt key in x-berth",
      `services: { web: { image: web:1 } }
x-berth: { job: [web] }
`,
      `
✗ config-invalid  x-berth.job
  where      blueprints/sample.yaml:2: x-berth.job
  what       the key job is not supported
  remedy     rename it to jobs, or remove it`,
    ],
    [
      "has values of other kinds than Compose knows",
      `services:
  web:
    image: web:1
    ports: 8080:80
    environment: 5
    depends_on: 5
    volumes: [{ type: tmpfs, target: /tmp }]
    init: sometimes
`,
      `
✗ config-invalid  services.web.environment
  where      blueprints/sample.yaml:5: services.web.environment
  what       found 5
  allowed    a map of names and values, or a list of NAME=value
✗ config-invalid  services.web.ports
  where      blueprints/sample.yaml:4: services.web.ports
  what       found "8080:80"
  allowed    a list of ports
✗ config-invalid  services.web.volumes[0].type
  where      blueprints/sample.yaml:7: services.web.volumes[0].type
  what       found "tmpfs"
  allowed    volume or bind
✗ config-invalid  services.web.volumes[0].source
  where      blueprints/sample.yaml:7: services.web.volumes[0].source
  what       it is missing
  allowed    a volume, or a directory of the host
✗ config-invalid  services.web.depends_on
  where      blueprints/sample.yaml:6: services.web.depends_on
  what       found 5
  allowed    a list of services, or a map of services and conditions
✗ config-invalid  services.web.init
  where      blueprints/sample.yaml:8: services.web.init
  what       found "sometimes"
  allowed    true or false`,
    ],
    [
      "has a circle of dependencies",
      `services:
  a: { image: a:1, depends_on: [b] }
  b: { image: b:1, depends_on: [c] }
  c: { image: c:1, depends_on: [a] }
`,
      `
✗ config-invalid  services.a.depends_on
  where      blueprints/sample.yaml:2: services.a.depends_on
  what       services wait for each other in a circle: a → b → c → a
  remedy     remove one of these depends_on:`,
    ],
    [
      "has a service that waits for one that is not there",
      `services:
  web: { image: web:1, depends_on: [databse] }
  database: { image: db:1 }
`,
      `
✗ config-invalid  services.web.depends_on.databse
  where      blueprints/sample.yaml:2: services.web.depends_on.databse
  what       there is no service databse
  allowed    web, database
  remedy     write database for databse`,
    ],
    [
      "names a network that is not there",
      `services: { web: { image: web:1, networks: [backend] } }
`,
      `
✗ config-invalid  services.web.networks.backend
  where      blueprints/sample.yaml:1: services.web.networks.backend
  what       there is no network backend
  allowed    default
  remedy     declare it under networks:`,
    ],
    [
      "names a secret that is not there",
      `services: { web: { image: web:1, secrets: [key] } }
`,
      `
✗ config-invalid  services.web.secrets[0]
  where      blueprints/sample.yaml:1: services.web.secrets[0]
  what       there is no secret key
  remedy     declare it under secrets:`,
    ],
    [
      "names a volume that is not there",
      `services: { web: { image: web:1, volumes: ["dta:/data"] } }
volumes: { data: }
`,
      `
✗ config-invalid  services.web.volumes[0]
  where      blueprints/sample.yaml:1: services.web.volumes[0]
  what       there is no volume dta
  allowed    data
  remedy     write data for dta`,
    ],
    [
      "names a volume, and there is none",
      `services: { web: { image: web:1, volumes: ["data:/data"] } }
`,
      `
✗ config-invalid  services.web.volumes[0]
  where      blueprints/sample.yaml:1: services.web.volumes[0]
  what       there is no volume data
  remedy     declare it in blueprints/sample.yaml: volumes: { data: }`,
    ],
    [
      "mounts a directory by a relative path",
      `services: { web: { image: web:1, volumes: ["./data:/data"] } }
`,
      `
✗ config-invalid  services.web.volumes[0]
  where      blueprints/sample.yaml:1: services.web.volumes[0]
  what       ./data is another directory on every machine
  allowed    an absolute path, or a volume`,
    ],
    [
      "mounts something in no form that Compose knows",
      `services: { web: { image: web:1, volumes: ["/data"] } }
`,
      `
✗ config-invalid  services.web.volumes[0]
  where      blueprints/sample.yaml:1: services.web.volumes[0]
  what       found "/data"
  allowed    volume:/path, or /host/path:/path, with :ro appended for a read-only mount`,
    ],
    [
      "names jobs, an app and ports of services that are not there",
      `services: { web: { image: web:1 } }
x-berth: { jobs: [seed], app: wbe, ports: { api: 9000-9099, web: api+1 } }
`,
      `
✗ config-invalid  x-berth.jobs[0]
  where      blueprints/sample.yaml:2: x-berth.jobs[0]
  what       there is no service seed
  allowed    web
✗ config-invalid  x-berth.app
  where      blueprints/sample.yaml:2: x-berth.app
  what       there is no service wbe
  allowed    web
  remedy     write web for wbe
✗ config-invalid  x-berth.ports.api
  where      blueprints/sample.yaml:2: x-berth.ports.api
  what       there is no service api
  allowed    web
✗ config-invalid  x-berth.ports.web
  where      blueprints/sample.yaml:2: x-berth.ports.web
  what       there is no service api
  allowed    web`,
    ],
    [
      "says something of a job that is not there, and a time that is none of one that is",
      `services: { web: { image: web:1 }, seed: { image: web:1 } }
x-berth: { jobs: { sed: { timeout: 1m }, seed: { timeout: soon } } }
`,
      `
✗ config-invalid  x-berth.jobs.sed
  where      blueprints/sample.yaml:2: x-berth.jobs.sed
  what       there is no service sed
  allowed    web, seed
  remedy     write seed for sed`,
    ],
    [
      "gives a job a time that is none",
      `services: { web: { image: web:1 }, seed: { image: web:1 } }
x-berth: { jobs: { seed: { timeout: 500ms } } }
`,
      `
✗ config-invalid  x-berth.jobs.seed.timeout
  where      blueprints/sample.yaml:2: x-berth.jobs.seed.timeout
  what       found "500ms"
  allowed    a duration of at least a second, for example 15m`,
    ],
    [
      "says of a job what nothing knows",
      `services: { web: { image: web:1 }, seed: { image: web:1 } }
x-berth: { jobs: { seed: { timout: 5m } } }
`,
      `
✗ config-invalid  x-berth.jobs.seed.timout
  where      blueprints/sample.yaml:2: x-berth.jobs.seed.timout
  what       the key timout is not supported
  remedy     rename it to timeout, or remove it`,
    ],
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
      "publishes one container port twice",
      `services: { web: { image: web:1, ports: ["8080:80", "8081:80"] } }
`,
      `
✗ config-invalid  services.web.ports[1]
  where      blueprints/sample.yaml:1: services.web.ports[1]
  what       the container port 80/tcp of web is published twice
  allowed    one host port for each container port`,
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
      "has two services that would be one container",
      `services: { my-app: { image: a:1 }, my_app: { image: b:1 } }
`,
      `
✗ config-invalid  services.my_app
  where      blueprints/sample.yaml:1: services.my_app
  what       my-app and my_app would both be the container hospital_b_my_app
  allowed    keys that differ in more than - . and _`,
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
  allowed    "8778:8000", "127.0.0.1:8778:8000", "8000", with /tcp or /udp behind`,
    ],
    [
      "mounts a volume as a directory, a directory as a volume, and a path with a colon",
      `services:
  web:
    image: web:1
    volumes:
      - { type: bind, source: data, target: /a }
      - { type: volume, source: /srv, target: /b }
      - { type: bind, source: "/srv:x", target: /c }
volumes: { data: }
`,
      `
✗ config-invalid  services.web.volumes[0]
  where      blueprints/sample.yaml:5: services.web.volumes[0]
  what       found {"type":"bind","source":"data","target":"/a"}
  allowed    volume:/path, or /host/path:/path, with :ro appended for a read-only mount
✗ config-invalid  services.web.volumes[1]
  where      blueprints/sample.yaml:6: services.web.volumes[1]
  what       found {"type":"volume","source":"/srv","target":"/b"}
  allowed    volume:/path, or /host/path:/path, with :ro appended for a read-only mount
✗ config-invalid  services.web.volumes[2]
  where      blueprints/sample.yaml:7: services.web.volumes[2]
  what       found {"type":"bind","source":"/srv:x","target":"/c"}
  allowed    volume:/path, or /host/path:/path, with :ro appended for a read-only mount`,
    ],
    [
      "has a port in no form that Compose knows",
      `services: { web: { image: web:1, ports: ["8080-8090:80"] } }
`,
      `
✗ config-invalid  services.web.ports[0]
  where      blueprints/sample.yaml:1: services.web.ports[0]
  what       found "8080-8090:80"
  allowed    "8778:8000", "127.0.0.1:8778:8000", "8000", with /tcp or /udp behind`,
    ],
    [
      "has a variable that is not closed",
      `services: { web: { image: web:1, environment: { A: "\${B" } } }
`,
      `
✗ config-invalid  services.web.environment.A
  where      blueprints/sample.yaml:1: services.web.environment.A
  what       \${B is not closed by } in "\${B"
  allowed    \${NAME}, \${NAME:-default}, and $$ for a dollar sign`,
    ],
    [
      "has a variable without a name",
      `services: { web: { image: web:1, command: ["\${}"] } }
`,
      `
✗ config-invalid  services.web.command[0]
  where      blueprints/sample.yaml:1: services.web.command[0]
  what       \${ is not followed by a name in "\${}"
  allowed    \${NAME}, \${NAME:-default}, and $$ for a dollar sign`,
    ],
    [
      "has a variable with an operator that Compose does not know",
      `services: { web: { image: web:1, command: ["\${A!b}"] } }
`,
      `
✗ config-invalid  services.web.command[0]
  where      blueprints/sample.yaml:1: services.web.command[0]
  what       \${A is not closed by } in "\${A!b}"
  allowed    \${NAME}, \${NAME:-default}, and $$ for a dollar sign`,
    ],
    [
      "requires a variable",
      `services: { web: { image: web:1, environment: { SMTP_HOST: "\${SMTP_HOST:?where mail goes}" } } }
`,
      `
✗ config-invalid  services.web.environment.SMTP_HOST
  where      blueprints/sample.yaml:1: services.web.environment.SMTP_HOST
  what       SMTP_HOST is required: where mail goes
  remedy     pulumi config set --path berth:settings.SMTP_HOST -s hospital-b`,
    ],
    [
      "has a variable that is set nowhere",
      `services: { web: { image: web:1, environment: { MODE: "\${MODE}" } } }
`,
      `
! config-invalid  services.web.environment.MODE
  where      blueprints/sample.yaml:1: services.web.environment.MODE
  what       the variable MODE is set nowhere, so it is empty
  remedy     write \${MODE:-} in blueprints/sample.yaml, or set it:
             pulumi config set --path berth:settings.MODE -s hospital-b`,
    ],
    [
      "has a secret where everybody could see it",
      `services:
  web: { image: web:1, command: ["--key", "\${KEY}"], labels: { key: "\${KEY}" } }
x-berth: { secrets: { KEY: { generate: 32 } } }
`,
      `
✗ config-invalid  services.web.command[1]
  where      blueprints/sample.yaml:2: services.web.command[1]
  what       the secret KEY would be visible to everyone who may inspect containers
  allowed    secrets under environment: or secrets:
✗ config-invalid  services.web.labels.key
  where      blueprints/sample.yaml:2: services.web.labels.key
  what       the secret KEY would be visible to everyone who may inspect containers
  allowed    secrets under environment: or secrets:`,
    ],
    [
      "requires a secret",
      `services: { web: { image: web:1 } }
x-berth: { secrets: { JWT_SECRET: { description: signs tokens } } }
`,
      `
✗ config-invalid  berth:secrets.JWT_SECRET
  where      Pulumi.hospital-b.yaml: berth:secrets.JWT_SECRET
  what       the secret JWT_SECRET is missing: signs tokens
  remedy     pulumi config set --secret --path berth:secrets.JWT_SECRET -s hospital-b`,
    ],
    [
      "requires a secret as a file",
      `services: { web: { image: web:1, secrets: [tls_key] } }
secrets: { tls_key: { environment: TLS_KEY } }
`,
      `
✗ config-invalid  berth:secrets.TLS_KEY
  where      Pulumi.hospital-b.yaml: berth:secrets.TLS_KEY
  what       the secret TLS_KEY is missing
  remedy     pulumi config set --secret --path berth:secrets.TLS_KEY -s hospital-b`,
    ],
    [
      "has an image that is none",
      `services: { web: { image: "Web App" } }
`,
      `
✗ config-invalid  services.web.image
  where      blueprints/sample.yaml:1: services.web.image
  what       found "Web App"
  allowed    an image name in lower case`,
    ],
    [
      "has times, sizes and counts that are none",
      `services:
  web:
    image: web:1
    shm_size: large
    stop_grace_period: soon
    restart: sometimes
    healthcheck: { test: ["curl", "localhost"], interval: 0s, retries: 0 }
    deploy: { resources: { limits: { cpus: many, memory: "0" } } }
`,
      `
✗ config-invalid  services.web.healthcheck.test
  where      blueprints/sample.yaml:7: services.web.healthcheck.test
  what       found ["curl","localhost"]
  allowed    ["CMD", …], ["CMD-SHELL", …], ["NONE"], or a text
✗ config-invalid  services.web.healthcheck.interval
  where      blueprints/sample.yaml:7: services.web.healthcheck.interval
  what       found "0s"
  allowed    a duration, for example 30s or 1m30s
✗ config-invalid  services.web.healthcheck.retries
  where      blueprints/sample.yaml:7: services.web.healthcheck.retries
  what       found "0"
  allowed    a whole number above 0
✗ config-invalid  services.web.restart
  where      blueprints/sample.yaml:6: services.web.restart
  what       found "sometimes"
  allowed    no, always, unless-stopped, on-failure or on-failure:3
✗ config-invalid  services.web.deploy.resources.limits.cpus
  where      blueprints/sample.yaml:8: services.web.deploy.resources.limits.cpus
  what       found "many"
  allowed    a number of cores above 0, for example 0.5
✗ config-invalid  services.web.deploy.resources.limits.memory
  where      blueprints/sample.yaml:8: services.web.deploy.resources.limits.memory
  what       found "0"
  allowed    a size above 0, for example 512M
✗ config-invalid  services.web.stop_grace_period
  where      blueprints/sample.yaml:5: services.web.stop_grace_period
  what       found "soon"
  allowed    a duration, for example 30s or 1m30s
✗ config-invalid  services.web.shm_size
  where      blueprints/sample.yaml:4: services.web.shm_size
  what       found "large"
  allowed    a size above 0, for example 512M`,
    ],
    [
      "has a command whose quotes are not closed",
      `services: { web: { image: web:1, command: "echo 'hello" } }
`,
      `
✗ config-invalid  services.web.command
  where      blueprints/sample.yaml:1: services.web.command
  what       found "echo 'hello"
  allowed    words whose quotes are closed`,
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
    [
      "has a static directory that is no absolute path",
      `services: { web: { image: web:1 } }
x-berth: { static: { directory: "www/\${BERTH_PREFIX}" } }
`,
      `
✗ config-invalid  x-berth.static.directory
  where      blueprints/sample.yaml:2: x-berth.static.directory
  what       found "www/hospital_b"
  allowed    an absolute path of letters, digits, . _ - and /`,
    ],
  ])("%s", (_, written, text) => {
    expect(told(stackWith("berth:prefix: hospital_b"), written)).toBe(text.slice(1));
  });
});

describe("a stack file that cannot be opened", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "berth-messages-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("is not there", () => {
    expect(texts(readStackFile(root, "hospital-b").findings)).toBe(
      `
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml
  what       Pulumi.hospital-b.yaml does not exist
  remedy     berth new hospital-b`.slice(1),
    );
  });

  it("is a folder, and near the one that is meant", () => {
    mkdirSync(join(root, "Pulumi.hospital-a.yaml"));
    expect(texts([...readStackFile(root, "hospital-a").findings, ...readStackFile(root, "hospital-b").findings])).toBe(
      `
✗ stack-unreadable  Pulumi.hospital-a.yaml
  where      hospital-a              Pulumi.hospital-a.yaml
  what       Pulumi.hospital-a.yaml is a folder
  remedy     mv Pulumi.hospital-a.yaml Pulumi.hospital-a.yaml.old
✗ stack-unreadable  Pulumi.hospital-b.yaml
  where      hospital-b              Pulumi.hospital-b.yaml
  what       Pulumi.hospital-b.yaml does not exist; there is Pulumi.hospital-a.yaml
  remedy     berth new hospital-b`.slice(1),
    );
  });
});

it.each([
  ["2024", "2024", "d_2024"],
  ["x".repeat(41), "x".repeat(41), "x".repeat(40)],
])("a stack whose name gives no prefix: %s", (stack, prefix, better) => {
  expect(texts(findingsFrom(stackWith("berth:running: true"), { stack }))).toBe(
    `
✗ config-invalid  berth:prefix
  where      Pulumi.${stack}.yaml: berth:prefix
  what       there is none, and "${prefix}" from the stack's name cannot be one
  allowed    lower-case letters, digits and _; a letter first; at most 40 characters, for example hospital_b
  remedy     pulumi config set berth:prefix ${better} -s ${stack}`.slice(1),
  );
});

it("tells all mistakes of one file at once", () => {
  const written = stackWith(
    "berth:prefix: B\nberth:domain: B\nberth:port: 1\nberth:ports: { app: 0 }\nberth:running: 1",
  );
  const keys = findingsFrom(written).map(({ key }) => key);
  expect(keys.sort()).toEqual(["berth:domain", "berth:port", "berth:ports.app", "berth:prefix", "berth:running"]);
});

const GB = 1024 ** 3;
const small = { cpus: 2, memory: 4 * GB };
const hospitalA = {
  "hospital-a": "berth:prefix: hospital_a\nberth:ports: { app: 8778 }\nberth:domain: hospital.example",
};
const hospitalB = (more = "berth:ports: { app: 8790 }"): Record<string, string> => ({
  "hospital-b": `berth:prefix: hospital_b\n${more}`,
});
const port8790 = { address: "0.0.0.0", protocol: "tcp", port: 8790 } as const;
const mounting = (directory: string): string => `services: { web: { image: web:1, volumes: ["${directory}:/data"] } }`;
const addressed = `services:
  web: { image: web:1, networks: { net: { ipv4_address: 10.1.2.5 } } }
networks: { net: { ipam: { config: [{ subnet: 10.1.2.0/24 }] } } }
`;

describe("a conflict: two want", () => {
  it.each<[string, () => ShownFinding[], string]>([
    [
      "a host port of another stack",
      () => conflictsOf(deployments({ ...hospitalA, ...hospitalB("berth:ports: { app: 8778 }") })),
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
        conflictsOf(deployments(hospitalB()), {
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
        conflictsOf(deployments(hospitalB()), {
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
      () => conflictsOf(deployments(hospitalB()), { listeners: [{ ...port8790, process: "nginx (pid 812)" }] }),
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
        conflictsOf(deployments(hospitalB("berth:ports: { app: { port: 8790, protocol: tcp } }")), {
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
        conflictsOf(
          deployments({ ...hospitalA, "hospital-b": "berth:prefix: hospital_a\nberth:ports: { app: 8790 }" }),
        ),
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
        conflictsOf(deployments(hospitalB()), {
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
      () => conflictsOf(deployments(hospitalB()), { containers: [container("hospital_b_app")] }),
      `
✗ container-name-in-use  hospital_b_app
  wanted by  hospital-b / app        Pulumi.hospital-b.yaml:2: berth:prefix
  held by    container hospital_b_app
  remedy     pulumi config set berth:prefix hospital_b_2 -s hospital-b
             no name under it exists on this host`,
    ],
    [
      "the name of a stranger's volume, which may be its own from the time before berth",
      () => conflictsOf(deployments(hospitalB()), { volumes: [{ name: "hospital_b_database", labels: {} }] }),
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
        conflictsOf(deployments(hospitalB()), {
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
        conflictsOf(deployments(hospitalB()), {
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
        conflictsOf(
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
      "a subnet inside another one",
      () =>
        conflictsOf(deployments(hospitalB("berth:subnets: { default: 10.1.2.0/24 }")), {
          networks: [{ id: "1", name: "office", labels: {}, subnets: ["10.1.0.0/16"], gateways: [], internal: false }],
        }),
      `
✗ subnet-overlap  10.1.2.0/24
  wanted by  hospital-b              Pulumi.hospital-b.yaml:3: berth:subnets.default
  held by    network office
  remedy     pulumi config set --path berth:subnets.default 10.211.90.0/26 -s hospital-b
             free on this host`,
    ],
    [
      "a subnet where all of the automatic ones are taken",
      () =>
        conflictsOf(deployments(hospitalB("berth:subnets: { default: 10.1.2.0/24 }")), {
          networks: [{ id: "1", name: "vpn", labels: {}, subnets: ["10.0.0.0/8"], gateways: [], internal: false }],
        }),
      `
✗ subnet-overlap  10.1.2.0/24
  wanted by  hospital-b              Pulumi.hospital-b.yaml:3: berth:subnets.default
  held by    network vpn
  remedy     pulumi config set --path berth:subnets.default 172.19.90.0/26 -s hospital-b
             free on this host`,
    ],
    [
      "an address that Docker gave to a guest of the network",
      () =>
        conflictsOf(deployments({ "hospital-b": "berth:prefix: hospital_b" }, addressed), {
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
        conflictsOf([
          ...deployments({ "hospital-a": "berth:prefix: a" }, mounting("/srv/data")),
          ...deployments({ "hospital-b": "berth:prefix: b" }, mounting("/srv/data/b")),
        ]),
      `
✗ path-overlap  /srv/data/b
  wanted by  hospital-b / web        blueprints/sample.yaml:1: services.web.volumes[0]
  held by    hospital-a / web        blueprints/sample.yaml:1: services.web.volumes[0]
  remedy     name another directory in blueprints/sample.yaml: services.web.volumes[0]`,
    ],
    [
      "a static directory inside one that a container writes to",
      () =>
        conflictsOf(deployments(hospitalB()), {
          containers: [container("nginx", { directories: [{ path: "/var/www", readOnly: false }] })],
        }),
      `
✗ path-overlap  /var/www/hospital_b_static_eqmd_latest
  wanted by  hospital-b              blueprints/equipemed.yaml:100: x-berth.static.directory
  held by    container nginx
  remedy     name another directory in blueprints/equipemed.yaml: x-berth.static.directory`,
    ],
    [
      "a static directory that a container writes to",
      () =>
        conflictsOf(deployments(hospitalB()), {
          containers: [
            container("nginx", { directories: [{ path: "/var/www/hospital_b_static_eqmd_latest", readOnly: false }] }),
          ],
        }),
      `
✗ path-overlap  /var/www/hospital_b_static_eqmd_latest
  wanted by  hospital-b              blueprints/equipemed.yaml:100: x-berth.static.directory
  held by    container nginx
  remedy     pulumi config set berth:prefix hospital_b_2 -s hospital-b
             no name under it exists on this host`,
    ],
    [
      "the domain of another stack: one finding, though www. is the same, too",
      () =>
        conflictsOf(
          deployments({ ...hospitalA, ...hospitalB("berth:ports: { app: 8790 }\nberth:domain: hospital.example") }),
        ),
      `
✗ server-name-in-use  hospital.example
  wanted by  hospital-b              Pulumi.hospital-b.yaml:4: berth:domain
  held by    hospital-a              Pulumi.hospital-a.yaml:4: berth:domain
  remedy     pulumi config set berth:domain hospital-b.hospital.example -s hospital-b
             no other stack has it`,
    ],
    [
      "more memory reserved than the host has",
      () =>
        conflictsOf(
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
        conflictsOf(deployments(hospitalB("berth:services: { app: { reservations: { memory: 3G } } }")), {
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
        conflictsOf(deployments(hospitalB("berth:services: { app: { reservations: { cpus: 2.5 } } }")), {
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
        conflictsOf(deployments(hospitalB("berth:services: { app: { memory: 3G } }")), {
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
        conflictsOf(deployments(hospitalB("berth:services: { app: { cpus: 2 } }")), {
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
      () => conflictsOf(deployments(hospitalB("berth:services: { app: { cpus: 3 } }")), { capacity: small }),
      `
✗ cpu-over-capacity  app: 3 CPUs of 2 CPUs
  wanted by  hospital-b / app        Pulumi.hospital-b.yaml:3: berth:services.app
  held by    this host has 2 CPUs
  what       Docker makes no container that may use more than there is
  remedy     pulumi config set --path berth:services.app.cpus 2 -s hospital-b`,
    ],
    [
      "a subnet that the host reaches by a route",
      () =>
        conflictsOf(deployments(hospitalB("berth:subnets: { default: 10.8.0.0/26 }")), {
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
    expect(texts(found())).toBe(text.slice(1));
  });
});
