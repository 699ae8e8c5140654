import { describe, expect, it } from "vitest";
import { lapse, newsText, statusReport, statusRows, stepText, useRows, watchedOf } from "../../../src/report/status.ts";
import type { Use } from "../../../src/status/use.ts";
import { deploymentFrom } from "../resolve/sample.ts";
import { sequence, setKey, up } from "../../../src/findings/remedy.ts";
import { reader } from "./shown.ts";

const deployment = deploymentFrom("config: { berth:prefix: shop, berth:ports: { app: 8790 } }", { stack: "shop" });
const use: Use = {
  stack: "shop",
  of: "shop_app",
  service: "app",
  kind: "memory",
  used: 435,
  limit: 512,
  shown: "435 MB of 512 MB",
  share: 0.85,
  level: "scale",
  step: sequence(setKey(["services", "app", "memory"], "768M", "shop"), up("shop")),
};
const raise = "berth config set --path berth:services.app.memory 768M -s shop && berth up shop";
const online = { state: "online", services: [] } as const;
const sick = { state: "errored", reason: "shop_app is unhealthy: no", services: [] } as const;
const ofBerth = { ...reader, speaks: "berth" } as const;
const report = (status: typeof online | typeof sick, uses: readonly Use[] = [use]) =>
  statusReport({ deployments: [{ deployment, status }], uses, findings: [], notLookedAt: [] }, ofBerth);

describe("status for people", () => {
  it("has a row for each deployment, and for each use", () => {
    expect(statusRows(report(online))).toEqual([["shop", "online", "http://localhost:8790/"]]);
    expect(statusRows(report(sick))).toEqual([["shop", "errored", "shop_app is unhealthy: no"]]);
    expect(useRows(report(online, [use, { ...use, share: 0.123, level: "fine" }]).uses)).toEqual([
      ["shop", "shop_app", "memory", "435 MB of 512 MB", "85 %", "scale"],
      ["shop", "shop_app", "memory", "435 MB of 512 MB", "12.3 %", ""],
    ]);
  });

  it.each([
    ["watch", "soon     "],
    ["scale", "now      "],
    ["critical", "at once  "],
  ] as const)("%s comes with a step", (level, urgency) =>
    expect(report(online, [{ ...use, level }]).uses.map(stepText)).toEqual([
      `! memory of shop_app  85 % (435 MB of 512 MB): ${level}\n  ${urgency}  ${raise}`,
    ]),
  );
});

describe("what is watched", () => {
  it("are the states, where an error is critical, and the uses", () => {
    expect(watchedOf(report(sick), "npx berth")).toEqual([
      { key: "shop", level: "critical", text: "errored: shop_app is unhealthy: no", step: "npx berth status shop" },
      { key: "memory of shop_app", level: "scale", text: "85 % (435 MB of 512 MB)", step: raise },
    ]);
    expect(watchedOf(report(online, []), "npx berth")).toEqual([{ key: "shop", level: "fine", text: "online" }]);
  });

  it("is told with how long it has been so, and what to do", () => {
    const at = Date.parse("2030-01-01T12:15:00Z");
    const news = { kind: "lasts", key: "memory of shop_app", level: "scale", since: at - 15 * 60_000 } as const;
    const [, now] = watchedOf(report(online), "npx berth");
    expect(newsText(news, now, at)).toBe(
      `2030-01-01T12:15:00.000Z  memory of shop_app  scale for 15 min: 85 % (435 MB of 512 MB)\n  now        ${raise}`,
    );
    expect(newsText({ ...news, kind: "over" }, now, at)).toBe(
      "2030-01-01T12:15:00.000Z  memory of shop_app  is no longer scale: 85 % (435 MB of 512 MB)",
    );
  });

  it.each([
    [15 * 60_000, "15 min"],
    [119_999, "1 min"],
    [59_000, "59 s"],
  ])("%d ms are %s", (time, text) => expect(lapse(time)).toBe(text));
});
