import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanUp, docker, tinyImage } from "../../host/docker.ts";
import { remedyOf } from "../../pure/report/shown.ts";
import { engineAnswers } from "../engine.ts";
import { Drifting, succeeds } from "./drifting.ts";

/** A volume is data: each test leaves the deployment with one that it knows. */
describe.skipIf(!engineAnswers)("drift of a volume", () => {
  let site: Drifting;
  const small = (key: string): string => site.name("small", key);
  const volume = () => docker.getVolume(small("data"));
  const without = async (): Promise<void> => {
    await site.run(`docker rm -f ${small("keeper")}`);
    await volume().remove();
  };

  beforeAll(async () => {
    const image = await tinyImage();
    const health = `healthcheck: { test: [CMD, "true"], interval: 1s }`;
    const blueprint = `services:
  keeper: { image: "${image}", init: true, volumes: ["data:/data"], stop_grace_period: 1s, ${health} }
volumes: { data: }
`;
    site = await Drifting.make({ small: { blueprint } });
    await site.up("small");
  });
  afterAll(async () => {
    await cleanUp();
    await site?.project.destroy();
  });

  it("with other options: only the comparison sees it, and its remedy keeps what it holds", async () => {
    const { Labels } = await volume().inspect();
    await without();
    await docker.createVolume({ Name: small("data"), Labels, DriverOpts: { type: "tmpfs", device: "tmpfs" } });
    expect(await site.refreshSteps("small")).toEqual({ keeper: "delete" });
    await site.up("small");
    await site.run(`docker exec ${small("keeper")} sh -c 'echo kept > /data/file'`);
    const [finding] = (await site.look("small")).findings;
    expect(finding).toMatchObject({
      code: "volume-drifted",
      key: small("data"),
      message: expect.stringContaining("driver option type was added"),
    });
    await site.run(remedyOf(finding));
    expect((await site.project.shell(`cat .berth/${small("data")}/file`)).stdout).toBe("kept\n");
    await site.isClean("small");
  });

  it("recreated, empty, with the same labels: the preview tells it, and so does the comparison", async () => {
    const { Labels } = await volume().inspect();
    const { "berth.identity": identity, ...others } = Labels ?? {};
    expect(identity).toMatch(/^[0-9a-f-]{36}$/);
    await without();
    await docker.createVolume({ Name: small("data"), Labels: others });
    const message = "was recreated, so its data may be lost: it is not the one that the engine created";
    expect((await site.preview("small")).stdout).toMatch(
      new RegExp(`! volume-drifted {2}${small("data")}\n(?:.*\n){2}.*${message}`),
    );
    const finding = (await site.look("small")).findings.find(({ key }) => key === small("data"));
    expect(finding?.message).toBe(message);
    await site.run(remedyOf(finding));
    await site.isClean("small");
  });

  it("that is gone: the preview tells that its data is, and the next up makes an empty one", async () => {
    await without();
    expect((await site.preview("small")).stdout).toMatch(
      /! volume-drifted .*\n(?:.*\n){2}.*is gone, and the data in it/,
    );
    await site.up("small");
    await site.isClean("small");
  });

  it("is none after a destroy that left it, and another up", async () => {
    const before = await volume().inspect();
    await succeeds(
      site.project.pulumi(["destroy", "--yes", "--skip-preview", "--exclude-protected", "--stack", "small"]),
    );
    await site.up("small");
    expect((await volume().inspect()).Labels).toEqual(before.Labels);
    await site.isClean("small");
  });

  it("is none after the engine has forgotten it, and another up took it over", async () => {
    const before = await volume().inspect();
    await site.run(`docker rm -f ${small("keeper")}`);
    const forgotten = (await site.resourcesOf("small")).find(
      ({ type }) => type === "random:index/randomUuid:RandomUuid",
    );
    const removal = ["state", "rm", forgotten?.urn ?? "", "--target-dependents", "--force", "--yes"];
    await succeeds(site.project.pulumi([...removal, "--stack", "small"]));
    await site.up("small");
    expect((await volume().inspect()).Labels).toEqual(before.Labels);
    await site.isClean("small");
  });
});
