import { describe, expect, it } from "vitest";
import { stackWith } from "../../conflicts/sample.ts";
import { messages } from "./messages.ts";

describe("a blueprint", () => {
  it.each<[string, string, string]>([
    [
      "mounts something in no form that Compose knows",
      `services: { web: { image: web:1, volumes: ["/srv:/data:ro:z", "C:\\\\data:/data", { type: npipe, target: /pipe }] } }
`,
      `
✗ config-invalid  services.web.volumes[0]
  where      blueprints/sample.yaml:1: services.web.volumes[0]
  what       found "/srv:/data:ro:z"
  allowed    volume:/path, or /host/path:/path, with :ro appended for a read-only mount
✗ config-invalid  services.web.volumes[1]
  where      blueprints/sample.yaml:1: services.web.volumes[1]
  what       "C:\\\\data" is a path of Windows
  allowed    a volume, or a path of the Docker host
✗ config-invalid  services.web.volumes[2].type
  where      blueprints/sample.yaml:1: services.web.volumes[2].type
  what       found npipe: a named pipe of Windows
  allowed    volume, bind or tmpfs`,
    ],
    [
      "mounts one target twice, of which Compose takes the last",
      `services: { web: { image: web:1, volumes: ["/srv/a:/data", "/srv/b:/data/"] } }
`,
      `
! config-invalid  services.web.volumes[0]
  where      blueprints/sample.yaml:1: services.web.volumes[0]
  what       /data is mounted again below, and that mount counts
  allowed    one of them`,
    ],
    [
      "names a volume by one letter, which Compose takes for a drive of Windows",
      `services: { web: { image: web:1, volumes: ["v:/data"] } }
volumes: { v: }
`,
      `
! config-invalid  services.web.volumes[0]
  where      blueprints/sample.yaml:1: services.web.volumes[0]
  what       Compose reads v:/data as a path of Windows, not as the volume v, and Docker refuses it
  allowed    { type: volume, source: v, target: /data }`,
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
      "mounts a directory as a volume, and a bind mount of nothing",
      `services:
  web:
    image: web:1
    volumes:
      - { type: volume, source: /srv, target: /b }
      - { type: bind, target: /c }
`,
      `
✗ config-invalid  services.web.volumes[0].source
  where      blueprints/sample.yaml:5: services.web.volumes[0].source
  what       /srv is a path, not a volume
  allowed    type: bind for it, or a volume
✗ config-invalid  services.web.volumes[1]
  where      blueprints/sample.yaml:6: services.web.volumes[1]
  what       a bind mount without a source
  allowed    source: a path of the host`,
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
    healthcheck: { test: ["curl", "localhost"], interval: 500us, retries: -1 }
    deploy: { resources: { limits: { cpus: many, memory: "-1" } } }
`,
      `
✗ config-invalid  services.web.healthcheck.test
  where      blueprints/sample.yaml:7: services.web.healthcheck.test
  what       found ["curl","localhost"]
  allowed    ["CMD", …], ["CMD-SHELL", …], ["NONE"], or a text
✗ config-invalid  services.web.healthcheck.interval
  where      blueprints/sample.yaml:7: services.web.healthcheck.interval
  what       found "500us"
  allowed    a duration, for example 30s or 1m30s
✗ config-invalid  services.web.healthcheck.retries
  where      blueprints/sample.yaml:7: services.web.healthcheck.retries
  what       found "-1"
  allowed    a whole number from 0
✗ config-invalid  services.web.restart
  where      blueprints/sample.yaml:6: services.web.restart
  what       found "sometimes"
  allowed    no, always, unless-stopped, on-failure or on-failure:3
✗ config-invalid  services.web.deploy.resources.limits.cpus
  where      blueprints/sample.yaml:8: services.web.deploy.resources.limits.cpus
  what       found "many"
  allowed    a number of cores, for example 0.5
✗ config-invalid  services.web.deploy.resources.limits.memory
  where      blueprints/sample.yaml:8: services.web.deploy.resources.limits.memory
  what       found "-1"
  allowed    a size, for example 512M
✗ config-invalid  services.web.stop_grace_period
  where      blueprints/sample.yaml:5: services.web.stop_grace_period
  what       found "soon"
  allowed    a duration, for example 30s or 1m30s
✗ config-invalid  services.web.shm_size
  where      blueprints/sample.yaml:4: services.web.shm_size
  what       found "large"
  allowed    a size, for example 512M`,
    ],
    [
      "has a command whose quotes are not closed",
      `services: { web: { image: web:1, command: "echo 'hello" } }
`,
      `
✗ config-invalid  services.web.command
  where      blueprints/sample.yaml:1: services.web.command
  what       found "echo 'hello"
  allowed    words whose quotes and brackets are closed`,
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
    expect(messages(stackWith("berth:prefix: hospital_b"), written)).toBe(text.slice(1));
  });
});
