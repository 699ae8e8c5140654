import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { withoutValue, withValue } from "../../src/config/stack-file-edit.ts";
import { keyPath, removeCommand, setCommand } from "../../src/conflicts/config-key.ts";
import { paste, type StackFile } from "./paste.ts";

const written = `# the hospital in the north
config:
  berth:ports: { app: 8778 } # behind nginx
  aws:region: 'eu'
  berth:settings:
    PHONE: 0049
    # shown on the first page
    NAME: "B"
  berth:secrets:
    TOKEN:
      secure: v1:2lFb+5jR5sWUcgwd:9Yz0aQbGqbrcLJ8yGmTwTBy0RQpmUqcy3qTYYQnJx9mJ7n7Ck0S7Bd7T1cVqYFTmUqcy3qTYYQnJx9mJ7n7
encryptionsalt: v1:W7LjZTK85HE=:v1:IrN7CGR9RC+qcl9O:GFmPlDDYh63gu5Cu0EOS6ccx==
`;

describe("a value in a stack file", () => {
  it.each([
    ["in place of another", "ports.app", "8781", "{ app: 8778 } #", "{ app: 8781 } #"],
    ["with the quotes of the one before", "settings.NAME", "C", 'NAME: "B"', "NAME: C"],
    ["beside others", "ports.dev", "8782", "{ app: 8778 }", "{ app: 8778, dev: 8782 }"],
    ["with a dot in its name", 'ports["my.app"]', "1", "{ app: 8778 }", "{ app: 8778, my.app: 1 }"],
    ["as a truth", "settings.NAME", "true", 'NAME: "B"', "NAME: true"],
    ["as text that looks like a number", "settings.NAME", "007", 'NAME: "B"', 'NAME: "007"'],
    ["as text that looks like a day", "settings.NAME", "2024-01-01", 'NAME: "B"', 'NAME: "2024-01-01"'],
    ["of its own, always as text", "prefix", "12", "\nencryptionsalt", '\n  berth:prefix: "12"\nencryptionsalt'],
    ["in a new map", "images.app", "a:1", "\nencryptionsalt", "\n  berth:images:\n    app: a:1\nencryptionsalt"],
    ["in a new list", "adopt[0]", "data", "\nencryptionsalt", "\n  berth:adopt:\n    - data\nencryptionsalt"],
  ])("is written %s, and nothing else changes", (_, key, value, before, after) => {
    expect(withValue(written, keyPath(key) ?? [], value)).toBe(written.replace(before, after));
  });

  it("is written beside what the engine has written so close together", () =>
    expect(withValue("config:\n  berth:ports: {app: 1}\n", ["ports", "dev"], "2")).toBe(
      "config:\n  berth:ports: {app: 1, dev: 2}\n",
    ));

  it.each([
    ["nothing but a comment", "# new\n", "# new\n\nconfig:\n  berth:prefix: b\n"],
    ["no configuration", "config:\n", "config:\n  berth:prefix: b\n"],
    ["nothing", "", "config:\n  berth:prefix: b\n"],
  ])("is written into a file with %s", (_, text, after) => expect(withValue(text, ["prefix"], "b")).toBe(after));

  it.each([
    ["config: [", "it is no YAML"],
    ["config: { berth:ports: 1 }", "berth:ports holds a single value"],
    ["config: { berth:ports: [1] }", "berth:ports is a list, not a map"],
    ["a: &a {}\nconfig: { berth:ports: *a }", "berth:ports holds a single value"],
  ])("is not written into %j", (text, why) => {
    expect(() => withValue(text, ["ports", "app"], "1")).toThrow(why);
  });

  it("is not written behind the end of a list", () =>
    expect(() => withValue("config: { berth:adopt: [a] }", ["adopt", 2], "b")).toThrow(
      "the next place of berth:adopt is 1",
    ));

  it("is taken out, and nothing else changes", () => {
    const without = written.replace("    # shown on the first page\n", "").replace('    NAME: "B"\n', "");
    expect(withoutValue(written, ["settings", "NAME"])).toBe(without);
    expect(withoutValue(written, ["settings", "OTHER"])).toBe(written);
  });
});

const name = fc.oneof(fc.constantFrom("app", "my.app", "app/8443"), fc.stringMatching(/^[A-Za-z][\w.-]{0,8}$/));
const value = fc.oneof(
  fc.constantFrom("true", "8781", "-5", "007", "0.5", "2024-01-01", "yes", "~", "null", "#x", "a: b", "- a", ""),
  fc.string({ unit: "grapheme" }).filter((text) => !/['\0\p{Surrogate}]/u.test(text)),
);

const data = (text: string): StackFile => parse(text) as StackFile;

it("what is written is what the engine would write, and every other value stays", () => {
  const maps = fc.record({ ports: fc.dictionary(name, value), settings: fc.dictionary(name, value) });
  fc.assert(
    fc.property(maps, fc.constantFrom("ports", "settings", "images"), name, value, (before, group, key, text) => {
      const start = Object.entries(before).flatMap(([of, entries]) =>
        Object.entries(entries).map(([at, each]): [string[], string] => [[of, at], each]),
      );
      const file = start.reduce((all, [path, each]) => withValue(all, path, each), "config: {}\n");
      const command = setCommand([group, key], text, "s");
      fc.pre(!/\s/.test(text) || text.trim() !== "");
      const after = withValue(file, [group, key], text);
      expect(data(after)).toEqual(paste(data(file), command));
      expect(data(withoutValue(after, [group, key]))).toEqual(paste(data(after), removeCommand([group, key], "s")));
    }),
  );
});
