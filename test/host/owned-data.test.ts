import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dockerEndpoint } from "../../src/deployment/endpoint.ts";
import type { Realization } from "../../src/deployment/realization.ts";
import { knownOf } from "../../src/engine/state.ts";
import { localEndpoint } from "../../src/docker/endpoint.ts";
import { keptText } from "../../src/operations/operation.ts";
import { ownedData } from "../../src/operations/remove/owned-data.ts";
import { remedyText } from "../../src/report/remedy-text.ts";
import { deploymentFrom } from "../pure/resolve/sample.ts";
import { cleanUp, docker, endpoint, uniqueName } from "./docker.ts";

/** What `destroy --data` removes, and what it leaves alone, on a real Docker. */
const prefix = uniqueName("data").replace(/[^a-z0-9]/g, "_");
const home = { hash: "here", place: `${hostname()}:/here` };
const blueprint = (www: string, logs: string): string => `services:
  app:
    image: app:2
    volumes: ["data:/data", "${www}/\${BERTH_PREFIX}_static_\${BERTH_IMAGE_SLUG}:/www", "${logs}/\${BERTH_PREFIX}:/logs"]
volumes: { data: , old: }
x-berth: { static: { directory: "${www}/\${BERTH_PREFIX}_static_\${BERTH_IMAGE_SLUG}", url: /static/ } }
`;

describe("the data of a deployment", () => {
  const www = mkdtempSync(join(tmpdir(), "berth-test-www-"));
  const logs = mkdtempSync(join(tmpdir(), "berth-test-logs-"));
  const deployment = (keys = ""): Realization => {
    const made = deploymentFrom(`config:\n  berth:prefix: ${prefix}\n${keys}`, {
      stack: prefix,
      blueprintYaml: blueprint(www, logs),
    });
    return { ...made, home, endpoint: dockerEndpoint("local", localEndpoint()) };
  };
  const id = `organization/berth/${prefix}`;
  const volume = (name: string, Labels: Record<string, string>) =>
    docker.createVolume({ Name: `${prefix}_${name}`, Labels });
  const state = (name: string, identity: string) =>
    knownOf([
      {
        type: "docker:index/volume:Volume",
        urn: `urn:pulumi:x::berth::docker:index/volume:Volume::${name}`,
        outputs: { name: `${prefix}_${name}`, id: name, labels: [{ label: "berth.identity", value: identity }] },
      },
    ]);
  const directory = (path: string, owner?: string): string => {
    mkdirSync(path);
    writeFileSync(join(path, owner === undefined ? "file" : ".berth"), `${owner}\n`);
    return path;
  };
  const static_ = (image: string): string => join(www, `${prefix}_static_${image}`);

  beforeAll(async () => {
    const mine = { "berth.stack": id };
    await volume("home", { ...mine, "berth.home": "here" });
    await volume("held", { ...mine, "berth.identity": "1" });
    await volume("unknown", { ...mine, "berth.identity": "2" });
    await volume("elsewhere", {
      ...mine,
      "berth.home": "there",
      "berth.place": "laptop:/there",
      "berth.identity": "3",
    });
    await volume("data", {});
    await volume("other", { "berth.stack": "organization/berth/another" });
  });
  afterAll(async () => {
    for (const name of ["home", "held", "unknown", "elsewhere", "data", "other"])
      await docker.getVolume(`${prefix}_${name}`).remove({ force: true });
    for (const path of [www, logs]) rmSync(path, { recursive: true, force: true });
    await cleanUp();
  });

  it("is what its state holds and what was created from it; the rest stays, and is named with the reason", async () => {
    const { volumes, kept } = await ownedData(deployment("  berth:adopt: [data]\n"), state("held", "1"));
    expect(volumes).toEqual([`${prefix}_held`, `${prefix}_home`]);
    const far = { speaks: "berth", berth: "berth", docker: "tcp://elsewhere:2375" } as const;
    const removal = (name: string): string => `docker -H ${endpoint} volume rm ${prefix}_${name}`;
    expect(kept.map((each) => [keptText(each), each.remedy && remedyText(each.remedy, far)])).toEqual([
      [`kept the volume ${prefix}_data, which was here before`, removal("data")],
      [`kept the volume ${prefix}_elsewhere, which is managed from laptop:/there`, undefined],
      [`kept the volume ${prefix}_unknown, which this state does not know`, removal("unknown")],
    ]);
  });

  it("is what its own state created, where that state is gone", async () => {
    const { volumes, kept } = await ownedData(deployment());
    expect(volumes).toEqual([`${prefix}_home`]);
    expect(kept).toHaveLength(3);
  });

  it("is every directory with its mark: logs, static files of this image and of those before", async () => {
    const marked = [
      directory(static_("app_2"), id),
      directory(static_("app_1"), id),
      directory(join(logs, prefix), id),
    ];
    directory(static_("app_0"), "organization/berth/another");
    directory(join(www, "unrelated"), id);
    const { directories } = await ownedData(deployment());
    expect(directories).toEqual(marked.sort());
  });

  it("is not a directory that was there before: adopted static files, and one without a mark", async () => {
    rmSync(join(logs, prefix), { recursive: true });
    directory(join(logs, prefix));
    const { directories, kept } = await ownedData(deployment("  berth:adopt: [static]\n"));
    expect(directories).toEqual([]);
    expect(kept.map(keptText).filter((line) => line.includes("directory"))).toEqual(
      [
        `kept the directory ${static_("app_1")}, which was here before`,
        `kept the directory ${static_("app_2")}, which was here before`,
        `kept the directory ${join(logs, prefix)}, which has no mark of this deployment`,
      ].sort(),
    );
  });
});
