import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findingText } from "../report/shown.ts";
import { stackWith } from "../conflicts/sample.ts";
import { findingsFrom } from "./sample.ts";

const all = (keys: string, stack = "") =>
  findingsFrom(stackWith(stack), {
    stack: "clinic",
    blueprintYaml: `services:\n  web:\n    image: web:1\n    ${keys}\nx-berth:\n  settings: { SHOWN_TOKEN: { description: public } }\n`,
  });
const found = (keys: string, stack = "") =>
  all(keys, stack)
    .filter(({ kind }) => kind === "secret")
    .map(({ code, severity, key }) => `${severity} ${code} ${key}`);

describe("a secret that a blueprint itself holds is a warning outside development", () => {
  it.each([
    ["environment: { DB_PASSWORD: hunter2hunter2verysecret }", "environment.DB_PASSWORD"],
    ["environment: [DB_PASSWORD=hunter2hunter2verysecret]", "environment.DB_PASSWORD"],
    ['environment: { DB_PASSWORD: "${PW:-hunter2hunter2verysecret}" }', "environment.DB_PASSWORD"],
    ["environment: { DATABASE_URL: 'postgres://app:S3cret99@db' }", "environment.DATABASE_URL"],
    ["command: ['--password=hunter2hunter2verysecret']", "command"],
    ["command: [--password, hunter2hunter2verysecret]", "command"],
    ["command: ['https://user:hunter2@host']", "command"],
    ["command: serve --api-key hunter2hunter2verysecret", "command"],
    ["entrypoint: [env, DB_PASSWORD=hunter2hunter2verysecret, serve]", "entrypoint"],
    ["labels: { API_KEY: sk_live_0123456789abcdefghij }", "labels.API_KEY"],
    ["healthcheck: { test: [CMD, curl, -u, 'admin:hunter2', 'http://localhost'] }", "healthcheck.test"],
    ["healthcheck: { test: 'curl -f -u admin:hunter2 http://localhost || exit 1' }", "healthcheck.test"],
    ["healthcheck: { test: [CMD, sh, -c, 'PGPASSWORD=hunter2verysecret psql'] }", "healthcheck.test"],
  ])("%s", (keys, path) => {
    expect(found(keys)).toEqual([`warning secret-in-clear-text services.web.${path}`]);
    expect(found(keys, "berth:environment: development")).toEqual([]);
    expect(JSON.stringify(all(keys).filter(({ kind }) => kind === "secret"))).not.toMatch(/hunter2|S3cret|0123456789/);
  });

  it.each([
    'environment: { DB_PASSWORD: "${PW:-}", DATABASE_URL: "postgres://app:${PW:-}@db", TOKEN_TTL: 3600 }',
    "environment: { SHOWN_TOKEN: kR7vQ2xW9pL4mZ8tB3nY6cF1hJ5dG0sAbE, TLS_PRIVATE_KEY: /run/secrets/key }",
    "command: [--password-file, /run/secrets/pw, --port, '80', --no-password, clinic]",
    "command: ['--url=postgres://db/app', --user, '1000:1000', --tokens, '512']",
    "command: sh -c 'exec serve --password=\"$$DB_PASSWORD\" --url postgres://u:$$DB_PASSWORD@db'",
    "healthcheck: { test: 'curl -u admin:$$DB_PASSWORD http://localhost' }",
    "healthcheck: { test: 'redis-cli -a \"$$(cat /run/secrets/pw)\" --pass $$PW ping' }",
    "labels: { com.example.sort.key: name, com.example.url: 'https://example.org' }",
  ])("no finding for %s", (keys) => expect(found(keys)).toEqual([]));

  it("not where the stack gives a value of that name", () => {
    const keys = "environment: { DB_PASSWORD: '${PW:-hunter2hunter2verysecret}' }";
    expect(found(keys, "berth:secrets: { PW: { secure: v1:x } }")).toEqual([]);
    // A stack gives a variable its value where the blueprint mentions it or declares it, and not over a text.
    expect(found(keys, "berth:secrets: { DB_PASSWORD: { secure: v1:x } }")).toHaveLength(1);
  });

  it("names the file, the line and the remedy, and not the value", () =>
    expect(all("environment: { DB_PASSWORD: hunter2hunter2verysecret }").map(findingText)).toEqual([
      `! secret-in-clear-text  services.web.environment.DB_PASSWORD
  where      clinic / web            blueprints/sample.yaml:4: services.web.environment.DB_PASSWORD
  what       DB_PASSWORD of web looks like a secret, and is written in the blueprint
  allowed    \${DB_PASSWORD} for a secret declared under x-berth.secrets in blueprints/sample.yaml, with an encrypted value under berth:secrets; treat the old one as compromised and use a new one
  remedy     pulumi config set --secret --path berth:secrets.DB_PASSWORD -s clinic
             if it is not a secret, declare it under x-berth.settings in blueprints/sample.yaml`,
    ]));

  it.each([
    "blueprints/dna",
    "blueprints/equipemed",
    "blueprints/healthcare",
    "blueprints/platform",
    "examples/own-program/clinic",
  ])("%s holds none", (file) => {
    const blueprintYaml = readFileSync(new URL(`../../../${file}.yaml`, import.meta.url), "utf8");
    const findings = findingsFrom(stackWith(""), { stack: "clinic", blueprintYaml });
    expect(findings.filter(({ key, kind }) => kind === "secret" && key.startsWith("services."))).toEqual([]);
  });
});
