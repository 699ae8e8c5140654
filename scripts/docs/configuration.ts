import { parseStack } from "../../src/config/stack-file.ts";
import { stackSchema } from "../../src/config/schema.ts";
import { jsonSchemaOf } from "./json-schema.ts";
import { type Key, keysOf } from "./keys.ts";
import { code, inAnEditor, page, table } from "./markdown.ts";

const example = `config:
  berth:blueprint: equipemed
  berth:prefix: hospital_b
  berth:environment: production
  berth:domain: b.hospital.example
  berth:ports: { app: 8780 }
  berth:images: { app: "ghcr.io/org/eqmd:2.1" }
  berth:settings: { HOSPITAL_NAME: "Hospital B" }
  berth:secrets: { EMAIL_PASSWORD: { secure: "v1:…" } }
  berth:services: { app: { cpus: 0.5, memory: 512M } }
`;

/** Every key of a stack file. */
export function configurationPage(): string {
  if (!parseStack(example, "hospital-b", "Pulumi.hospital-b.yaml").ok) throw new Error("the page's example is wrong");
  const [, ...keys] = keysOf(jsonSchemaOf(stackSchema));
  const isTop = ({ path }: Key): boolean => !path.includes(".");
  return page(
    "src/config/schema.ts",
    "# Configuration of a stack",
    "What `Pulumi.<stack>.yaml` may say, under `config:`. All of it is optional. A key that is not here is an error that names the nearest one that is.",
    `\`\`\`yaml\n# Pulumi.hospital-b.yaml\n${example}\`\`\``,
    table(
      ["key", "what it says", "allowed", "default"],
      keys.filter(isTop).map((key) => [code(`berth:${key.path}`), key.description ?? "", key.allowed, defaultOf(key)]),
    ),
    "## Keys within",
    "`NAME` stands for a service. `npx berth config set --path berth:ports.app 8781 -s hospital-b` writes any of them, and so does `pulumi config set` once the engine knows the stack.",
    table(
      ["key", "what it says", "allowed"],
      keys.filter((key) => !isTop(key)).map((key) => [code(`berth:${key.path}`), key.description ?? "", key.allowed]),
    ),
    ...inAnEditor("stack.schema.json", "Pulumi.hospital-b.yaml"),
    "## Defaults for all stacks",
    "Defaults for all stacks stand under `config:` in `Pulumi.yaml`, with the same keys; the stack's own win.",
  );
}

/** An empty group is none. */
const defaultOf = ({ default: value }: Key): string =>
  typeof value === "string" || typeof value === "boolean" ? code(String(value)) : "";
