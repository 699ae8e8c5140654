import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Finding } from "../../src/findings/finding.ts";
import { openProject } from "../../src/project/project.ts";
import { passwordType } from "../../src/engine/state.ts";
import { type DriftResult, driftOf, knownOf } from "../../src/operations/drift.ts";
import { cleanUp, docker, tinyImage, uniqueName } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { blueprintOf, rows, type Row, smallBlueprint } from "./drift-rows.ts";
import { engineAnswers, type Ran, temporaryProject, type TemporaryProject } from "./engine.ts";
import { remedyOf } from "../pure/report/shown.ts";

const prefix = uniqueName("berth_drift");
const name = (key: string, stack = "main"): string => `${prefix}_${stack}_${key.replaceAll("-", "_")}`;
const small = (key: string): string => name(key, "small");
const tag = `${prefix}:moving`;

/**
 * Who finds what was changed by hand: the engine's refresh, or the comparison with what is live; and that the remedy of
 * each finding is one. What the provider does is asserted in both directions: a row fails when it becomes better, too.
 */
describe.skipIf(!engineAnswers)("drift of a deployment", () => {
  let project: TemporaryProject;

  beforeAll(async () => {
    const image = await tinyImage();
    const [repo = "", version = ""] = tag.split(":");
    await docker.getImage(image).tag({ repo, tag: version });
    const stack = (stackName: string, more = ""): string =>
      `config:\n  berth:blueprint: ${stackName}\n  berth:prefix: ${prefix}_${stackName}\n${more}`;
    project = await temporaryProject({
      stacks: {
        main: stack("main", `  berth:ports: { listening: ${await freePort()} }\n`),
        small: stack("small", `  berth:ports: { app: ${await freePort()} }\n`),
        idle: stack("idle", "  berth:running: false\n"),
      },
      blueprints: {
        main: blueprintOf(image, tag),
        small: smallBlueprint(image),
        idle: `services: { app: { image: "${image}", init: true, stop_grace_period: 1s } }`,
      },
    });
  });
  afterAll(async () => {
    await cleanUp();
    await project?.destroy();
    await docker
      .getImage(tag)
      .remove({ force: true })
      .catch(() => undefined);
  });

  describe("while nothing is changed by hand", () => {
    it("is none after an up, nor after the second look", async () => {
      await succeeds(project.pulumi(["up", "--yes", "--skip-preview", "--stack", "main"]));
      await isClean("main");
      await isClean("main");
    });

    it("is none after every container was restarted", async () => {
      const services = rows.filter(({ job }) => job !== true).map(({ key }) => name(key));
      await run(`docker restart -t 1 ${services.join(" ")}`);
      await isClean("main");
    });
  });

  describe("after changes by hand to what runs", () => {
    let refreshed: Readonly<Record<string, string>>;
    let preview: Ran;
    let drift: DriftResult;
    const found = (key: string): Finding | undefined => drift.findings.find((finding) => finding.key === name(key));

    beforeAll(async () => {
      const network = await docker.getNetwork(name("front")).inspect();
      const address = (network.IPAM?.Config?.[0]?.Gateway ?? "").replace(/\d+$/, (last) => String(Number(last) + 39));
      for (const row of rows) await run(row.byHand({ name, network: name("front"), address, tag }));
      for (const { key, settles } of rows) if (settles !== undefined) await becomes(name(key), settles);
      const refresh = await project.pulumi(["refresh", "--preview-only", "--expect-no-changes", "--stack", "main"]);
      expect(refresh.code).not.toBe(0);
      refreshed = stepsOf(refresh.stdout);
      preview = await project.pulumi(["preview", "--expect-no-changes", "--stack", "main"]);
      drift = await look("main");
    });

    it.each(rows)("$key: $what", ({ key, refresh, ours, remedy = "pulumi up -y -s main" }: Row) => {
      expect(refreshed[key]).toBe(refresh);
      expect(found(key)?.message).toMatch(ours);
      expect(remedyOf(found(key))).toBe(remedy.replaceAll("NAME", name(key)));
    });

    it("the preview tells what the refresh does not see, and nothing else", () => {
      const told = [...new Set([...preview.stdout.matchAll(/! container-drifted {2}(\S+)/g)].map(([, key]) => key))];
      expect(told.sort()).toEqual(
        rows
          .filter(({ told }) => told === true)
          .map(({ key }) => name(key))
          .sort(),
      );
    });

    it("the remedies of all findings, typed one after the other, leave nothing", async () => {
      const remedies = [...new Set(drift.findings.map(remedyOf))];
      // An up fails while a service is paused, unhealthy or in a loop; and what removes a container goes before the plain up.
      const turns = [/^(?!.*pulumi)/, new RegExp(`${name("looping")} `), /docker rm/, /^/];
      const turn = (remedy: string): number => turns.findIndex((pattern) => pattern.test(remedy));
      for (const remedy of remedies.sort((a, b) => turn(a) - turn(b))) await succeeds(project.shell(remedy));
      await becomes(name("unhealthy"), { health: "healthy" });
      await isClean("main");
    });
  });

  describe("after something was recreated outside Pulumi", () => {
    beforeAll(async () => {
      await succeeds(project.pulumi(["up", "--yes", "--skip-preview", "--stack", "small"]));
    });

    it("a container with the same labels: the preview refuses, and both remedies help", async () => {
      await remade("app");
      const drift = await look("small");
      const [finding] = drift.findings;
      expect(drift.findings).toHaveLength(1);
      expect(finding).toMatchObject({
        key: small("app"),
        severity: "error",
        message: expect.stringContaining("was recreated outside Pulumi"),
      });
      const refused = await project.pulumi(["preview", "--stack", "small"]);
      expect(refused.code).not.toBe(0);
      expect(refused.stdout).toContain(`✗ container-name-in-use  ${small("app")}`);
      expect(remediesOf(refused)).toEqual([`docker rm -f ${small("app")}`]);
      await succeeds(project.shell(remedyOf(finding)));
      await isClean("small");
    });

    it("a container without our label and with our port: one conflict, whose remedy helps", async () => {
      await remade("app", {});
      expect((await look("small")).findings).toEqual([
        expect.objectContaining({
          key: small("app"),
          severity: "error",
          message: expect.stringContaining("was not created for this deployment"),
        }),
      ]);
      const refused = await project.pulumi(["preview", "--stack", "small"]);
      expect(refused.stdout).toContain("1 conflict; nothing was changed");
      const [remedy = "", ...others] = remediesOf(refused);
      expect(others).toEqual([]);
      await succeeds(project.shell(remedy));
      await succeeds(project.pulumi(["up", "--yes", "--stack", "small"]));
      await isClean("small");
    });

    it("a network, with a container in it: the preview refuses, and both remedies help", async () => {
      for (const remedyOf of [driftRemedy, previewRemedy]) {
        const network = docker.getNetwork(small("own"));
        const { Labels, IPAM } = await network.inspect();
        await network.disconnect({ Container: small("networked") });
        await network.remove();
        await docker.createNetwork({ Name: small("own"), Labels: Labels ?? {}, IPAM: { Config: IPAM?.Config } });
        await docker.getNetwork(small("own")).connect({ Container: small("networked") });
        const refresh = await project.pulumi(["refresh", "--preview-only", "--stack", "small"]);
        expect(stepsOf(refresh.stdout)).toEqual({ own: "delete" });
        await succeeds(project.shell(await remedyOf(small("own"))));
        await succeeds(project.pulumi(["up", "--yes", "--stack", "small"]));
        await isClean("small");
      }
    });

    it("a volume, with other options: only the comparison sees it, and its remedy keeps what it holds", async () => {
      const volume = docker.getVolume(small("data"));
      const { Labels } = await volume.inspect();
      await run(`docker rm -f ${small("keeper")}`);
      await volume.remove();
      await docker.createVolume({ Name: small("data"), Labels, DriverOpts: { type: "tmpfs", device: "tmpfs" } });
      const refresh = await project.pulumi(["refresh", "--preview-only", "--stack", "small"]);
      expect(stepsOf(refresh.stdout)).toEqual({ keeper: "delete" });
      await succeeds(project.pulumi(["up", "--yes", "--skip-preview", "--stack", "small"]));
      await run(`docker exec ${small("keeper")} sh -c 'echo kept > /data/file'`);
      const [finding] = (await look("small")).findings;
      expect(finding).toMatchObject({
        code: "volume-drifted",
        key: small("data"),
        message: expect.stringContaining("driver option type was added"),
      });
      await succeeds(project.shell(remedyOf(finding)));
      expect((await project.shell(`cat .berth/${small("data")}/file`)).stdout).toBe("kept\n");
      await isClean("small");
    });
  });

  describe("of a volume", () => {
    const made = () => project.pulumi(["up", "--yes", "--skip-preview", "--stack", "small"]);
    const told = async (): Promise<string> => (await project.pulumi(["preview", "--stack", "small"])).stdout;
    const without = async (): Promise<void> => {
      await run(`docker rm -f ${small("keeper")}`);
      await docker.getVolume(small("data")).remove();
    };

    it("made anew, empty, with the same labels: the preview tells it, and so does the comparison", async () => {
      const { Labels } = await docker.getVolume(small("data")).inspect();
      const { "berth.identity": identity, ...others } = Labels ?? {};
      expect(identity).toMatch(/^[0-9a-f-]{36}$/);
      await without();
      await docker.createVolume({ Name: small("data"), Labels: others });
      const message = "was recreated, so its data may be lost: it is not the one that the engine created";
      expect(await told()).toMatch(new RegExp(`! volume-drifted {2}${small("data")}\n(?:.*\n){2}.*${message}`));
      const finding = (await look("small")).findings.find(({ key }) => key === small("data"));
      expect(finding?.message).toBe(message);
      await succeeds(project.shell(remedyOf(finding)));
      await isClean("small");
    });

    it("that is gone: the preview tells that its data is, and the next up makes an empty one", async () => {
      await without();
      expect(await told()).toMatch(/! volume-drifted .*\n(?:.*\n){2}.*is gone, and the data in it/);
      await succeeds(made());
      await isClean("small");
    });

    it("is none after a destroy that left it, and another up", async () => {
      const before = await docker.getVolume(small("data")).inspect();
      await succeeds(project.pulumi(["destroy", "--yes", "--skip-preview", "--exclude-protected", "--stack", "small"]));
      await succeeds(made());
      expect((await docker.getVolume(small("data")).inspect()).Labels).toEqual(before.Labels);
      await isClean("small");
    });

    it("is none after the engine has forgotten it, and another up took it over", async () => {
      const before = await docker.getVolume(small("data")).inspect();
      await run(`docker rm -f ${small("keeper")}`);
      const forgotten = (await resourcesOf("small")).find(({ type }) => type === "random:index/randomUuid:RandomUuid");
      const removal = ["state", "rm", forgotten?.urn ?? "", "--target-dependents", "--force", "--yes"];
      await succeeds(project.pulumi([...removal, "--stack", "small"]));
      await succeeds(made());
      expect((await docker.getVolume(small("data")).inspect()).Labels).toEqual(before.Labels);
      await isClean("small");
    });
  });

  it("of a stopped deployment is a container that runs", async () => {
    await succeeds(project.pulumi(["up", "--yes", "--skip-preview", "--stack", "idle"]));
    await isClean("idle");
    await run(`docker start ${name("app", "idle")}`);
    await succeeds(project.pulumi(["refresh", "--preview-only", "--expect-no-changes", "--stack", "idle"]));
    const [finding] = (await look("idle")).findings;
    expect(finding).toMatchObject({ key: name("app", "idle"), message: "runs, although its deployment is stopped" });
    await succeeds(project.shell(remedyOf(finding)));
    await isClean("idle");
  });

  async function resourcesOf(stack: string): Promise<StateResource[]> {
    const { stdout } = await succeeds(project.pulumi(["stack", "export", "--show-secrets", "--stack", stack]));
    return (JSON.parse(stdout) as { deployment: { resources: StateResource[] } }).deployment.resources;
  }

  /** What `berth drift` does: with the secrets and the ids of the engine's state. */
  async function look(stack: string): Promise<DriftResult> {
    const resources = await resourcesOf(stack);
    const texts = resources.flatMap(({ type, urn, outputs }) =>
      type === passwordType
        ? [
            [
              urn
                .split("::")
                .at(-1)
                ?.slice(stack.length + 1) ?? "",
              JSON.parse(outputs?.result?.plaintext ?? ""),
            ],
          ]
        : [],
    );
    const known = { [stack]: knownOf(resources) };
    return driftOf(openProject(project.root), [stack], { known, secrets: { [stack]: Object.fromEntries(texts) } });
  }

  async function isClean(stack: string): Promise<void> {
    expect((await look(stack)).findings).toEqual([]);
    const preview = await project.pulumi(["preview", "--diff", "--expect-no-changes", "--stack", stack]);
    expect(preview.code, preview.stdout).toBe(0);
    const refresh = await project.pulumi([
      "refresh",
      "--preview-only",
      "--diff",
      "--expect-no-changes",
      "--stack",
      stack,
    ]);
    expect(refresh.code, refresh.stdout).toBe(0);
  }

  async function run(line: string): Promise<void> {
    await succeeds(project.shell(line));
  }

  /** Makes a container again under its name, as a person does with `docker run`. */
  async function remade(key: string, labels?: Record<string, string>): Promise<void> {
    const { Config, HostConfig } = await docker.getContainer(small(key)).inspect();
    await docker.getContainer(small(key)).remove({ force: true });
    const { Hostname: _, ...config } = Config;
    const network = { NetworkingConfig: { EndpointsConfig: { [small("default")]: { Aliases: [key] } } } };
    const options = { ...config, Labels: labels ?? Config.Labels, HostConfig, ...network, name: small(key) };
    await (await docker.createContainer(options)).start();
  }

  async function driftRemedy(key: string): Promise<string> {
    return remedyOf((await look("small")).findings.find((finding) => finding.key === key));
  }

  async function previewRemedy(): Promise<string> {
    const refused = await project.pulumi(["preview", "--stack", "small"]);
    expect(refused.stdout).toContain(`✗ network-in-use  ${small("own")}`);
    return remediesOf(refused)[0] ?? "";
  }
});

interface StateResource {
  readonly type: string;
  readonly urn: string;
  readonly outputs?: { readonly result?: { readonly plaintext?: string } };
}

async function succeeds(running: Promise<Ran>): Promise<Ran> {
  const ran = await running;
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  return ran;
}

/** What a refresh wants to do, by the resource's name without the stack's. */
const stepsOf = (output: string): Record<string, string> =>
  Object.fromEntries(
    [...output.matchAll(/^ *[~+-]+ +docker:index:\w+ \w+-(\S+) (update|delete)\b/gm)].map(([, key = "", step = ""]) => [
      key,
      step,
    ]),
  );

const remediesOf = ({ stdout }: Ran): string[] => [
  ...new Set([...stdout.matchAll(/remedy {5}(.*)$/gm)].map(([, command]) => command ?? "")),
];

const becomes = (container: string, wanted: NonNullable<Row["settles"]>): Promise<void> =>
  vi.waitFor(
    async () => {
      const { State, RestartCount } = await docker.getContainer(container).inspect();
      expect({ health: State.Health?.Status, restarts: RestartCount >= 3 }).toMatchObject(wanted);
    },
    { timeout: 60_000, interval: 200 },
  );
