import { describe, expect, it } from "vitest";
import { stackWith } from "../../conflicts/sample.ts";
import { messages } from "./messages.ts";

describe("a blueprint", () => {
  it.each<[string, string, string]>([
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
  ])("%s", (_, written, text) => {
    expect(messages(stackWith("berth:prefix: hospital_b"), written)).toBe(text.slice(1));
  });
});
