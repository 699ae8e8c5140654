import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { engineAnswers, temporaryProject, type TemporaryProject } from "./engine.ts";

const prefix = uniqueName("storage");
const octet = process.pid % 250;

const blueprint = `services:
  app:
    image: berth-test-tiny:1
    init: true
    stop_grace_period: 1s
    healthcheck: { test: [CMD, "true"], interval: 1s }
    volumes:
      - ./storage/app.ini:/etc/app.ini:ro
      - ./storage/site:/site:ro
      - ./data:/data
      - /anonymous
      - named:/named
      - { type: tmpfs, target: /scratch, tmpfs: { size: 8m, mode: 0700 } }
      - { type: bind, source: ./storage/site, target: /shared, bind: { create_host_path: false, propagation: rprivate } }
    secrets: [db-password]
    configs: [page, { source: text, target: /etc/text, mode: 0400 }]
volumes:
  named: { labels: { tier: slow } }
secrets:
  db-password: { file: ./storage/password.txt }
configs:
  page: { file: ./storage/page.html }
  text: { content: "text of a config" }
networks: { default: { ipam: { config: [{ subnet: 10.98.${octet}.0/26 }] } } }
`;

describe.skipIf(!engineAnswers)("a deployment with files, directories and volumes of all kinds", () => {
  let project: TemporaryProject;

  beforeAll(async () => {
    await tinyImage();
    project = await temporaryProject({
      stacks: { storage: `config:\n  berth:blueprint: storage\n  berth:prefix: ${prefix}\n` },
    });
    const folder = join(project.root, "blueprints", "storage");
    mkdirSync(join(folder, "site"), { recursive: true });
    writeFileSync(join(project.root, "blueprints", "storage.yaml"), blueprint);
    writeFileSync(join(folder, "app.ini"), "level=info\n");
    writeFileSync(join(folder, "site", "index.html"), "a site\n");
    writeFileSync(join(folder, "password.txt"), "kX93\n");
    writeFileSync(join(folder, "page.html"), "a page\n");
  });
  afterAll(async () => {
    await project?.destroy();
    await cleanUp();
  });

  it("shows its container all of them, and nothing is left to change", async () => {
    const up = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", "storage"]);
    expect(up.code, up.stdout).toBe(0);
    const files = "/etc/app.ini /site/index.html /shared/index.html /run/secrets/db-password /page /etc/text";
    const read = await project.shell(`docker exec ${prefix}_app sh -c 'cat ${files}; echo data > /data/file'`);
    expect(read.stdout).toBe("level=info\na site\na site\nkX93\na page\ntext of a config");
    expect(existsSync(join(project.root, "blueprints", ".berth", "data", "storage", "data", "file"))).toBe(true);
    const clean = await project.pulumi(["preview", "--expect-no-changes", "--stack", "storage"]);
    expect(clean.code, clean.stdout).toBe(0);
    expect(clean.stdout).not.toContain("drifted");
  });

  it("keeps its volumes under names of its own when its container is replaced", async () => {
    const replace = async (file: string): Promise<void> => {
      writeFileSync(join(project.root, "blueprints", "storage", "page.html"), file);
      const up = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", "storage"]);
      expect(up.code, up.stdout).toBe(0);
    };
    await project.shell(`docker exec ${prefix}_app sh -c 'echo kept > /anonymous/file'`);
    await replace("another page\n");
    const read = await project.shell(`docker exec ${prefix}_app sh -c 'cat /page /anonymous/file /data/file'`);
    expect(read.stdout).toBe("another page\nkept\ndata\n");
    const { Mounts: mounts } = await docker.getContainer(`${prefix}_app`).inspect();
    expect(mounts.flatMap(({ Type: type, Name }) => (type === "volume" ? [Name] : [])).sort()).toEqual([
      `${prefix}_app_anonymous`,
      `${prefix}_named`,
    ]);
  });
});
