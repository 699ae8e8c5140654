import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Checkout, checkoutStack, stackNameFrom } from "../../../src/notation/checkout-name.ts";
import { prefixPattern } from "../../../src/notation/names.ts";

const linked = (folder: string, branch?: string): Checkout => ({
  folder: `/work/${folder}`,
  repository: "aegisx-starter",
  isLinked: true,
  ...(branch !== undefined && { branch }),
});

describe("the stack of a checkout", () => {
  it.each<[string, Checkout | undefined, string]>([
    ["no repository", undefined, "main"],
    ["the first checkout", { folder: "/w/shop", repository: "shop", isLinked: false, branch: "feature/x" }, "main"],
    ["a clone under another name", { folder: "/w/copy", repository: "shop", isLinked: false, branch: "x" }, "main"],
    ["a clone whose name says more", { folder: "/w/shop-b", repository: "shop", isLinked: false, branch: "main" }, "b"],
    ["a worktree beside the repository", linked("aegisx-starter-auth-fix", "feature/other"), "auth_fix"],
    ["a worktree under another name", linked("x1", "feature/Auth-Fix"), "feature_auth_fix"],
    ["a worktree without a branch", linked("Bisect 3"), "bisect_3"],
    ["a longer word than the repository's name", linked("aegisx-starters", "fix"), "fix"],
    ["a worktree of the same name", linked("aegisx-starter", "fix"), "fix"],
  ])("of %s", (_what, checkout, stack) => expect(checkoutStack(checkout)).toBe(stack));
});

describe("a stack's name from a text", () => {
  it.each([
    ["feature/login", "feature_login"],
    ["--Über-Größe.2--", "uber_gro_e_2"],
    ["2024-fix", "d_2024_fix"],
    ["constructor", "constructor"],
  ])("%s is %s", (text, name) => expect(stackNameFrom(text)).toBe(name));

  it("is a hash where no letter is left, and no two texts share it", () => {
    expect(stackNameFrom("修复")).toMatch(/^d_[0-9a-f]{6}$/);
    expect(stackNameFrom("修复")).not.toBe(stackNameFrom("登录"));
    expect(stackNameFrom("")).toMatch(/^d_[0-9a-f]{6}$/);
  });

  it("is cut where it is too long, with a hash of all of it", () => {
    const long = "feature/".repeat(9);
    expect(stackNameFrom(`${long}a`)).toHaveLength(40);
    expect(stackNameFrom(`${long}a`)).not.toBe(stackNameFrom(`${long}b`));
  });

  it("can always be a prefix, too", () =>
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (text) => {
        expect(stackNameFrom(text)).toMatch(prefixPattern);
      }),
    ));
});
