import { describe, expect, it } from "vitest";
import { configKey } from "../../../src/findings/config-key.ts";
import { askKey, setKey, setSecret, unsetKey } from "../../../src/findings/remedy.ts";
import { quoted } from "../../../src/notation/quoted.ts";
import { closest } from "../../../src/findings/suggest.ts";
import { remedyText } from "../../../src/report/remedy-text.ts";
import { reader } from "../report/shown.ts";

describe("the nearest known name", () => {
  it.each([
    ["prefx", ["prefix", "ports"], "prefix"],
    ["PORTS", ["prefix", "ports"], "ports"],
    ["prod", ["development", "staging", "production"], "production"],
    ["databse", ["database", "media_files"], "database"],
    ["media", ["media_files", "media_cache"], undefined],
    ["x", ["a", "b"], undefined],
    ["ab", ["cd"], undefined],
    ["ap", ["app"], "app"],
    ["something", ["else"], undefined],
    ["any", [], undefined],
  ])("of %s among %j is %s", (name, known, nearest) => expect(closest(name, known)).toBe(nearest));
});

describe("a value in a message", () => {
  it.each<[unknown, string]>([
    ["a\n\u001b[31m", '"a\\n\\u001b[31m"'],
    [undefined, "nothing"],
    ["x".repeat(100), `"${"x".repeat(78)}…`],
  ])("%j is %s", (value, text) => expect(quoted(value)).toBe(text));
});

describe("a key", () => {
  it.each([
    [["prefix"], "berth:prefix"],
    [["ports", "app"], "berth:ports.app"],
    [["ports", "app/8443"], "berth:ports.app/8443"],
    [["ports", "my.app", "port"], 'berth:ports["my.app"].port'],
    [["adopt", 0], "berth:adopt[0]"],
    [["settings", "A B"], 'berth:settings["A B"]'],
    [["settings", 'a"b'], 'berth:settings["a\\"b"]'],
    [["settings", "a\u001b"], 'berth:settings["a\\u001b"]'],
  ])("%j is %s", (path, text) => expect(configKey(path)).toBe(text));
});

describe("a command", () => {
  it.each([
    [setKey(["prefix"], "a", "b"), "pulumi config set berth:prefix a -s b"],
    [setKey(["ports", "app"], 8779, "b"), "pulumi config set --path berth:ports.app 8779 -s b"],
    [setKey(["ports", "my.app"], 1, "b"), `pulumi config set --path 'berth:ports["my.app"]' 1 -s b`],
    [setKey(["settings", "A"], "it's $5", "b c"), `pulumi config set --path berth:settings.A 'it'\\''s $5' -s 'b c'`],
    [askKey(["settings", "A"], "b"), "pulumi config set --path berth:settings.A -s b"],
    [setSecret("KEY", "b"), "pulumi config set --secret --path berth:secrets.KEY -s b"],
    [unsetKey(["adopt", 1], "b"), "pulumi config rm --path 'berth:adopt[1]' -s b"],
  ])("%o can be pasted", (command, text) => expect(remedyText(command, reader)).toBe(text));
});
