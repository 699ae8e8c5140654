import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Finding } from "../../../src/findings/finding.ts";
import type { DriftResult } from "../../../src/operations/drift.ts";
import { cleanUp, docker, tinyImage, uniqueName } from "../../host/docker.ts";
import { freePort } from "../../host/free-port.ts";
import { remedyOf } from "../../pure/report/shown.ts";
import { engineAnswers, type Ran } from "../engine.ts";
import { Drifting, succeeds } from "./drifting.ts";
import { blueprintOf, type Row, rows } from "./rows.ts";

const prefix = uniqueName("berth_drift");
const tag = `${prefix}:moving`;

/**
 * Who finds what was changed by hand: the engine's refresh, or the comparison with what is live; and that the remedy of
 * each finding is one. What the provider does is asserted in both directions: a row fails when it becomes better, too.
 */
describe.skipIf(!engineAnswers)("drift of a deployment", () => {
  let site: Drifting;
  const name = (key: string): string => site.name("main", key);

  beforeAll(async () => {
    const image = await tinyImage();
    const [repo = "", version = ""] = tag.split(":");
    await docker.getImage(image).tag({ repo, tag: version });
    const keys = `  berth:ports: { listening: ${await freePort()} }\n`;
    site = await Drifting.make({ main: { blueprint: blueprintOf(image, tag), keys } }, prefix);
    await site.up("main");
  });
  afterAll(async () => {
    await cleanUp();
    await site?.project.destroy();
    await docker
      .getImage(tag)
      .remove({ force: true })
      .catch(() => undefined);
  });

  describe("while nothing is changed by hand", () => {
    it("is none after an up, nor after the second look", async () => {
      await site.isClean("main");
      await succeeds(
        site.project.pulumi(["refresh", "--preview-only", "--diff", "--expect-no-changes", "--stack", "main"]),
      );
    });

    it("is none after every container was restarted", async () => {
      const services = rows.filter(({ job }) => job !== true).map(({ key }) => name(key));
      await site.run(`docker restart -t 1 ${services.join(" ")}`);
      await site.isClean("main");
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
      for (const row of rows) await site.run(row.byHand({ name, network: name("front"), address, tag }));
      for (const { key, settles } of rows) if (settles !== undefined) await becomes(name(key), settles);
      refreshed = await site.refreshSteps("main");
      preview = await site.project.pulumi(["preview", "--expect-no-changes", "--stack", "main"]);
      drift = await site.look("main");
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
      // They end in the same `pulumi up`, which is typed once, with the last one: it fails while a service is paused,
      // unhealthy or in a loop, and would leave what the others remove.
      const whole = remedies.find((remedy) => remedy.startsWith("docker rm ")) ?? "";
      const before = remedies
        .filter((remedy) => remedy !== whole)
        .map((remedy) => remedy.replace(/(^| && )pulumi up .*$/, ""));
      for (const command of before) if (command !== "") await site.run(command);
      await site.run(whole);
      await becomes(name("unhealthy"), { health: "healthy" });
      await site.isClean("main");
    });
  });
});

const becomes = (container: string, wanted: NonNullable<Row["settles"]>): Promise<void> =>
  vi.waitFor(
    async () => {
      const { State, RestartCount } = await docker.getContainer(container).inspect();
      expect({ health: State.Health?.Status, restarts: RestartCount >= 3 }).toMatchObject(wanted);
    },
    { timeout: 60_000, interval: 200 },
  );
