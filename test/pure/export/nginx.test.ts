import { describe, expect, it } from "vitest";
import type { Realization } from "../../../src/deployment/realization.ts";
import type { Exported } from "../../../src/disk/export-file.ts";
import { nginxFiles } from "../../../src/export/nginx.ts";
import { findingText } from "../report/shown.ts";
import { deploymentFrom } from "../resolve/sample.ts";

const hospital = (more = "berth:domain: a.hospital.example", blueprintYaml?: string): Realization =>
  deploymentFrom(`config: { ${more} }`, { stack: "hospital-a", blueprintYaml });

const textOf = (exported: Exported): string => {
  if (!exported.ok) throw new Error(exported.findings.map(findingText).join("\n"));
  return exported.value[0]?.text ?? "";
};

const findingsOf = (deployment: Realization): string[] => nginxFiles(deployment).findings.map(findingText);

it("is this file", () => {
  const exported = nginxFiles(hospital());
  expect(exported).toMatchObject({ value: [{ path: "nginx.hospital-a.conf", mode: 0o644 }], findings: [] });
  expect(textOf(exported)).toBe(hospitalFile);
});

it("has no location for static files where there are none", () => {
  const text = textOf(nginxFiles(hospital(undefined, `services: { web: { image: "web:1", ports: ["80"] } }`)));
  expect(text).not.toContain("alias");
});

it.each([
  ["0.0.0.0", "127.0.0.1:8778"],
  ["::", "[::1]:8778"],
  ["10.0.0.7", "10.0.0.7:8778"],
  ["fd00::7", "[fd00::7]:8778"],
])("asks for what is published on %s at %s", (address, server) => {
  const ports = `"berth:ports": { app: { port: 8778, address: "${address}" } }`;
  expect(textOf(nginxFiles(hospital(`"berth:domain": a.example, ${ports}`)))).toContain(`    server ${server};\n`);
});

it("says what nginx needs for a name that is too long for it", () => {
  const long = `${"a".repeat(30)}.hospital.example`;
  const hint = "# So long a name needs `server_names_hash_bucket_size 128;` under http, once for all files.";
  expect(textOf(nginxFiles(hospital(`"berth:domain": ${long}`)))).toContain(hint);
  expect(textOf(nginxFiles(hospital()))).not.toContain(hint);
});

describe("is not written", () => {
  it("without a domain", () => {
    expect(findingsOf(hospital('"berth:prefix": a'))).toEqual([noDomain]);
  });

  it("without a published port", () => {
    expect(findingsOf(hospital(undefined, `services: { web: { image: "web:1" } }`))).toEqual([noPort]);
  });

  it.each([
    ["a health path", { health: "/health/; return 200" }, 'x-berth.health is "/health/; return 200"'],
    [
      "a path of static files",
      { static: { directory: "/a", url: "/s/ { } location /" } },
      'found "/s/ { } location /"',
    ],
    ["static files for the whole site", { static: { directory: "/a", url: "/" } }, 'found "/" for "/a"'],
  ])("where %s would be something else to nginx", (_, extension, message) => {
    const blueprint = { services: { web: { image: "web:1", ports: ["80"] } }, "x-berth": extension };
    const findings = findingsOf(hospital(undefined, JSON.stringify(blueprint)));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(message);
  });
});

const noDomain = `✗ config-invalid  berth:domain
  where      Pulumi.hospital-a.yaml: berth:domain
  what       it has no domain, so nginx cannot know which requests are for it
  remedy     pulumi config set berth:domain DOMAIN -s hospital-a`;

const noPort = `✗ config-invalid  berth:blueprint
  where      Pulumi.hospital-a.yaml: berth:blueprint
  what       none of its services publishes a port, so nginx has nowhere to go
  remedy     write ports: under the app's service in the blueprint`;

const hospitalFile = `# The deployment hospital-a, exported by berth from Pulumi.hospital-a.yaml: change it there.
upstream hospital_a {
    server 127.0.0.1:8778;
}

server {
    listen 80;
    server_name a.hospital.example www.a.hospital.example;
    client_max_body_size 50m;

    set $berth_connection "close";
    if ($http_upgrade) { set $berth_connection "upgrade"; }
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $berth_connection;
    proxy_set_header Host $host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;

    location ^~ /static/ {
        alias /var/www/hospital_a_static_eqmd_latest/;
        add_header X-Content-Type-Options nosniff always;
        location ~ /\\. { return 404; }
    }

    location = /health/ {
        access_log off;
        proxy_pass http://hospital_a;
    }

    location / {
        proxy_pass http://hospital_a;
    }
}
`;
