import { describe, expect, it } from "vitest";
import type { Surroundings } from "../../../src/blueprint/surroundings.ts";
import { deploymentFrom, findingsFrom, type Sample } from "./sample.ts";

const texts: Readonly<Record<string, string>> = {
  "/srv/project/conf/app.ini": "a=${NOT_A_VARIABLE}",
  "/srv/project/password.txt": "kX93",
};

const surroundings: Surroundings = {
  folder: "/srv/project",
  home: "/home/ada",
  look: (path) => ({ kind: path in texts ? "file" : path === "/srv/project/folder" ? "directory" : "missing" }),
  read: (path) => {
    const content = texts[path];
    return content === undefined
      ? { kind: "unreadable", why: "does not exist" }
      : { kind: "files", files: [{ path: "", content, isBinary: path.endsWith(".bin"), isExecutable: false }] };
  },
};

const sample = (service: string, declared: string): Sample => ({
  blueprintYaml: `services: { web: { image: "web:1", ${service} } }\n${declared}`,
  surroundings,
});
const remote = "config: { berth:endpoint: 'ssh://ops@far' }";
const messagesFrom = (written: Sample, config = "config: {}"): string[] =>
  findingsFrom(config, written).map(({ severity, key, message }) => `${severity} ${key}: ${message}`);

describe("a config", () => {
  it.each<[string, string, string, object]>([
    ["text with variables", "{ content: 'a=${A:-1}' }", "c", { target: "/c", content: "a=1", mode: "0444" }],
    [
      "a setting of the stack",
      "{ environment: TEXT }",
      "{ source: c, target: /etc/c, uid: '103', gid: '104', mode: 0440 }",
      { target: "/etc/c", content: "from the stack", mode: "0440", user: "103", group: "104" },
    ],
    [
      "a file beside the blueprint, as it is",
      "{ file: ./conf/app.ini }",
      "c",
      { target: "/c", content: "a=${NOT_A_VARIABLE}", mode: "0444" },
    ],
    [
      "a setting or secret by its name, where it is external",
      "{ external: true, name: TEXT }",
      "c",
      { target: "/c", content: "from the stack" },
    ],
  ])("is %s", (_, declared, grant, expected) => {
    const written = sample(`configs: [${grant}]`, `configs: { c: ${declared} }`);
    const { containers } = deploymentFrom("config: { berth:settings: { TEXT: from the stack } }", written);
    expect(containers[0]?.files).toMatchObject([expected]);
  });

  it("whose file is not there is mounted, so that the host reports it; on another machine it is an error", () => {
    const written = sample("configs: [c]", "configs: { c: { file: ./missing } }");
    expect(deploymentFrom("config: {}", written).containers[0]?.mounts).toMatchObject([
      { kind: "directory", path: "/srv/project/missing", target: "/c", readOnly: true, created: false },
    ]);
    expect(messagesFrom(written, remote)).toEqual([
      "error configs.c.file: ./missing does not exist, and ssh://ops@far is another machine",
    ]);
  });

  it("of a service whose root file system is read-only is mounted", () =>
    expect(
      deploymentFrom("config: {}", sample("read_only: true, configs: [c]", "configs: { c: { file: ./conf/app.ini } }"))
        .containers[0],
    ).toMatchObject({ files: [], mounts: [{ path: "/srv/project/conf/app.ini", target: "/c", readOnly: true }] }));

  it.each([
    ["a folder", "{ file: ./folder }", "error configs.c.file: ./folder is a folder"],
    ["two sources", "{ file: ./a, content: b }", 'error configs.c: found {"file":"./a","content":"b"}'],
    ["none", "{ name: c }", 'error configs.c: found {"name":"c"}'],
  ])("of %s is an error", (_, declared, message) =>
    expect(messagesFrom(sample("configs: [c]", `configs: { c: ${declared} }`))).toEqual([message]),
  );
});

describe("a secret", () => {
  const given = (name: string): string => `config: { berth:secrets: { ${name}: { secure: "v1:bm9uY2U=:dGV4dA==" } } }`;

  it("of a file is mounted, and its text is nowhere else", () => {
    const written = sample("secrets: [db-password]", "secrets: { db-password: { file: ./password.txt } }");
    const deployment = deploymentFrom("config: {}", written);
    expect(deployment.containers[0]).toMatchObject({
      files: [],
      mounts: [{ path: "/srv/project/password.txt", target: "/run/secrets/db-password", readOnly: true }],
    });
    expect(JSON.stringify(deployment)).not.toContain("kX93");
  });

  it("of a file can be given by the stack instead, and has to be where the host is another machine", () => {
    const written = sample("secrets: [db-password]", "secrets: { db-password: { file: ./password.txt } }");
    expect(deploymentFrom(given("db_password"), written).containers[0]).toMatchObject({
      files: [{ target: "/run/secrets/db-password", content: { parts: [{ secret: "db_password" }] } }],
      mounts: [],
      environment: {},
    });
    expect(messagesFrom(written, remote)).toEqual([
      "error secrets.db-password.file: the file is not on ssh://ops@far, which is another machine",
    ]);
  });

  it("that is external is one of the stack", () => {
    const written = sample("secrets: [token]", "secrets: { token: { external: true, name: api-token } }");
    expect(deploymentFrom(given("api_token"), written).containers[0]?.files).toMatchObject([
      { target: "/run/secrets/token", content: { parts: [{ secret: "api_token" }] } },
    ]);
    expect(messagesFrom(written)).toEqual(["error berth:secrets.api_token: the secret api_token is missing"]);
  });

  it("has an owner and mode where its source is not a file, and a warning says where they count for nothing", () => {
    const grant = "secrets: [{ source: token, uid: '1000', mode: 0400 }]";
    expect(
      deploymentFrom(given("TOKEN"), sample(grant, "secrets: { token: { environment: TOKEN } }")).containers[0]?.files,
    ).toMatchObject([{ user: "1000", mode: "0400" }]);
    expect(messagesFrom(sample(grant, "secrets: { token: { file: ./password.txt } }"))).toEqual([
      "warning services.web.secrets[0]: uid, gid and mode of token count for nothing, as in Compose: its source is a file",
    ]);
  });
});
