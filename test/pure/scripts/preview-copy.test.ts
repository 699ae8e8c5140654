import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { copyProject, preparation, stripped } from "../../../scripts/ci/preview-copy.ts";

const cipher = "v1:hkLdD1Otge5KNcN2:LtNWsvgp8bvO0FTVfKqBMQDpSD";
const production = `# the production
encryptionsalt: ${cipher}
config:
  berth:prefix: hospital_b   # as on the old host
  berth:settings: { PHONE: 0123456, NAME: "Hospital \\"B\\"" }
  berth:secrets:
    EMAIL_PASSWORD:
      secure: ${cipher}

    TOKEN: { secure: "${cipher}" }
  # the registry
  docker:registryAuth:
    - address: ghcr.io
      password:
        secure: ${cipher}
secretsprovider: awskms://alias/production
encryptedkey: ${cipher}
environment: [production]
`;

describe("a stack file for a preview", () => {
  it("keeps every character of the configuration but for encrypted values", () => {
    expect(stripped(production)).toEqual({
      secrets: ["berth:secrets.EMAIL_PASSWORD", "berth:secrets.TOKEN", "docker:registryAuth[0].password"],
      text: `config:
  berth:prefix: hospital_b   # as on the old host
  berth:settings: { PHONE: 0123456, NAME: "Hospital \\"B\\"" }
  berth:secrets:
    EMAIL_PASSWORD:
      placeholder

    TOKEN: placeholder
  # the registry
  docker:registryAuth:
    - address: ghcr.io
      password:
        placeholder
`,
    });
  });

  it("is what it was where nothing is encrypted", () => {
    const text = "config:\n  berth:ports:\n    app: 8778\n";
    expect(stripped(text)).toEqual({ text, secrets: [] });
  });

  it.each(["config:\n", "config: {}\n", "encryptionsalt: v1:x\n"])("may say nothing: %j", (text) => {
    expect(stripped(text).secrets).toEqual([]);
    expect(Object.keys(parse(stripped(text).text))).toEqual(["config"]);
  });

  it("puts a placeholder wherever an alias repeats an encrypted value", () => {
    const text = `config:\n  berth:secrets:\n    A: &one\n      secure: ${cipher}\n    B: *one\n`;
    const { secrets, text: copy } = stripped(text);
    expect(secrets).toEqual(["berth:secrets.A", "berth:secrets.B"]);
    expect(parse(copy)).toEqual({ config: { "berth:secrets": { A: "placeholder", B: "placeholder" } } });
  });

  it.each([
    ["config:\n  a: [\n", "is not valid YAML"],
    ["- config\n", "is not a map of keys"],
    ["{ config: {} }\n", "begins with {"],
  ])("is refused where it cannot be read: %j", (text, why) => expect(() => stripped(text)).toThrow(why));

  it("holds no ciphertext, and every plain value", () => {
    const secure = fc.constant({ secure: cipher });
    const plain = fc.oneof(fc.string(), fc.integer(), fc.boolean());
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        plain,
        secure,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.stringMatching(/^[a-zA-Z_]\w{0,8}$/), tie("value"), { maxKeys: 3, noNullPrototype: true }),
      ),
    }));
    const config = fc.dictionary(fc.stringMatching(/^berth:[a-z]{1,8}$/), value, { noNullPrototype: true });
    const style = fc.constantFrom({}, { collectionStyle: "flow" as const });
    fc.assert(
      fc.property(config, style, (wish, options) => {
        const text = `encryptionsalt: ${cipher}\nconfig: ${nested(stringify(wish, options))}`;
        const copy = stripped(text);
        expect(copy.text).not.toContain(cipher);
        const expected = JSON.parse(
          JSON.stringify(wish).replaceAll(JSON.stringify({ secure: cipher }), `"placeholder"`),
        );
        expect(parse(copy.text)).toEqual({ config: expected });
        expect(copy.secrets).toHaveLength(JSON.stringify(wish).split(cipher).length - 1);
      }),
    );
  });
});

const nested = (text: string): string => (text.startsWith("{") ? text : `\n${text.replace(/^(?=.)/gm, "  ")}`);

describe("the copy of a project", () => {
  const root = mkdtempSync(join(tmpdir(), "berth-preview-copy-"));
  afterAll(() => rmSync(root, { recursive: true }));
  const from = join(root, "from");
  const write = (path: string, text: string): void => {
    mkdirSync(join(from, path, ".."), { recursive: true });
    writeFileSync(join(from, path), text);
  };
  write("Pulumi.yaml", "name: berth\n");
  write("Pulumi.hospital-b.yaml", production);
  for (const left of ["Pulumi.staging.yaml", ".git/config", ".state/x", ".berth/passphrase", ".env.b", "b.secrets/T"])
    write(left, "x");
  write("node_modules/tool/index.js", "x");
  write("blueprints/equipemed.yaml", "services: {}\n");

  it("leaves out other stacks, state and passphrases, and everything of the original as it is", () => {
    const to = join(root, "to");
    copyProject(from, "hospital-b", to);
    const names = [".state", "Pulumi.hospital-b.yaml", "Pulumi.yaml", "blueprints", "node_modules"];
    expect(readdirSync(to).sort()).toEqual(names);
    expect(readdirSync(join(to, ".state"))).toEqual([]);
    expect(existsSync(join(to, "node_modules", "tool", "index.js"))).toBe(true);
    expect(readFileSync(join(to, "Pulumi.hospital-b.yaml"), "utf8")).toBe(stripped(production).text);
    expect(readFileSync(join(from, "Pulumi.hospital-b.yaml"), "utf8")).toBe(production);
  });

  it("is not made where a link leads out of the project, or nowhere", () => {
    const outside = join(root, "outside.yaml");
    writeFileSync(outside, "services: {}\n");
    symlinkSync("equipemed.yaml", join(from, "blueprints", "same.yaml"));
    copyProject(from, "hospital-b", join(root, "with-link"));
    expect(readFileSync(join(root, "with-link", "blueprints", "same.yaml"), "utf8")).toBe("services: {}\n");
    for (const [name, target] of [
      ["linked.yaml", outside],
      ["linked.yaml", "../../outside.yaml"],
      ["folder", ".."],
      ["folder", "/nowhere"],
    ] as const) {
      const link = join(from, "blueprints", name);
      symlinkSync(name === "folder" && target === ".." ? root : target, link);
      expect(() => copyProject(from, "hospital-b", join(root, `to-${name}`))).toThrow("leads nowhere or out");
      rmSync(link);
      rmSync(join(root, `to-${name}`), { recursive: true, force: true });
    }
    rmSync(join(from, "Pulumi.hospital-b.yaml"));
    symlinkSync(outside, join(from, "Pulumi.hospital-b.yaml"));
    expect(() => copyProject(from, "hospital-b", join(root, "to-stack"))).toThrow("is outside of");
  });

  it("is never written over something", () => {
    expect(() => copyProject(from, "hospital-b", from)).toThrow("exists; name a folder that does not");
  });
});

it("the engine asks no host and encrypts placeholders", () => {
  expect(preparation("b", ["berth:secrets.TOKEN"]).map((args) => args.join(" "))).toEqual([
    "stack init b",
    `config set-all --stack b --path --plaintext berth:endpoint=local --plaintext berth:inventory=files --secret berth:secrets.TOKEN=${"in-place-of-a-secret-".repeat(7)}`,
  ]);
});
