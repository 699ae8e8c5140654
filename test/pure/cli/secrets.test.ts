import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { berth, equipemed, projectWith } from "./berth.ts";

/** Without a Pulumi CLI, here or fetched before. */
const env = { PATH: "/nonexistent", HOME: "/nonexistent" };

describe("berth secrets", () => {
  it("lists names and origins, and no text", async () => {
    const root = projectWith({ "Pulumi.a.yaml": equipemed({}) });
    await berth(root, ["export", "env", "a"], { env });
    const { SECRET_KEY } = JSON.parse(readFileSync(join(root, ".berth/secrets/a.json"), "utf8")) as {
      SECRET_KEY: string;
    };
    const { code, stdout } = await berth(root, ["secrets", "a"], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^SECRET +ORIGIN\nSECRET_KEY +generated\n$/);
    expect(stdout).not.toContain(SECRET_KEY);
    expect(JSON.parse((await berth(root, ["secrets", "-s", "a", "--json"], { env })).stdout)).toEqual([
      { name: "SECRET_KEY", origin: "generated" },
    ]);
    for (const args of [
      ["a", "SECRET_KEY"],
      ["-s", "a", "SECRET_KEY"],
    ])
      expect(await berth(root, ["secrets", ...args], { env })).toEqual({ code: 0, stdout: SECRET_KEY, stderr: "" });
  });

  it("generates nothing: one that is not there yet is no text, but the command that generates it", async () => {
    const root = projectWith({ "Pulumi.a.yaml": equipemed({}) });
    const { code, stdout, stderr } = await berth(root, ["secrets", "a", "SECRET_KEY"], { env });
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toContain("SECRET_KEY of a is not generated yet");
    expect(existsSync(join(root, ".berth"))).toBe(false);
  });

  it("names the nearest secret for one that the stack does not have", async () => {
    const root = projectWith({ "Pulumi.a.yaml": equipemed({}) });
    const { code, stderr } = await berth(root, ["secrets", "a", "SECRET_KEE"], { env });
    expect([code, stderr]).toEqual([2, "a has no secret SECRET_KEE; did you mean SECRET_KEY?\n"]);
  });
});
