import { describe, expect, it } from "vitest";
import { stackWith } from "../../conflicts/sample.ts";
import { messages } from "./messages.ts";

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
✗ config-invalid  services.web
  where      blueprints/sample.yaml:2: services.web
  what       web has neither image: nor build:
  allowed    one of the two`,
    ],
    [
      "has a service that is built from a folder that is not there",
      `services:
  web:
    build: /nowhere/app
    image: web:1
`,
      `
✗ config-invalid  services.web.build.context
  where      blueprints/sample.yaml:3: services.web.build.context
  what       the build context /nowhere/app does not exist
  allowed    a folder`,
    ],
    [
      "has a key of Compose that berth does not support",
      `services:
  web:
    image: web:1
    credential_spec: { file: web.json }
`,
      `
✗ config-invalid  services.web.credential_spec
  where      blueprints/sample.yaml:4: services.web.credential_spec
  what       the key credential_spec is not supported
  remedy     remove it`,
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
      "has an external volume with a driver",
      `services: { web: { image: web:1 } }
volumes: { data: { external: true, driver: local } }
`,
      `
✗ config-invalid  volumes.data.driver
  where      blueprints/sample.yaml:2: volumes.data.driver
  what       an external volume is created elsewhere, with what it has there
  allowed    no such key`,
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
    volumes: [{ type: disk, source: data }]
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
  what       found "disk"
  allowed    volume, bind, tmpfs, image, npipe, cluster
✗ config-invalid  services.web.volumes[0].target
  where      blueprints/sample.yaml:7: services.web.volumes[0].target
  what       it is missing
  allowed    a path in the container
✗ config-invalid  services.web.depends_on
  where      blueprints/sample.yaml:6: services.web.depends_on
  what       found 5
  allowed    a list of services, or a map of services and conditions
✗ config-invalid  services.web.init
  where      blueprints/sample.yaml:8: services.web.init
  what       found "sometimes"
  allowed    true or false`,
    ],
  ])("%s", (_, written, text) => {
    expect(messages(stackWith("berth:prefix: hospital_b"), written)).toBe(text.slice(1));
  });
});
