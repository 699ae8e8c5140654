import { describe, expect, it } from "vitest";
import { observeImages } from "../../../src/host/images.ts";
import { findingText } from "../report/shown.ts";
import { stackWith } from "../conflicts/sample.ts";
import { hostAt } from "../host/host-at.ts";
import { fakeDocker } from "../docker/fake-docker.ts";
import { deploymentFrom, findingsFrom } from "../resolve/sample.ts";

const blueprint = (keys: string): string => `services:
  web:
    image: web:1
    ${keys}
secrets: { TOKEN: }
configs: { list: { content: x } }
x-berth: { secrets: { TOKEN: { generate: 32 } } }
`;
const found = (keys: string) =>
  findingsFrom(stackWith(""), { stack: "clinic", blueprintYaml: blueprint(keys) })
    .filter(({ code }) => code === "file-unreadable")
    .map(({ severity, key }) => `${severity} ${key}`);
const secret = (mode: string): string => `secrets: [{ source: TOKEN, mode: "${mode}" }]`;

describe("a file that the user of its service cannot read is a warning", () => {
  it.each(["1000", '"1000:1000"', "www-data", "app:app", '"1000:10"'])("user %s", (user) =>
    expect(found(`user: ${user}\n    ${secret("0400")}`)).toEqual(["warning web: /run/secrets/TOKEN"]),
  );
  it.each(["0440", "0600", "0640", "0000"])("mode %s", (mode) =>
    expect(found(`user: "1000:1000"\n    ${secret(mode)}`)).toHaveLength(1),
  );
  it("a config as well as a secret", () =>
    expect(found('user: app\n    configs: [{ source: list, target: /etc/list, mode: "0400" }]')).toEqual([
      "warning web: /etc/list",
    ]));
});

describe("no warning for", () => {
  it.each(["root", '"0"', '"0:0"', '"0:1000"', "root:app"])("root as %s", (user) =>
    expect(found(`user: ${user}\n    ${secret("0400")}`)).toEqual([]),
  );
  it.each(["0444", "0404", "0644"])("a mode for all, %s", (mode) =>
    expect(found(`user: app\n    ${secret(mode)}`)).toEqual([]),
  );
  it("a secret without a mode", () => expect(found("user: app\n    secrets: [TOKEN]")).toEqual([]));
  it.each(['user: "1000:0"', "user: app:root", 'user: "1000:1000"\n    group_add: ["0"]'])("root's group: %s", (user) =>
    expect(found(`${user}\n    ${secret("0440")}`)).toEqual([]),
  );
  it("a user that only the image knows", () => expect(found(secret("0400"))).toEqual([]));
});

it("the user of an image that is on the host counts where the service names none", async () => {
  const warnings = async (User: string, keys = "") => {
    const fake = await fakeDocker({ "/images/web%3A1/json": { Config: { User } } });
    try {
      const text = `config:\n  berth:endpoint: ${fake.endpoint}\n`;
      const blueprintYaml = blueprint(`${secret("0400")}${keys}`);
      const clinic = deploymentFrom(text, { stack: "clinic", blueprintYaml });
      return (await observeImages([clinic], [await hostAt(fake.endpoint, [clinic])])).findings.map(findingText);
    } finally {
      await fake.close();
    }
  };
  expect(await warnings("app")).toEqual([
    `! file-unreadable  web: /run/secrets/TOKEN
  where      clinic / web            blueprints/sample.yaml:4: services.web.secrets[0]
  what       the user app cannot read it: it belongs to root and has the mode 0400
  allowed    mode "0444", or mode "0440" beside group_add: ["0"] for web
  remedy     write mode: "0444" in blueprints/sample.yaml, so that every process in the container of web can read it`,
  ]);
  expect(await warnings("")).toEqual([]);
  expect(await warnings("app", "\n    user: root")).toEqual([]);
});
