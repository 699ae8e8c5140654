import { describe, expect, it } from "vitest";
import { stackWith } from "../../conflicts/sample.ts";
import { messages } from "./messages.ts";

describe("a blueprint", () => {
  it.each<[string, string, string]>([
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
      "has two services that would be one container",
      `services: { my-app: { image: a:1 }, my_app: { image: b:1 } }
`,
      `
✗ config-invalid  services.my_app
  where      blueprints/sample.yaml:1: services.my_app
  what       my-app and my_app would both be the container hospital_b_my_app
  allowed    keys that differ in more than - . and _`,
    ],
  ])("%s", (_, written, text) => {
    expect(messages(stackWith("berth:prefix: hospital_b"), written)).toBe(text.slice(1));
  });
});
