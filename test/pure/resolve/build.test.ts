import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Build } from "../../../src/deployment/deployment.ts";
import { deploymentFrom, findingsFrom } from "./sample.ts";

const folder = mkdtempSync(join(tmpdir(), "berth-build-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "Dockerfile"), "FROM scratch");

const deploymentWith = (build: string, keys = "", prefix = "a") =>
  deploymentFrom(`config:\n  berth:prefix: ${prefix}\n  ${keys}`, {
    blueprintYaml: `services:\n  web: { build: ${build} }\n`,
  });
const buildOf = (build: string, keys = ""): Build | undefined => deploymentWith(build, keys).services[0]?.build;
const problems = (build: string): (string | undefined)[] =>
  findingsFrom("config: { berth:prefix: a }", { blueprintYaml: `services:\n  web: { build: ${build} }\n` }).map(
    ({ message }) => message,
  );
const here = JSON.stringify(folder);

describe("a service with build:", () => {
  it("has an image that is named after its deployment and after what it is built from", () => {
    const image = (build: string, prefix?: string) => deploymentWith(build, "", prefix).services[0]?.image;
    const first = image(here);
    expect(first).toMatch(/^a_web:[0-9a-f]{12}$/);
    expect(image(here)).toBe(first);
    expect(image(here, "b")).toBe(first?.replace(/^a/, "b"));
    expect(image(`{ context: ${here}, args: { A: 1 } }`)).not.toBe(first);
    expect(image(`{ context: ${here}, target: prod }`)).not.toBe(first);
  });

  it("is built from what its Compose file says", () => {
    const build = `{ context: ${here}, args: ["V=\${V:-3}", GIVEN, ABSENT], target: prod, labels: { part: app }, shm_size: 1m, no_cache: "\${N}" }`;
    expect(buildOf(build, "berth:settings: { GIVEN: x, N: 'true' }")).toMatchObject({
      folder,
      dockerfile: "Dockerfile",
      args: { V: "3", GIVEN: "x" },
      target: "prod",
      labels: { part: "app" },
      sharedMemory: 1024 ** 2,
      noCache: true,
    });
  });

  it("may be built from a repository that Docker fetches", () =>
    expect(buildOf("https://github.com/org/app.git#main")).toMatchObject({
      remote: "https://github.com/org/app.git#main",
      digest: "https://github.com/org/app.git#main",
    }));

  it("shares what is built under a name with the services that name it", () => {
    const { services } = deploymentFrom("config: { berth:prefix: a }", {
      blueprintYaml: `services:\n  web: { build: ${here}, image: app:1 }\n  worker: { image: app:1 }\n`,
    });
    expect(services[1]?.image).toBe(services[0]?.image);
    expect(services[1]?.build).toBeUndefined();
  });

  it("is not built where the stack names an image", () => {
    const { services } = deploymentWith(here, "berth:images: { web: app:2 }");
    expect(services[0]).toMatchObject({ image: "app:2" });
    expect(services[0]?.build).toBeUndefined();
  });

  it("keeps its specification where only the folder's place differs", () => {
    const other = mkdtempSync(join(tmpdir(), "berth-build-"));
    writeFileSync(join(other, "Dockerfile"), "FROM scratch");
    expect(deploymentWith(JSON.stringify(other)).services[0]?.image).toBe(deploymentWith(here).services[0]?.image);
    rmSync(other, { recursive: true });
  });
});

describe("what is wrong with a build is found before it", () => {
  it("a context that is not there, with its path", () =>
    expect(problems(`${folder}/none`)).toEqual([`the build context ${folder}/none does not exist`]));

  it("a Dockerfile that is not there", () =>
    expect(problems(`{ context: ${here}, dockerfile: Other }`)).toEqual([
      `the Dockerfile ${folder}/Other does not exist`,
    ]));

  it("two Dockerfiles", () =>
    expect(problems(`{ context: ${here}, dockerfile: Dockerfile, dockerfile_inline: FROM x }`)).toEqual([
      "dockerfile stands beside dockerfile_inline",
    ]));

  it("what a build through Docker's API cannot have (a warning)", () =>
    expect(problems(`{ context: ${here}, ssh: [default] }`)).toEqual([
      "a build through Docker's API goes without ssh",
    ]));

  it("a folder of a size that nobody sends by intention (a warning)", () => {
    const large = mkdtempSync(join(tmpdir(), "berth-build-"));
    writeFileSync(join(large, "Dockerfile"), "FROM scratch");
    writeFileSync(join(large, "dump"), "");
    truncateSync(join(large, "dump"), 101 * 1024 ** 2);
    expect(problems(large)).toEqual([`101 MB of ${large} are sent to Docker for this build`]);
    writeFileSync(join(large, ".dockerignore"), "dump");
    expect(problems(`{ context: ${large}, args: {} }`)).toEqual([]);
    rmSync(large, { recursive: true });
  });

  it("a secret as an argument, which every layer would show", () => {
    const findings = findingsFrom("config:\n  berth:prefix: a\n  berth:secrets: { TOKEN: { secure: v1:x } }", {
      blueprintYaml: `services:\n  web: { build: { context: ${here}, args: { TOKEN: "\${TOKEN}" } } }\n`,
    });
    expect(findings.map(({ key }) => key)).toEqual(["services.web.build.args.TOKEN"]);
  });
});
