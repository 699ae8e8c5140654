import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { dockerEndpoint } from "../../src/deployment/endpoint.ts";
import type { Realization } from "../../src/deployment/realization.ts";
import { localEndpoint } from "../../src/docker/endpoint.ts";
import { trialFindings } from "../../src/operations/trial.ts";
import { deploymentFrom } from "../pure/resolve/sample.ts";
import { docker, tinyImage, uniqueName } from "./docker.ts";

const folder = mkdtempSync(join(tmpdir(), "berth-trial-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("a source that is missing where berth cannot look is refused by Docker before anything changes, and not created", async () => {
  const image = await tinyImage();
  const { Id } = await docker.getImage(image).inspect();
  writeFileSync(join(folder, "there"), "");
  const made = deploymentFrom("config: { berth:prefix: trial }", {
    stack: uniqueName("berth_trial"),
    blueprintYaml: `services:
  fine: { image: "${image}", volumes: ["${folder}/there:/etc/there:ro", "${folder}:/all"] }
  lost: { image: "${image}", volumes: ["${folder}/missing:/data"] }
  made: { image: "${image}", volumes: [{ type: bind, source: "${folder}/new", target: /new, bind: { create_host_path: true } }] }
`,
  });
  const deployment: Realization = { ...made, endpoint: dockerEndpoint("local", localEndpoint()) };
  const trials = deployment.containers.map((service) => ({ service, image: Id, own: true }));
  expect(await trialFindings(deployment, trials)).toMatchObject([
    {
      code: "value-refused",
      wanted: { service: "lost" },
      message: expect.stringContaining(`bind source path does not exist: ${folder}/missing`) as string,
    },
  ]);
  expect(existsSync(`${folder}/missing`)).toBe(false);
  expect(existsSync(`${folder}/new`)).toBe(false);
});
