import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeSampleImage } from "../../scripts/images/sample-image.ts";
import { composeFiles } from "../../src/export/compose.ts";
import { openProject, readSiblings } from "../../src/project/project.ts";
import { checkProject } from "../../src/operations/check-project.ts";
import { verifyHealth } from "../../src/operations/health.ts";
import { randomText } from "../../src/engine/secret-texts.ts";
import { compose, runCompose, write } from "./compose.ts";
import { cleanUp, dockerAnswers, uniqueName } from "./docker.ts";

/** The scenarios of the guide, as their files are, but for names, ports and images that are free here. */
const scenarios = ["production-and-staging", "three-hospitals", "two-versions"];
const repository = join(import.meta.dirname, "..", "..");
const folders: string[] = [];

it.each(scenarios)("%s: no two of its stacks clash", async (scenario) => {
  const { deployments, findings } = await checkProject(openProject(projectOf(scenario)), { offline: true });
  expect(findings).toEqual([]);
  expect(deployments.length).toBeGreaterThan(1);
});

describe.skipIf(!dockerAnswers || compose === undefined)("on a real host", () => {
  afterAll(async () => {
    await cleanUp();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it.each(scenarios)("%s: all of it answers side by side, each with its own data", async (scenario) => {
    const root = projectOf(scenario, uniqueName("scenario"));
    await makeSampleImage({ tag: "berth-test-eqmd:1", version: "1.0" });
    await makeSampleImage({ tag: "berth-test-eqmd:2", version: "2.0" });
    const { deployments } = readSiblings(openProject(root));
    const files = deployments.map((deployment) => ({
      deployment,
      file: write(root, composeFiles(deployment, { SECRET_KEY: randomText(50) })),
    }));
    try {
      for (const { deployment, file } of files) await runCompose(root, "-p", deployment.prefix, "-f", file, "up", "-d");
      for (const [index, { deployment }] of files.entries()) {
        const url = `http://localhost:${deployment.entrance?.port}`;
        expect(await verifyHealth(`${url}/health/`, { tries: 40, interval: 500 })).toMatchObject({ kind: "healthy" });
        for (let record = 0; record <= index; record += 1)
          await fetch(`${url}/records`, { method: "POST", body: "{}" });
      }
      for (const [index, { deployment }] of files.entries()) {
        const info = await (await fetch(`http://localhost:${deployment.entrance?.port}/api/info`)).json();
        expect(info).toMatchObject({
          hospital: deployment.services.at(-1)?.environment["HOSPITAL_NAME"],
          version: scenario === "two-versions" && index === 1 ? "2.0" : "1.0",
          records: index + 1,
        });
        expect(readdirSync(deployment.staticDirectory?.path ?? "")).toContain("app.css");
      }
    } finally {
      for (const { deployment, file } of files)
        await runCompose(root, "-p", deployment.prefix, "-f", file, "down", "-v");
    }
  });
});

/** A project with a scenario's stack files; with a prefix, made to fit beside what else runs here. */
function projectOf(scenario: string, prefix?: string): string {
  const root = mkdtempSync(join(tmpdir(), "berth-test-scenario-"));
  folders.push(root);
  const from = join(repository, "examples", "scenarios", scenario);
  cpSync(join(repository, "Pulumi.yaml"), join(root, "Pulumi.yaml"));
  cpSync(join(repository, "blueprints"), join(root, "blueprints"), { recursive: true });
  mkdirSync(join(root, "www"));
  const shift = 15_000 + (process.pid % 1000) * 5;
  for (const file of readdirSync(from)) {
    const text = readFileSync(join(from, file), "utf8");
    const fitted = text
      .replace(/berth:prefix: (\w+)/, `berth:prefix: ${prefix?.replace(/[^a-z0-9]/g, "_")}_$1`)
      .replace(/app: (\d+)/, (_, port: string) => `app: ${Number(port) + shift}`)
      .replace(/"ghcr\.io\/[^"]*"/, (image) => (image.includes("rc") ? '"berth-test-eqmd:2"' : '"berth-test-eqmd:1"'))
      .replace("berth:settings: {", `berth:settings: { STATIC_ROOT: "${root}/www",`);
    writeFileSync(join(root, file), prefix === undefined ? text : fitted);
  }
  return root;
}
