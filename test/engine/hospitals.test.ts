import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeSampleImage } from "../../scripts/images/sample-image.ts";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { engineAnswers, temporaryProject, type TemporaryProject } from "./engine.ts";

/** Three deployments of one app on one host, and what happens to the others when something is done to one. */
const prefix = uniqueName("hospital").replace(/[^a-z0-9]/g, "_");
const base = 21_000 + (process.pid % 500) * 10;
const names = ["hospital-a", "hospital-b", "staging"] as const;
const ports = { "hospital-a": base, "hospital-b": base + 1, staging: base + 2 };
const images = ["berth-test-eqmd:1", "berth-test-eqmd:2"] as const;

const stackFile = (stack: string, port: number): string => `config:
  berth:blueprint: equipemed
  berth:prefix: ${prefix}_${stack.replace("-", "_")}
  berth:environment: ${stack === "staging" ? "staging" : "production"}
  berth:domain: ${stack}.example
  berth:images: { app: "${images[0]}" }
  berth:ports: { app: ${port} }
  berth:settings: { HOSPITAL_NAME: "Hospital of ${stack}", STATIC_ROOT: "{root}/www" }
`;

describe.skipIf(!engineAnswers)("three hospitals on one host", () => {
  let project: TemporaryProject;

  beforeAll(async () => {
    for (const [index, tag] of images.entries()) await makeSampleImage({ tag, version: `${index + 1}.0` });
    project = await temporaryProject({
      stacks: Object.fromEntries(names.map((name) => [name, stackFile(name, ports[name])])),
    });
  });
  afterAll(async () => {
    await project?.destroy();
    await cleanUp();
  });

  it("come up beside each other, each with its own name, port, data and static files", async () => {
    for (const name of names) {
      const up = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", name]);
      expect(up.code, up.stdout + up.stderr).toBe(0);
      await post(name, `record of ${name}`);
    }
    for (const name of names) {
      expect(await info(name)).toMatchObject({ hospital: `Hospital of ${name}`, records: 1, uid: 1001 });
      const outputs = JSON.parse(
        (await project.pulumi(["stack", "output", "--json", "--stack", name])).stdout,
      ) as Record<string, unknown>;
      expect(outputs).toMatchObject({
        url: `http://localhost:${ports[name]}/`,
        healthUrl: `http://localhost:${ports[name]}/health/`,
        ports: { app: ports[name] },
        serverNames: [`${name}.example`, `www.${name}.example`],
        staticDirectory: `${project.root}/www/${prefix}_${name.replace("-", "_")}_static_berth_test_eqmd_1`,
      });
    }
  });

  it("another image replaces one of them alone, and keeps its data and its key", async () => {
    const before = await containers();
    const key = (await info("hospital-a")).secretKeyFingerprint;
    await project.pulumi(["config", "set", "--path", "berth:images.app", images[1], "--stack", "hospital-a"]);
    const up = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", "hospital-a"]);
    expect(up.code, up.stdout + up.stderr).toBe(0);
    expect(await info("hospital-a")).toMatchObject({ version: "2.0", records: 1, secretKeyFingerprint: key });
    const after = await containers();
    const changed = Object.keys(before).filter((name) => before[name] !== after[name]);
    expect(changed).toEqual([`${prefix}_hospital_a_app`, `${prefix}_hospital_a_static_init`]);
    const { stdout } = await project.pulumi(["stack", "output", "staticDirectory", "--stack", "hospital-a"]);
    expect(stdout.trim()).toBe(`${project.root}/www/${prefix}_hospital_a_static_berth_test_eqmd_2`);
  });

  it("one that is stopped keeps its data and gives up its port; the others run on", async () => {
    const before = await containers();
    await project.pulumi(["config", "set", "berth:running", "false", "--stack", "hospital-b"]);
    const down = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", "hospital-b"]);
    expect(down.code, down.stdout + down.stderr).toBe(0);
    await expect(info("hospital-b")).rejects.toThrow("fetch failed");
    const clean = await project.pulumi(["preview", "--expect-no-changes", "--stack", "hospital-b"]);
    expect(clean.code, clean.stdout).toBe(0);
    await project.pulumi(["config", "set", "berth:running", "true", "--stack", "hospital-b"]);
    const up = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", "hospital-b"]);
    expect(up.code, up.stdout + up.stderr).toBe(0);
    expect(await info("hospital-b")).toMatchObject({ records: 1 });
    const after = await containers();
    const others = Object.keys(before).filter((name) => !name.includes("hospital_b"));
    expect(others.map((name) => after[name])).toEqual(others.map((name) => before[name]));
  });

  it("a fourth that would clash is refused at preview with every clash named, and each remedy helps", async () => {
    const wanted = `${prefix}_hospital_d`;
    const { port, close } = await listening();
    await docker.createVolume({ Name: `${wanted}_database` });
    await docker.createContainer({ name: `${wanted}_app`, Image: await tinyImage(), Cmd: ["true"] });
    await project.shell(
      `mkdir -p www/${wanted}_static_berth_test_eqmd_1 && touch www/${wanted}_static_berth_test_eqmd_1/file`,
    );
    const text = stackFile("hospital-d", port).replaceAll("{root}", project.root);
    await project.shell(`cat > Pulumi.hospital-d.yaml <<'END'\n${text}END\npulumi stack init hospital-d`);
    const before = await containers();
    try {
      const refused = await project.pulumi(["preview", "--stack", "hospital-d"]);
      expect(refused.code).not.toBe(0);
      const codes = ["port-in-use", "container-name-in-use", "volume-in-use", "path-overlap"];
      for (const code of codes) expect(refused.stdout).toContain(`✗ ${code}`);
      expect(refused.stdout).toContain("4 conflicts; nothing was changed");
      expect(refused.stdout).not.toContain("at async");
      const remedies = [
        ...new Set([...refused.stdout.matchAll(/remedy {5}(pulumi .*)$/gm)].map(([, command]) => command ?? "")),
      ];
      expect(remedies).toHaveLength(2);
      for (const remedy of remedies) expect((await project.shell(remedy)).code).toBe(0);
      const accepted = await project.pulumi(["preview", "--stack", "hospital-d"]);
      expect(accepted.code, accepted.stdout).toBe(0);
      expect(await containers()).toEqual(before);
    } finally {
      close();
      await docker.getContainer(`${wanted}_app`).remove();
      await docker.getVolume(`${wanted}_database`).remove();
      await project.shell("rm Pulumi.hospital-d.yaml");
    }
  });

  it("an image that does not exist is seen before anything is replaced", async () => {
    const before = await containers();
    await project.pulumi(["config", "set", "--path", "berth:images.app", "berth-test-eqmd:none", "--stack", "staging"]);
    const up = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", "staging"]);
    await project.pulumi(["config", "set", "--path", "berth:images.app", images[0], "--stack", "staging"]);
    expect(up.code).not.toBe(0);
    expect(up.stdout).toContain("✗ image-missing  berth-test-eqmd:none");
    expect(await containers()).toEqual(before);
  });

  async function info(name: (typeof names)[number]): Promise<Record<string, unknown>> {
    const response = await fetch(`http://localhost:${ports[name]}/api/info`);
    return (await response.json()) as Record<string, unknown>;
  }

  const post = (name: (typeof names)[number], body: string): Promise<Response> =>
    fetch(`http://localhost:${ports[name]}/records`, { method: "POST", body });

  /** Id and start time of every container of ours, by name. */
  async function containers(): Promise<Record<string, string>> {
    const listed = await docker.listContainers({ all: true, filters: { name: [prefix] } });
    const entries = await Promise.all(
      listed.map(async ({ Id }) => {
        const { Name, State } = await docker.getContainer(Id).inspect();
        return [Name.slice(1), `${Id} ${State.StartedAt}`] as const;
      }),
    );
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
});

/** A process that listens on a port of its own. */
async function listening(): Promise<{ port: number; close: () => void }> {
  const server: Server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}
