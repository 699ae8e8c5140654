import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { interpolate, parseTemplate } from "../../../src/blueprint/interpolate.ts";
import { composeFiles } from "../../../src/export/compose.ts";
import type { ExportFile } from "../../../src/disk/export-file.ts";
import { inYaml, deploymentFrom } from "../resolve/sample.ts";
import { setSecret } from "../../../src/findings/remedy.ts";

const stack = "hospital-a";

const filesOf = (stackYaml: string, blueprintYaml?: string, secrets: Record<string, string> = {}): ExportFile[] => {
  const exported = composeFiles(deploymentFrom(stackYaml, { stack, blueprintYaml }), secrets);
  if (!exported.ok) throw new Error(JSON.stringify(exported.findings));
  return [...exported.value];
};

const small = `
services:
  web:
    image: web:1
    environment: { GREETING: "It's $$5", TOKEN: "x-\${TOKEN}" }
    ports: ["8778:80"]
    volumes: ["data:/data", "/etc/certs:/certs:ro"]
    depends_on: { migrate: { condition: service_completed_successfully } }
  migrate: { image: web:1, command: migrate --all }
volumes: { data: }
x-berth: { jobs: [migrate], secrets: { TOKEN: { generate: 32 } } }
`;

describe("a small deployment", () => {
  it("is this file", () => {
    const [file, ...others] = filesOf("config: { berth:prefix: hospital_a }", small, { TOKEN: "t$" });
    expect(others).toEqual([]);
    expect(file?.mode).toBe(0o600);
    expect(file?.path).toBe("compose.hospital-a.yaml");
    expect(file?.text.replace(/berth.spec: "[0-9a-f]{16}"/g, 'berth.spec: "(hash)"')).toBe(smallFile);
  });

  it("holds no secrets, and everybody may read it, where no service has one in its environment", () => {
    const [file] = filesOf("config: {}", `services: { web: { image: "web:1" } }`);
    expect(file?.mode).toBe(0o644);
    expect(file?.text).not.toContain("secrets");
  });
});

it("has a service on another one's network, an external network and one of IPv6", () => {
  const [file] = filesOf(
    "config: { berth:prefix: a }",
    `services:
  web: { image: web:1, network_mode: "service:vpn", dns: [] }
  vpn: { image: vpn:1, networks: { six: { ipv6_address: "fd00:55::5", priority: 2 }, edge: }, dns: 9.9.9.9 }
networks:
  six: { enable_ipv6: true, ipam: { config: [{ subnet: 10.1.2.0/24 }, { subnet: "fd00:55::/64" }] } }
  edge: { external: true }
`,
  );
  expect(parse(file?.text ?? "")).toMatchObject({
    services: {
      a_web: {
        network_mode: "service:a_vpn",
        depends_on: { a_vpn: { condition: "service_started", restart: true } },
      },
      a_vpn: {
        dns: ["9.9.9.9"],
        networks: { a_six: { aliases: ["vpn"], ipv6_address: "fd00:55::5", priority: 2 }, edge: { aliases: ["vpn"] } },
      },
    },
    networks: {
      a_six: {
        enable_ipv6: true,
        ipam: {
          config: [
            { subnet: "10.1.2.0/24", gateway: "10.1.2.1" },
            { subnet: "fd00:55::/64", gateway: "fd00:55::1" },
          ],
        },
      },
      edge: { name: "edge", external: true },
    },
  });
});

it("has files with an owner or mode in its own text, as Compose gives them to no other", () => {
  const [file, ...beside] = filesOf(
    "config: {}",
    `services: { web: { image: "web:1", secrets: [{ source: TOKEN, uid: "7", mode: "0400" }], configs: [page] } }
configs: { page: { content: text } }
secrets: { TOKEN: }
x-berth: { secrets: { TOKEN: { generate: 32 } } }
`,
    { TOKEN: "t$" },
  );
  expect(file?.mode).toBe(0o600);
  expect(beside).toMatchObject([{ path: "hospital-a.secrets/web-page", text: "text" }]);
  expect(parse(file?.text ?? "")).toMatchObject({
    configs: { "web-run-secrets-TOKEN": { content: "t$$" } },
    services: {
      hospital_a_web: {
        configs: [{ source: "web-run-secrets-TOKEN", target: "/run/secrets/TOKEN", uid: "7", mode: "0400" }],
      },
    },
  });
});

describe("volumes and mounts", () => {
  const written = (service: string, volumes: string) =>
    parse(
      filesOf(
        "config: {}",
        `services: { web: { image: "web:1", ${service} }, data: { image: "data:1" } }\nvolumes: ${volumes}`,
      )[0]?.text ?? "",
    ) as { services: Record<string, Record<string, unknown>>; volumes: Record<string, unknown> };

  it("have their options, in the short form where it says them", () => {
    const mounts =
      "['/srv/a:/a:z', 'data:/d:nocopy', { type: volume, source: data, target: /s, volume: { subpath: x } }]";
    expect(written(`volumes: ${mounts}`, "{ data: }").services["hospital_a_web"]?.["volumes"]).toEqual([
      "/srv/a:/a:rw,z",
      "hospital_a_data:/d:rw,nocopy",
      {
        type: "volume",
        source: "hospital_a_data",
        target: "/s",
        read_only: false,
        volume: { subpath: "x" },
      },
    ]);
  });

  it("have drivers, and those that are external only a name", () => {
    const { services, volumes } = written(
      "volumes_from: ['data:ro']",
      "{ share: { driver_opts: { type: nfs }, labels: { tier: slow } }, common: { external: true } }",
    );
    expect(services["hospital_a_web"]?.["volumes_from"]).toEqual(["hospital_a_data:ro"]);
    expect(volumes).toMatchObject({
      hospital_a_share: { driver_opts: { type: "nfs" }, labels: { tier: "slow", "berth.volume": "share" } },
      common: { name: "common", external: true },
    });
  });
});

it("is not written without the texts of its secrets", () => {
  const exported = composeFiles(deploymentFrom("config: {}", { stack, blueprintYaml: small }), {});
  expect(exported).toMatchObject({
    ok: false,
    findings: [
      {
        code: "config-invalid",
        key: "berth:secrets.TOKEN",
        message: "the text of the secret TOKEN is not known, so it cannot be exported",
        wanted: { file: "Pulumi.hospital-a.yaml", path: "berth:secrets.TOKEN" },
        remedy: setSecret("TOKEN", "hospital-a"),
      },
    ],
  });
});

it("writes secrets that are files beside it, where only their folder keeps others out", () => {
  const files = filesOf(
    "config: {}",
    `
services: { web: { image: "web:1", secrets: [{ source: key, target: /etc/key }] } }
secrets: { key: { environment: API_KEY } }
x-berth: { secrets: { API_KEY: { generate: 32 } } }
`,
    { API_KEY: "$\n text" },
  );
  expect(files.slice(1)).toEqual([{ path: "hospital-a.secrets/web-etc-key", text: "$\n text", mode: 0o644 }]);
  expect(files[0]?.mode).toBe(0o600);
  expect(parse(files[0]?.text ?? "")).toMatchObject({
    services: { hospital_a_web: { volumes: ["./hospital-a.secrets/web-etc-key:/etc/key:ro"] } },
  });
});

describe("a deployment that does not run", () => {
  const [file] = filesOf('config: { "berth:running": false }', small, { TOKEN: "" });
  const { services } = parse(file?.text ?? "");

  it("has no containers, gives its ports up and waits for nothing", () => {
    for (const service of Object.values<object>(services)) {
      expect(service).toMatchObject({ scale: 0 });
      expect(service).not.toHaveProperty("ports");
      expect(service).not.toHaveProperty("depends_on");
    }
  });

  it("says so", () => {
    expect(file?.text).toContain("# berth:running is false: volumes and networks are made, and no container runs.\n");
  });
});

it("takes an adopted volume as it is", () => {
  const [file] = filesOf('config: { "berth:adopt": [data] }', small, { TOKEN: "" });
  expect(parse(file?.text ?? "").volumes).toEqual({
    hospital_a_data: { name: "hospital_a_data", external: true },
  });
});

it("waits for the health that an image itself checks, and for none where the check is switched off", () => {
  const conditionFor = (a: string): unknown => {
    const text = `services: { a: { image: "a:1", ${a} }, b: { image: "b:1", depends_on: { a: { condition: service_healthy } } } }`;
    const [file] = filesOf("config: {}", text);
    return parse(file?.text ?? "").services.hospital_a_b.depends_on.hospital_a_a.condition;
  };
  expect(conditionFor("labels: {}")).toBe("service_healthy");
  expect(conditionFor("healthcheck: { disable: true }")).toBe("service_started");
});

it("keeps the words of a service whose success another one awaits", () => {
  const [file] = filesOf(
    "config: {}",
    `services:
  migrate: { image: "m:1", restart: on-failure, healthcheck: { test: [CMD, probe] } }
  app: { image: "a:1", depends_on: { migrate: { condition: service_completed_successfully } } }
  side: { image: "a:1", depends_on: [migrate] }
`,
  );
  const { services } = parse(file?.text ?? "");
  expect(services.hospital_a_migrate).toMatchObject({ restart: "on-failure", healthcheck: { test: ["CMD", "probe"] } });
  expect(services.hospital_a_app.depends_on.hospital_a_migrate.condition).toBe("service_completed_successfully");
  expect(services.hospital_a_side.depends_on.hospital_a_migrate.condition).toBe("service_started");
});

it("says to which host it belongs, quoted for a shell", () => {
  const [file] = filesOf('config: { "berth:endpoint": "ssh://me@far;id" }', `services: { web: { image: "web:1" } }`);
  expect(file?.text).toContain(
    "#   DOCKER_HOST='ssh://me@far;id' docker compose -p hospital_a -f compose.hospital-a.yaml up -d\n",
  );
});

describe("whatever a person writes", () => {
  /** What Compose makes of a text, by our own reading of its specification; nothing is set. */
  const asCompose = (text: string): string => {
    const { pieces, unset, required } = interpolate<never>(parseTemplate(text), () => undefined);
    expect([...unset, ...required]).toEqual([]);
    return pieces.join("");
  };
  const text = fc
    .oneof(
      fc.string({ unit: "binary" }).map((any) => any.replaceAll("\0", "")),
      fc.string({ unit: fc.constantFrom(..."${}A:-\\'\"`# \n\r\t\x7f\x85\u2028\u2029\ufeff\uffff"), maxLength: 80 }),
      fc.constantFrom(
        "yes",
        "No",
        "on",
        "null",
        "~",
        "012",
        "1e3",
        "0x1f",
        "12:30:45",
        "2026-01-01",
        "=",
        "<<",
        ".inf",
      ),
    )
    .map((any) => any.replaceAll("\0", ""));
  const name = fc.oneof(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,11}$/), fc.constantFrom("NO", "ON", "Y", "NULL", "TRUE"));
  const settings = fc.dictionary(name, text, { maxKeys: 8 });

  it("any settings value survives the round trip through the Compose file, in YAML 1.1 and 1.2", () => {
    fc.assert(
      fc.property(settings, (wished) => {
        const [file] = filesOf(`config: { "berth:settings": ${inYaml(wished)} }`, blueprintYaml);
        for (const version of ["1.1", "1.2"] as const) {
          const { environment = {} } = parse(file?.text ?? "", { version }).services.hospital_a_web;
          const read = Object.entries(environment).map(([name, value]) => [name, asCompose(value as string)]);
          expect(Object.fromEntries(read)).toEqual(wished);
        }
      }),
    );
  });

  it("any settings value is one line of printable characters, so that every parser takes it", () => {
    const line =
      /^ {6}"?[A-Z_][A-Z0-9_]*"?: "[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]*"$/gmu;
    fc.assert(
      fc.property(settings, (wished) => {
        const [file] = filesOf(`config: { "berth:settings": ${inYaml(wished)} }`, blueprintYaml);
        expect(file?.text.match(line) ?? []).toHaveLength(Object.keys(wished).length);
      }),
    );
  });

  it("any word of a command survives, too", () => {
    fc.assert(
      fc.property(
        fc.array(
          text.filter((word) => word !== ""),
          { minLength: 1 },
        ),
        (command) => {
          const escaped = inYaml(command).replaceAll("$", "$$$$");
          const [file] = filesOf("config: {}", `services: { web: { image: "web:1", command: ${escaped} } }`);
          expect(parse(file?.text ?? "").services.hospital_a_web.command.map(asCompose)).toEqual(command);
        },
      ),
    );
  });

  const blueprintYaml = `services: { web: { image: "web:1" } }`;
});

const smallFile = `# The deployment hospital-a, exported by berth from Pulumi.hospital-a.yaml and the blueprint sample: change it there.
#   docker compose -p hospital_a -f compose.hospital-a.yaml up -d
#   docker compose -p hospital_a -f compose.hospital-a.yaml down    (volumes are kept)
# It holds secrets, here or in the folder beside it: not into a repository.
services:
  hospital_a_migrate:
    image: "web:1"
    container_name: "hospital_a_migrate"
    command:
      - "migrate"
      - "--all"
    networks:
      hospital_a_default:
        aliases:
          - "migrate"
    restart: "no"
    init: false
    read_only: false
    logging:
      driver: "json-file"
      options:
        max-file: "3"
        max-size: "10m"
    stop_grace_period: "10s"
    labels:
      berth.stack: "organization/berth/hospital-a"
      berth.prefix: "hospital_a"
      berth.service: "migrate"
      berth.spec: "(hash)"
  hospital_a_web:
    image: "web:1"
    container_name: "hospital_a_web"
    environment:
      GREETING: "It's $$5"
      TOKEN: "x-t$$"
    ports:
      - "0.0.0.0:8778:80/tcp"
    volumes:
      - "hospital_a_data:/data:rw"
      - "/etc/certs:/certs:ro"
    networks:
      hospital_a_default:
        aliases:
          - "web"
    depends_on:
      hospital_a_migrate:
        condition: "service_completed_successfully"
    restart: "no"
    init: false
    read_only: false
    logging:
      driver: "json-file"
      options:
        max-file: "3"
        max-size: "10m"
    stop_grace_period: "10s"
    labels:
      berth.stack: "organization/berth/hospital-a"
      berth.prefix: "hospital_a"
      berth.service: "web"
      berth.spec: "(hash)"
volumes:
  hospital_a_data:
    name: "hospital_a_data"
    labels:
      berth.stack: "organization/berth/hospital-a"
      berth.volume: "data"
networks:
  hospital_a_default:
    name: "hospital_a_default"
    driver: "bridge"
    internal: false
    ipam:
      config:
        - subnet: "10.205.142.128/26"
          gateway: "10.205.142.129"
    labels:
      berth.stack: "organization/berth/hospital-a"
      berth.network: "default"
`;
