import { describe, expect, it } from "vitest";
import { specHash } from "../../../src/deployment/spec.ts";
import { openProject, readDeployment } from "../../../src/project/project.ts";
import { fakeDocker } from "../docker/fake-docker.ts";
import { berth, equipemed, projectWith } from "./berth.ts";

/** What `berth run` refuses before it starts anything; what it runs is in test/engine/deployment.test.ts. */
const root = () =>
  projectWith({
    "Pulumi.a.yaml": equipemed({ ports: { app: 20_061 } }),
    "Pulumi.shop.yaml": "config: { berth:blueprint: shop }",
    "blueprints/shop.yaml": 'services: { web: { image: "web:1" } }\n',
  });
const label = (id: string) =>
  encodeURIComponent(JSON.stringify({ label: [`berth.stack=organization/berth/${id}`, "berth.service=static-init"] }));

describe("berth run", () => {
  it.each([
    ["a job that is none", ["run", "a", "migrate"], "a has no job migrate; its jobs are static-init\n"],
    ["a service", ["run", "a", "app"], "app is a service of a, and no job; its jobs are static-init\n"],
    ["a stack without jobs", ["run", "shop", "migrate"], "shop has no job migrate; it has none\n"],
    ["no job", ["run", "a"], "missing required argument 'job'"],
  ])("ends with 2 for %s", async (_, args, words) => {
    const { code, stdout, stderr } = await berth(root(), args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(words);
  });

  it("ends with 3 where the host cannot be reached", async () => {
    const env = { DOCKER_HOST: "unix:///nonexistent" };
    const { code, stderr } = await berth(root(), ["run", "a", "static-init"], { env });
    expect(code).toBe(3);
    expect(stderr).toContain("/nonexistent");
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it.each([
    ["was never made", [], "a: static-init was never created: berth up a\n"],
    [
      "was made from another specification",
      [{ Id: "1", State: "exited", Labels: { "berth.spec": "another" } }],
      "a: static-init was created from another specification than Pulumi.a.yaml gives now: berth up a\n",
    ],
  ])("starts nothing that %s", async (_, containers, words) => {
    const fake = await fakeDocker({ [`/containers/json?all=true&filters=${label("a")}`]: containers });
    try {
      const env = { DOCKER_HOST: fake.endpoint };
      const { code, stdout, stderr } = await berth(root(), ["run", "a", "static-init", "--json"], { env });
      expect([code, stderr.split("\n").at(-2)]).toEqual([1, words.trimEnd()]);
      expect(JSON.parse(stdout)).toEqual({
        stack: "a",
        operation: "run",
        job: "static-init",
        container: "a_static_init",
        ok: false,
        problems: [words.trimEnd().slice("a: ".length)],
      });
    } finally {
      await fake.close();
    }
  });

  /** `berth run a static-init`, with a container of the stack's own specification, in this state, and no engine. */
  async function runBeside(State: string) {
    const project = root();
    const deployment = readDeployment(openProject(project), "a");
    const job = deployment.ok && deployment.value.containers.find(({ key }) => key === "static-init");
    if (!job) throw new Error("no job");
    const container = { Id: "1", State, Labels: { "berth.spec": specHash(job, deployment.value.prefix) } };
    const fake = await fakeDocker({ [`/containers/json?all=true&filters=${label("a")}`]: [container] });
    try {
      const env = { DOCKER_HOST: fake.endpoint, PATH: "", HOME: "/nonexistent" };
      return await berth(project, ["run", "a", "static-init"], { env });
    } finally {
      await fake.close();
    }
  }

  it("starts nothing that is running already", async () => {
    expect(await runBeside("running")).toEqual({
      code: 1,
      stdout: "",
      stderr: "a: static-init is running already\n",
    });
  });

  it("says that nothing is masked where no engine knows the secrets, and ends with 1 where Docker refuses", async () => {
    const { code, stdout, stderr } = await runBeside("exited");
    expect([code, stdout]).toEqual([
      1,
      "a: secrets in its output are not masked: the engine that knows them is not available here\n",
    ]);
    expect(stderr).toBe("berth: Docker refused: HTTP 404\n");
  });
});
