import { describe, expect, it } from "vitest";
import { findingText } from "../shown.ts";
import { stackWith } from "../../conflicts/sample.ts";
import { findingsFrom } from "../../resolve/sample.ts";

/** Every message about profiles, groups, shares of memory and the checklist, to the letter. */
const healthcare = "berth:blueprint: healthcare\nberth:domain: c.example\nberth:profile: ";
const small = `${healthcare}6cpu-12gb\n`;
const clinic = "berth:prefix: clinic";
const web = (extension: string): string => `services: { web: { image: web:1 } }\nx-berth: { ${extension} }\n`;

describe("a stack that", () => {
  it.each<[string, string, string | undefined, string]>([
    [
      "names a profile, and another one is near",
      `${healthcare}8cpu-24g`,
      undefined,
      `
✗ config-invalid  berth:profile
  where      Pulumi.clinic.yaml:4: berth:profile
  what       blueprints/healthcare.yaml has no profile 8cpu-24g
  allowed    8cpu-24gb, 6cpu-12gb
  remedy     pulumi config set berth:profile 8cpu-24gb -s clinic`,
    ],
    [
      "names a profile, and none is near",
      `${healthcare}tiny`,
      undefined,
      `
✗ config-invalid  berth:profile
  where      Pulumi.clinic.yaml:4: berth:profile
  what       blueprints/healthcare.yaml has no profile tiny
  allowed    8cpu-24gb, 6cpu-12gb`,
    ],
    [
      "names a profile where the blueprint has none",
      "berth:profile: tiny",
      web("app: web"),
      `
✗ config-invalid  berth:profile
  where      Pulumi.clinic.yaml:2: berth:profile
  what       blueprints/sample.yaml has no profile tiny
  allowed    none: there is no profile to choose
  remedy     pulumi config rm berth:profile -s clinic`,
    ],
    [
      "has one of a group",
      small + "berth:settings: { AWS_REGION: eu }",
      undefined,
      `
✗ group-incomplete  AWS
  where      clinic                  Pulumi.clinic.yaml:5: berth:settings.AWS_REGION
  what       given: AWS_REGION; missing: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY
  allowed    all of them, or none
  remedy     pulumi config set --secret --path berth:secrets.AWS_ACCESS_KEY_ID -s clinic
             pulumi config set --secret --path berth:secrets.AWS_SECRET_ACCESS_KEY -s clinic
             or without AWS:
             pulumi config rm --path berth:settings.AWS_REGION -s clinic`,
    ],
    [
      "has another value than the checklist asks for",
      small + "berth:settings: { SESSION_SAME_SITE: none }",
      undefined,
      `
✗ checklist-missed  api: SESSION_SAME_SITE
  where      clinic / api            Pulumi.clinic.yaml:5: berth:settings.SESSION_SAME_SITE
  what       session cookies stay on this site: found "none"
  allowed    strict
  remedy     pulumi config set --path berth:settings.SESSION_SAME_SITE strict -s clinic`,
    ],
    [
      "has a value that does not fit the checklist",
      small + 'berth:settings: { CORS_ORIGINS: "*" }',
      undefined,
      `
✗ checklist-missed  api: CORS_ORIGINS
  where      clinic / api            Pulumi.clinic.yaml:5: berth:settings.CORS_ORIGINS
  what       only named origins may call the API: found "*"
  allowed    what fits https://[a-z0-9.-]+(:\\d+)?(,https://[a-z0-9.-]+(:\\d+)?)*
  remedy     pulumi config set --path berth:settings.CORS_ORIGINS -s clinic`,
    ],
    [
      "has a value that must not be, and none where one must be",
      clinic,
      `services: { web: { image: "web:1", environment: { A: x } } }\nx-berth: { checklist: [{ point: "a is right", variable: A, not: [x, ""] }, { point: "b is there", variable: B, not: "" }] }`,
      `
✗ checklist-missed  web: A
  where      clinic / web            blueprints/sample.yaml:2: x-berth.checklist[0]
  what       a is right: found "x"
  allowed    anything but x, nothing
  remedy     pulumi config set --path berth:settings.A -s clinic
✗ checklist-missed  web: B
  where      clinic / web            blueprints/sample.yaml:2: x-berth.checklist[1]
  what       b is there: it is not set
  allowed    anything but nothing
  remedy     pulumi config set --path berth:settings.B -s clinic`,
    ],
    [
      "mounts certificates for writing, or not at all",
      clinic,
      `services: { web: { image: "web:1", volumes: ["/srv/tls:/tls"] } }\nx-berth: { checklist: [{ point: "tls is read", mount: /tls }, { point: "x is read", mount: /x, remedy: "mount it" }] }`,
      `
✗ checklist-missed  web: /tls
  where      clinic / web            blueprints/sample.yaml:1: services.web.volumes[0]
  what       tls is read: it is also mounted for writing
  allowed    /host/path:/tls:ro under volumes:
✗ checklist-missed  web: /x
  where      clinic / web            blueprints/sample.yaml:2: x-berth.checklist[1]
  what       x is read: nothing is mounted there
  allowed    /host/path:/x:ro under volumes:
  remedy     mount it`,
    ],
    [
      "has no secret, or a short one",
      clinic,
      web(
        "secrets: { A: { optional: true, minimum: 20 }, B: { generate: 16, minimum: 20 } }, checklist: [{ point: a is there, secret: A }, { point: b is there, secret: B }]",
      ),
      `
✗ checklist-missed  A
  where      clinic                  blueprints/sample.yaml:2: x-berth.checklist[0]
  what       a is there: it is missing
  allowed    at least 20 characters
  remedy     pulumi config set --secret --path berth:secrets.A -s clinic
✗ checklist-missed  B
  where      clinic                  blueprints/sample.yaml:2: x-berth.checklist[1]
  what       b is there: it is generated with 16 characters
  allowed    at least 20 characters
  remedy     pulumi config set --secret --path berth:secrets.B -s clinic`,
    ],
    [
      "allows less than it reserves",
      small + "berth:services: { api: { memory: 1G, cpus: 1 } }",
      undefined,
      `
✗ config-invalid  berth:services.api
  where      Pulumi.clinic.yaml:5: berth:services.api
  what       2 GB of memory reserved
  allowed    no more than its limit of 1 GB
  remedy     pulumi config set --path berth:services.api.reservations.memory 1024M -s clinic
✗ config-invalid  berth:services.api
  where      Pulumi.clinic.yaml:5: berth:services.api
  what       1.5 CPUs reserved
  allowed    no more than its limit of 1
  remedy     pulumi config set --path berth:services.api.reservations.cpus 1 -s clinic`,
    ],
    [
      "allows no memory",
      small + "berth:services: { api: { memory: 0 } }",
      undefined,
      `
✗ config-invalid  berth:services.api.memory
  where      Pulumi.clinic.yaml:5: berth:services.api.memory
  what       found 0
  allowed    a size above 0, for example 512M or 2G`,
    ],
    [
      "has a blueprint with limits that are none",
      clinic,
      `services: { web: { image: web:1, deploy: { resources: { limits: { memory: "-1", cpus: none } } } } }`,
      `
✗ config-invalid  services.web.deploy.resources.limits.cpus
  where      blueprints/sample.yaml:1: services.web.deploy.resources.limits.cpus
  what       found "none"
  allowed    a number of cores, for example 0.5
✗ config-invalid  services.web.deploy.resources.limits.memory
  where      blueprints/sample.yaml:1: services.web.deploy.resources.limits.memory
  what       found "-1"
  allowed    a size, for example 512M`,
    ],
    [
      "moves a network to where its addresses find no place",
      small + "berth:subnets: { app: 10.9.0.0/29 }",
      undefined,
      `
✗ config-invalid  services.logs.networks.app.ipv4_address
  where      blueprints/healthcare.yaml:97: services.logs.networks.app.ipv4_address
  what       found "10.9.0.10"
  allowed    an address in 10.9.0.0/29, the subnet of app
  remedy     pulumi config set --path berth:subnets.app 10.236.46.0/24 -s clinic
✗ config-invalid  services.migrate.networks.app.ipv4_address
  where      blueprints/healthcare.yaml:114: services.migrate.networks.app.ipv4_address
  what       found "10.9.0.11"
  allowed    an address in 10.9.0.0/29, the subnet of app
  remedy     pulumi config set --path berth:subnets.app 10.236.46.0/24 -s clinic`,
    ],
    [
      "has a blueprint with mistakes in its profiles",
      clinic,
      web("profiles: { a: { default: true, services: { wab: { memory: 0 } } }, b: { default: true, service: {} } }"),
      `
✗ config-invalid  x-berth.profiles.a.services.wab.memory
  where      blueprints/sample.yaml:2: x-berth.profiles.a.services.wab.memory
  what       found 0
  allowed    a size above 0, for example 512M or 2G
✗ config-invalid  x-berth.profiles.b.service
  where      blueprints/sample.yaml:2: x-berth.profiles.b.service
  what       the key service is not supported
  remedy     rename it to services, or remove it
✗ config-invalid  x-berth.profiles.a.services.wab
  where      blueprints/sample.yaml:2: x-berth.profiles.a.services.wab
  what       there is no service wab
  allowed    web
  remedy     write web for wab
✗ config-invalid  x-berth.profiles.b.default
  where      blueprints/sample.yaml:2: x-berth.profiles.b.default
  what       a is the default already
  allowed    one default
  remedy     remove one of them`,
    ],
    [
      "has a blueprint with profiles of services that are not there",
      clinic,
      web("profiles: { a: { default: true, services: { wab: { memory: 1G } } }, b: { default: true } }"),
      `
✗ config-invalid  x-berth.profiles.a.services.wab
  where      blueprints/sample.yaml:2: x-berth.profiles.a.services.wab
  what       there is no service wab
  allowed    web
  remedy     write web for wab
✗ config-invalid  x-berth.profiles.b.default
  where      blueprints/sample.yaml:2: x-berth.profiles.b.default
  what       a is the default already
  allowed    one default
  remedy     remove one of them`,
    ],
    [
      "has a blueprint with shares that are none",
      clinic,
      web("derived: { A: { of: wab, percent: 75 }, B: { of: web, percent: 0, unit: T } }"),
      `
✗ config-invalid  x-berth.derived.B.percent
  where      blueprints/sample.yaml:2: x-berth.derived.B.percent
  what       found 0
  allowed    a whole number of percent from 1 to 100
✗ config-invalid  x-berth.derived.B.unit
  where      blueprints/sample.yaml:2: x-berth.derived.B.unit
  what       found "T"
  allowed    B, K, M or G
✗ config-invalid  x-berth.derived.A.of
  where      blueprints/sample.yaml:2: x-berth.derived.A.of
  what       there is no service wab
  allowed    web
  remedy     write web for wab`,
    ],
    [
      "has a blueprint with a share of a service that is not there",
      clinic,
      web("derived: { A: { of: wab, percent: 75 } }"),
      `
✗ config-invalid  x-berth.derived.A.of
  where      blueprints/sample.yaml:2: x-berth.derived.A.of
  what       there is no service wab
  allowed    web
  remedy     write web for wab`,
    ],
    [
      "has a blueprint with points that test nothing",
      clinic,
      web(
        "checklist: [{ point: p }, { point: p, variable: A }, { point: p, variable: A, matches: '(' }, { point: p, mount: /a, is: b }, { point: p, variabel: A, is: a }]",
      ),
      `
✗ config-invalid  x-berth.checklist[0]
  where      blueprints/sample.yaml:2: x-berth.checklist[0]
  what       found {"point":"p"}
  allowed    one test: variable with is, not or matches; or mount; or secret
✗ config-invalid  x-berth.checklist[1]
  where      blueprints/sample.yaml:2: x-berth.checklist[1]
  what       found {"point":"p","variable":"A"}
  allowed    one test: variable with is, not or matches; or mount; or secret
✗ config-invalid  x-berth.checklist[2].matches
  where      blueprints/sample.yaml:2: x-berth.checklist[2].matches
  what       found "("
  allowed    a regular expression of RE2, at most 500 characters: no lookaround, no backreferences, counts up to 1000
✗ config-invalid  x-berth.checklist[3]
  where      blueprints/sample.yaml:2: x-berth.checklist[3]
  what       found {"point":"p","mount":"/a","is":"b"}
  allowed    one test: variable with is, not or matches; or mount; or secret
✗ config-invalid  x-berth.checklist[4].variabel
  where      blueprints/sample.yaml:2: x-berth.checklist[4].variabel
  what       the key variabel is not supported
  remedy     rename it to variable, or remove it`,
    ],
    [
      "has a blueprint with points of what is not there",
      clinic,
      web("checklist: [{ point: p, secret: A }, { point: p, of: wab, mount: /a }]"),
      `
✗ config-invalid  x-berth.checklist[0].secret
  where      blueprints/sample.yaml:2: x-berth.checklist[0].secret
  what       there is no secret A
  remedy     declare it under secrets:
✗ config-invalid  x-berth.checklist[1].of
  where      blueprints/sample.yaml:2: x-berth.checklist[1].of
  what       there is no service wab
  allowed    web
  remedy     write web for wab`,
    ],
    [
      "has a blueprint with groups and rules that are none",
      clinic,
      web("groups: { a: [], b: [1A] }, secrets: { A: { minimum: 0, forbidden: x } }"),
      `
✗ config-invalid  x-berth.secrets.A.minimum
  where      blueprints/sample.yaml:2: x-berth.secrets.A.minimum
  what       found 0
  allowed    a number of characters from 1 to 128
✗ config-invalid  x-berth.secrets.A.forbidden
  where      blueprints/sample.yaml:2: x-berth.secrets.A.forbidden
  what       found "x"
  allowed    a list of texts
✗ config-invalid  x-berth.groups.a
  where      blueprints/sample.yaml:2: x-berth.groups.a
  what       found []
  allowed    one name at least
✗ config-invalid  x-berth.groups.b[0]
  where      blueprints/sample.yaml:2: x-berth.groups.b[0]
  what       found "1A"
  allowed    letters, digits and _; no digit first`,
    ],
    [
      "has a blueprint that sets what belongs to the host",
      clinic,
      `services: { web: { image: web:1, sysctls: { vm.swappiness: 1, net.core.somaxconn: } } }`,
      `
✗ config-invalid  services.web.sysctls.vm.swappiness
  where      blueprints/sample.yaml:1: services.web.sysctls.vm.swappiness
  what       vm.swappiness belongs to the whole host
  allowed    net.*, fs.mqueue.*, kernel.sem, kernel.shm*, kernel.msg*
✗ config-invalid  services.web.sysctls.net.core.somaxconn
  where      blueprints/sample.yaml:1: services.web.sysctls.net.core.somaxconn
  what       it has no value`,
    ],
  ])("%s", (_, keys, blueprintYaml, text) => {
    const findings = findingsFrom(stackWith(keys.trim()), { stack: "clinic", blueprintYaml });
    expect(findings.map(findingText).join("\n")).toBe(text.slice(1));
  });
});
