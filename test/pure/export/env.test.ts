import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { envFiles } from "../../../src/export/env.ts";
import type { ExportFile } from "../../../src/disk/export-file.ts";
import { assignedText } from "../../../src/notation/shell-quote.ts";
import { deploymentFrom, inYaml } from "../resolve/sample.ts";

const fileOf = (stackYaml: string, blueprintYaml?: string, secrets: Record<string, string> = {}): ExportFile => {
  const exported = envFiles(deploymentFrom(stackYaml, { stack: "hospital-a", blueprintYaml }), secrets);
  if (!exported.ok || exported.value[0] === undefined) throw new Error(JSON.stringify(exported.findings));
  return exported.value[0];
};

const shop = `
services:
  web:
    image: shop:2
    environment: { DATABASE: "db:5432", GREETING: "It's $$5" }
    ports: ["127.0.0.1:8778:80", "8443"]
    volumes: ["uploads:/uploads"]
  db:
    image: postgres:15
    environment: { DATABASE: "-", POSTGRES_PASSWORD: "\${PASSWORD}", "pg.tuned": "yes" }
    ports: ["15432:5432", "5353:53/udp"]
volumes: { uploads: }
networks: { default: { ipam: { config: [{ subnet: 10.210.3.64/26 }] } } }
x-berth:
  static: { directory: "/var/www/\${BERTH_PREFIX}", url: /assets }
  secrets: { PASSWORD: { generate: 32 } }
`;

describe("a deployment with two services", () => {
  const stackYaml = "config: { berth:prefix: hospital_a, berth:domain: a.example, berth:environment: staging }";

  it("is this file", () => {
    const file = fileOf(stackYaml, shop, { PASSWORD: "pass" });
    expect(file.path).toBe(".env.hospital-a.local");
    expect(file.mode).toBe(0o600);
    expect(file.text).toBe(shopFile);
  });

  it("has the host of an endpoint elsewhere", () => {
    const file = fileOf('config: { "berth:endpoint": "tcp://far.example:2376" }', shop, { PASSWORD: "" });
    expect(parseEnv(file.text)).toMatchObject({
      BERTH_URL: "http://127.0.0.1:8778/",
      BERTH_HOST_DB: "far.example",
      BERTH_URL_DB: "postgresql://far.example:15432",
    });
  });

  it("may be read by everybody where no service has a secret in its environment", () => {
    expect(fileOf("config: {}", `services: { web: { image: "web:1" } }`).mode).toBe(0o644);
  });

  it("is not written without the texts of its secrets", () => {
    const exported = envFiles(deploymentFrom(stackYaml, { stack: "hospital-a", blueprintYaml: shop }), {});
    expect(exported).toMatchObject({ ok: false, findings: [{ key: "berth:secrets.PASSWORD" }] });
  });

  it("says which names no shell can set", () => {
    const deployment = deploymentFrom(stackYaml, { stack: "hospital-a", blueprintYaml: shop });
    const { findings } = envFiles(deployment, { PASSWORD: "" });
    expect(findings).toMatchObject([
      { severity: "warning", message: '"pg.tuned" is left out of the .env file', allowed: "letters, digits and _" },
    ]);
  });
});

it.each([
  ["plain", "'plain'"],
  [`$HOME "#" \n\\n`, `'$HOME "#" \n\\n'`],
  ["it's", `"it's"`],
  ["it's $5 \\ \"`", '"it\'s \\$5 \\\\ \\"\\`"'],
  ["C:\\", '"C:\\\\"'],
])("writes %j as %s", (text, assigned) => {
  expect(assignedText(text)).toBe(assigned);
});

describe("whatever a person writes", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "berth-env-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const blueprintYaml = `services: { web: { image: "web:1" } }`;
  const special = fc.constantFrom(
    "$",
    "{",
    "}",
    "A",
    "\\",
    "'",
    '"',
    "`",
    "#",
    " ",
    "=",
    "!",
    "\n",
    "\r",
    "\t",
    "ã",
    "🏥",
  );
  const text = fc
    .oneof(fc.string({ unit: "binary" }), fc.string({ unit: special }))
    .map((any) => any.replaceAll("\0", ""));
  const named = (values: readonly string[]): Record<string, string> =>
    Object.fromEntries(values.map((value, index) => [`VALUE_${index}`, value]));
  const exported = (settings: Record<string, string>): string =>
    fileOf(`config: { "berth:settings": ${inYaml(settings)} }`, blueprintYaml).text;
  const many = (values: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
    fc.array(values, { minLength: 50, maxLength: 50 });

  it("any value is read unchanged by sh", () => {
    fc.assert(
      fc.property(many(text), (values) => {
        writeFileSync(join(folder, "env"), exported(named(values)));
        const script = 'set -a; . ./env; exec "$0" -p "JSON.stringify(process.env)"';
        const read = JSON.parse(
          execFileSync("sh", ["-c", script, process.execPath], { cwd: folder, encoding: "utf8" }),
        );
        expect(read).toMatchObject(named(values));
      }),
      { numRuns: 10 },
    );
  });

  it("any value is read unchanged by Node, but for apostrophes beside other quotes, and carriage returns", () => {
    const carried = text.filter((any) => !any.includes("\r") && !(/'|\\$/.test(any) && /["\\$`]/.test(any)));
    fc.assert(
      fc.property(many(carried), (values) => {
        expect(parseEnv(exported(named(values)))).toMatchObject(named(values));
      }),
    );
  });
});

const shopFile = `# The deployment hospital-a, exported by berth from Pulumi.hospital-a.yaml: change it there. Read it with
#   set -a; . ./.env.hospital-a.local; set +a
# This file holds secrets: mode 0600, and not into a repository.
DATABASE='db:5432'
GREETING="It's \\$5"
POSTGRES_PASSWORD='pass'

BERTH_ID='organization/berth/hospital-a'
BERTH_STACK='hospital-a'
BERTH_PREFIX='hospital_a'
BERTH_ENVIRONMENT='staging'
BERTH_DOMAIN='a.example'
BERTH_SERVER_NAMES='a.example,www.a.example'
BERTH_URL='http://127.0.0.1:8778/'
BERTH_HEALTH_URL='http://127.0.0.1:8778/'
BERTH_STATIC_DIRECTORY='/var/www/hospital_a'
BERTH_STATIC_URL='/assets/'
BERTH_CONTAINER_WEB='hospital_a_web'
BERTH_HOST_WEB='127.0.0.1'
BERTH_PORT_WEB='8778'
BERTH_URL_WEB='http://127.0.0.1:8778'
BERTH_HOST_WEB_8443='localhost'
BERTH_PORT_WEB_8443='8453'
BERTH_URL_WEB_8443='https://localhost:8453'
BERTH_CONTAINER_DB='hospital_a_db'
BERTH_HOST_DB='localhost'
BERTH_PORT_DB='15432'
BERTH_URL_DB='postgresql://localhost:15432'
BERTH_HOST_DB_53='localhost'
BERTH_PORT_DB_53='5353'
BERTH_VOLUME_UPLOADS='hospital_a_uploads'
BERTH_NETWORK_DEFAULT='hospital_a_default'
BERTH_SUBNET_DEFAULT='10.210.3.64/26'
`;
