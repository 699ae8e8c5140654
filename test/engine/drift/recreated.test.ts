import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanUp, docker, tinyImage } from "../../host/docker.ts";
import { freePort } from "../../host/free-port.ts";
import { remedyOf } from "../../pure/report/shown.ts";
import { engineAnswers } from "../engine.ts";
import { Drifting, remediesOf } from "./drifting.ts";

/** What was recreated outside Pulumi is not what the state knows. Each test leaves the deployment as it found it. */
describe.skipIf(!engineAnswers)("drift of what was recreated outside Pulumi", () => {
  let site: Drifting;
  const small = (key: string): string => site.name("small", key);

  beforeAll(async () => {
    const service = `image: "${await tinyImage()}", init: true, stop_grace_period: 1s`;
    const health = `healthcheck: { test: [CMD, "true"], interval: 1s }`;
    site = await Drifting.make({
      small: {
        keys: `  berth:ports: { app: ${await freePort()} }\n`,
        blueprint: `services:
  app: { ${service}, ${health}, ports: ["20000:80"] }
  networked: { ${service}, ${health}, networks: [own] }
networks: { own: }
`,
      },
      idle: { keys: "  berth:running: false\n", blueprint: `services: { app: { ${service} } }` },
    });
    await site.up("small");
  });
  afterAll(async () => {
    await cleanUp();
    await site?.project.destroy();
  });

  it("a container with the same labels: the preview refuses, and both remedies help", async () => {
    await site.recreate("small", "app");
    const drift = await site.look("small");
    const [finding] = drift.findings;
    expect(drift.findings).toHaveLength(1);
    expect(finding).toMatchObject({
      key: small("app"),
      severity: "error",
      message: expect.stringContaining("was recreated outside Pulumi"),
    });
    const refused = await site.preview("small");
    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toContain(`✗ container-name-in-use  ${small("app")}`);
    expect(remediesOf(refused)).toEqual([`docker rm -f ${small("app")}`]);
    await site.run(remedyOf(finding));
    await site.isClean("small");
  });

  it("a container without our label and with our port: one conflict, whose remedy helps", async () => {
    await site.recreate("small", "app", {});
    expect((await site.look("small")).findings).toEqual([
      expect.objectContaining({
        key: small("app"),
        severity: "error",
        message: expect.stringContaining("was not created for this deployment"),
      }),
    ]);
    const refused = await site.preview("small");
    expect(refused.stdout).toContain("1 conflict; nothing was changed");
    const [remedy = "", ...others] = remediesOf(refused);
    expect(others).toEqual([]);
    await site.run(remedy);
    await site.up("small");
    await site.isClean("small");
  });

  it.each([
    [
      "the comparison",
      async () => remedyOf((await site.look("small")).findings.find(({ key }) => key === small("own"))),
    ],
    [
      "the preview",
      async () => {
        const refused = await site.preview("small");
        expect(refused.stdout).toContain(`✗ network-in-use  ${small("own")}`);
        return remediesOf(refused)[0] ?? "";
      },
    ],
  ])("a network, with a container in it: the remedy of %s helps", async (_, remedyFound) => {
    const network = docker.getNetwork(small("own"));
    const { Labels, IPAM } = await network.inspect();
    await network.disconnect({ Container: small("networked") });
    await network.remove();
    await docker.createNetwork({ Name: small("own"), Labels: Labels ?? {}, IPAM: { Config: IPAM?.Config } });
    await docker.getNetwork(small("own")).connect({ Container: small("networked") });
    expect(await site.refreshSteps("small")).toEqual({ own: "delete" });
    await site.run(await remedyFound());
    await site.up("small");
    await site.isClean("small");
  });

  it("of a stopped deployment is a container that runs", async () => {
    await site.up("idle");
    await site.isClean("idle");
    await site.run(`docker start ${site.name("idle", "app")}`);
    expect(await site.refreshSteps("idle")).toEqual({});
    const [finding] = (await site.look("idle")).findings;
    expect(finding).toMatchObject({
      key: site.name("idle", "app"),
      message: "runs, although its deployment is stopped",
    });
    await site.run(remedyOf(finding));
    await site.isClean("idle");
  });
});
