import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endpointAt } from "../../endpoint-at.ts";
import { bindSources } from "../../../src/host/bind-sources.ts";
import type { HostSnapshot } from "../../../src/host/snapshot.ts";
import { findingText } from "../report/shown.ts";
import { container, hostWith } from "../conflicts/sample.ts";
import { deploymentFrom } from "../resolve/sample.ts";
import { remedyOf } from "../report/shown.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "berth-binds-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const deployment = (volumes: string, { stackKeys = "", more = "" } = {}) =>
  deploymentFrom(`config:\n  berth:prefix: clinic\n${stackKeys}`, {
    stack: "clinic",
    blueprintYaml: `services:\n  web:\n    image: web:1\n    volumes: ${volumes}\n${more}`,
  });

const found = async (volumes: string, parts: Partial<HostSnapshot> = {}, options = {}) =>
  (await bindSources([hostWith(parts)], [deployment(volumes, options)])).findings;

const live = (name: string, directories: string[] = []): HostSnapshot["containers"][number] =>
  container(name, { directories: directories.map((path) => ({ path, readOnly: false })) });

describe("a bind mount whose source is not on this machine", () => {
  it.each([
    ["short form", (path: string) => `["${path}:/etc/app.conf:ro"]`],
    ["for writing", (path: string) => `["${path}:/data"]`],
    ["long form", (path: string) => `[{ type: bind, source: "${path}", target: /data }]`],
    [
      "long form, not to be created",
      (path: string) => `[{ type: bind, source: "${path}", target: /data, bind: { create_host_path: false } }]`,
    ],
  ])("is an error: %s", async (_, volumes) => {
    const path = `${folder}/missing`;
    expect(await found(volumes(path))).toMatchObject([
      {
        code: "bind-source-missing",
        severity: "error",
        key: path,
        wanted: { stack: "clinic", service: "web", file: "blueprints/sample.yaml", line: 4 },
      },
    ]);
  });

  it("is reported once for all services that mount it, with what Docker would do", async () => {
    const path = `${folder}/app.conf`;
    const more = `  worker:\n    image: web:1\n    volumes: ["${path}:/app.conf"]\n`;
    expect((await found(`["${path}:/etc/app.conf:ro"]`, {}, { more })).map(findingText)).toEqual([
      `✗ bind-source-missing  ${path}
  where      clinic / web            blueprints/sample.yaml:4: services.web.volumes[0]
  what       it does not exist on this machine; Docker would create an empty directory in its place
  remedy     create the file, or correct the path in blueprints/sample.yaml`,
    ]);
  });

  it("names the command that creates a directory for writing, and the key that leaves it to Docker", async () =>
    expect((await found(`["${folder}/my data:/data"]`))[0]).toMatchObject({
      remedy: { kind: "shell", argv: ["mkdir", "-p", `${folder}/my data`] },
      remedyNote: expect.stringContaining("create_host_path: true") as string,
    }));

  it.each([
    ["a link that leads nowhere", "dangling", /symbolic link to .*\/nowhere, which does not exist/],
    ["a path through a file", "file/inside", /part of the path is a file/],
    ["a circle of links", "circle", /circle of symbolic links/],
    ["a name that is too long", "x".repeat(300), /too long/],
  ])("%s", async (_, name, message) => {
    await symlink(`${folder}/nowhere`, `${folder}/dangling`);
    await symlink(`${folder}/circle`, `${folder}/circle`);
    await writeFile(`${folder}/file`, "");
    const [finding, ...more] = await found(`["${folder}/${name}:/data"]`);
    expect(finding).toMatchObject({ code: "bind-source-missing", severity: "error" });
    expect(finding?.message).toMatch(message);
    expect(more).toEqual([]);
  });

  it("matters to a stopped deployment until its container is there", async () => {
    const stopped = { stackKeys: "  berth:running: false\n" };
    const volumes = `["${folder}/missing:/data"]`;
    expect(await found(volumes, {}, stopped)).toHaveLength(1);
    const labels = { "berth.stack": deployment(volumes).id, "berth.prefix": "clinic", "berth.service": "web" };
    expect(await found(volumes, { containers: [{ ...live("clinic_web"), labels }] }, stopped)).toEqual([]);
  });
});

it("healthcare: missing certificates are an error, and the folder of its logs, which a job prepares, is not", async () => {
  const settings = `{ TLS_DIRECTORY: ${folder}/tls, LOG_ROOT: ${folder}/logs }`;
  const clinic = deploymentFrom(`config:\n  berth:blueprint: healthcare\n  berth:settings: ${settings}\n`);
  const { findings } = await bindSources([hostWith()], [clinic]);
  expect(findings.map((finding) => [finding.key, finding.wanted?.service, remedyOf(finding)])).toEqual([
    [`${folder}/tls`, "api", "put there what it is to read, or correct the path in blueprints/healthcare.yaml"],
  ]);
});

describe("no finding for", () => {
  it.each([
    ["a file", "file"],
    ["a directory", "directory"],
    ["a link to a file", "link"],
  ])("%s that is there", async (_, name) => {
    await writeFile(`${folder}/file`, "");
    await mkdir(`${folder}/directory`);
    await symlink("file", `${folder}/link`);
    expect(await found(`["${folder}/${name}:/data"]`)).toEqual([]);
  });

  it("sources that Docker is to create, and what lies in them", async () => {
    const created = `{ type: bind, source: "${folder}/logs", target: /logs, bind: { create_host_path: true } }`;
    expect(await found(`[${created}, "${folder}/logs/web:/var/log"]`)).toEqual([]);
  });

  it("the static directory, which a job fills", async () => {
    const more = `x-berth: { static: { directory: "${folder}/static", url: /static } }\n`;
    expect(await found(`["${folder}/static:/www", "\${BERTH_STATIC_DIRECTORY}/css:/css"]`, {}, { more })).toEqual([]);
  });

  it("volumes", async () => expect(await found(`["data:/data"]`, {}, { more: "volumes: { data: }\n" })).toEqual([]));
});

describe("an empty directory on this machine", () => {
  beforeEach(async () => {
    await mkdir(`${folder}/tls`);
    await mkdir(`${folder}/app.conf`);
  });

  it("is a warning where it is only read, as one that Docker created for missing certificates", async () => {
    expect(await found(`["${folder}/tls:/tls:ro"]`)).toMatchObject([
      { code: "bind-source-missing", severity: "warning", key: `${folder}/tls`, message: /empty directory/ },
    ]);
  });

  it("is a warning in the place of a file", async () => {
    expect(await found(`["${folder}/app.conf:/etc/app.conf"]`)).toMatchObject([
      { severity: "warning", remedy: { kind: "shell", argv: ["rmdir", `${folder}/app.conf`] } },
    ]);
  });

  it("is fine where another service fills it, and where it is for writing", async () => {
    const more = `  filler:\n    image: web:1\n    volumes: ["${folder}:/all"]\n`;
    expect(await found(`["${folder}/tls:/tls:ro"]`, {}, { more })).toEqual([]);
    expect(await found(`["${folder}/tls:/tls"]`)).toEqual([]);
  });
});

describe("an endpoint whose files berth cannot see", () => {
  const remote = { endpoint: endpointAt("ssh://docker@far"), elsewhere: "the endpoint is another machine" };
  const stackKeys = "  berth:endpoint: ssh://docker@far\n";

  it("gets a warning for each source, with the command that looks there", async () => {
    expect((await found('["/srv/app.conf:/etc/app.conf:ro"]', remote, { stackKeys })).map(findingText)).toEqual([
      `! bind-source-missing  /srv/app.conf
  where      clinic / web            blueprints/sample.yaml:4: services.web.volumes[0]
  what       not checked: the endpoint is another machine; if it does not exist there, Docker creates an empty directory in its place
  remedy     ssh docker@far ls -ld /srv/app.conf`,
    ]);
  });

  it("gets none for what Docker has mounted there, or is to create", async () => {
    expect(
      await found('["/srv/app.conf:/a"]', { ...remote, containers: [live("x", ["/srv/app.conf"])] }, { stackKeys }),
    ).toEqual([]);
    expect(
      await found("[{ type: bind, source: /srv/a, target: /a, bind: { create_host_path: true } }]", remote, {
        stackKeys,
      }),
    ).toEqual([]);
  });
});
