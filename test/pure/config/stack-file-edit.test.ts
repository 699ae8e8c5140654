import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { NotEditable, withoutValue, withValue } from "../../../src/config/stack-file-edit.ts";
import { keyPath } from "../../../src/findings/config-key.ts";
import { setKey, unsetKey } from "../../../src/findings/remedy.ts";
import { paste, type StackFile } from "./paste.ts";
import { remedyText } from "../../../src/report/remedy-text.ts";
import { reader } from "../report/shown.ts";

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
    ["config: [", "it is not valid YAML"],
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
      const command = remedyText(setKey([group, key], text, "s"), reader);
      fc.pre(!/\s/.test(text) || text.trim() !== "");
      const after = withValue(file, [group, key], text);
      expect(data(after)).toEqual(paste(data(file), command));
      expect(data(withoutValue(after, [group, key]))).toEqual(
        paste(data(after), remedyText(unsetKey([group, key], "s"), reader)),
      );
    }),
  );
});

describe("a value in JSON text, as `pulumi config set berth:settings '{…}'` writes it", () => {
  const json = `config:\n  berth:settings: '{"A":"1","API_PASSWORD":"x"}' # ours\n  berth:ports: '{"web":8778}'\n`;

  it("is taken out of it", () =>
    expect(withoutValue(json, ["settings", "API_PASSWORD"])).toBe(
      `config:\n  berth:settings:\n    # ours\n    A: "1"\n  berth:ports: '{"web":8778}'\n`,
    ));

  it("is changed in it", () =>
    expect(data(withValue(json, ["ports", "web"], "8779"))).toEqual({
      config: { "berth:settings": '{"A":"1","API_PASSWORD":"x"}', "berth:ports": { web: 8779 } },
    }));

  it("that is the text of a key stays text", () => {
    const text = `config:\n  berth:prefix: '{"a":1}'\n`;
    expect(() => withValue(text, ["prefix", "a"], "1")).toThrow("berth:prefix holds a single value");
    expect(withoutValue(text, ["prefix", "a"])).toBe(text);
  });
});

describe("a key that the file has in other words for the engine", () => {
  it.each(["ports", "berth:config:ports", "berth:ports"])("is found as %s", (key) => {
    const text = `config:\n  ${key}: { web: 1, dev: 2 }\n`;
    expect(withValue(text, ["ports", "web"], "3", "berth")).toBe(`config:\n  ${key}: { web: 3, dev: 2 }\n`);
    expect(withoutValue(text, ["ports", "dev"], "berth")).toBe(`config:\n  ${key}: { web: 1 }\n`);
  });

  it("is not that of another project without a namespace", () => {
    const text = `config:\n  ports: 1\n`;
    expect(withValue(text, ["ports", "web"], "3", "shop")).toBe(`${text}  berth:ports:\n    web: 3\n`);
    expect(withoutValue(text, ["ports"], "shop")).toBe(text);
  });

  it("twice is not changed, and is taken out twice", () => {
    const text = `config:\n  ports: { web: 1 }\n  berth:ports: { web: 2 }\n`;
    expect(() => withValue(text, ["ports", "web"], "3", "berth")).toThrow("ports and berth:ports are the same key");
    expect(data(withoutValue(text, ["ports"], "berth"))).toEqual({ config: {} });
  });
});

describe("a value that an anchor brings in", () => {
  it.each([
    ["by a merge", "a: 1\nbase: &base\n  berth:settings: { A: 1 }\nconfig:\n  <<: *base\n", "&base on line 2"],
    ["by a merge below an own one", "b: &b { A: 1 }\nconfig:\n  berth:settings: { <<: *b, A: 2 }\n", "&b on line 1"],
    ["by one of two", "b: [&a { B: 1 }, &b { A: 1 }]\nconfig: { berth:settings: { <<: [*a, *b] } }\n", "&b on line 1"],
    ["as a whole", "b: &b { A: 1 }\nconfig:\n  berth:settings: *b\n", "&b on line 1"],
    ["as a map in place", "config:\n  berth:settings: { <<: { A: 1 } }\n", "berth:settings.A"],
  ])("%s is not taken out", (_, text, where) => {
    expect(() => withoutValue(text, ["settings", "A"])).toThrow(NotEditable);
    expect(() => withoutValue(text, ["settings", "A"])).toThrow(where);
  });

  it("stays where another is written beside it", () => {
    const text = "b: &b { A: 1 }\nconfig:\n  berth:settings: { <<: *b, B: 2 }\n";
    expect(withValue(text, ["settings", "B"], "3")).toBe(text.replace("B: 2", "B: 3"));
    expect(withoutValue(text, ["settings", "B"])).toBe(text.replace(", B: 2", ""));
  });

  it("is not taken away from those that refer to it", () => {
    const text = "config:\n  berth:ports: { web: &w 8778, dev: *w }\n";
    for (const edit of [() => withoutValue(text, ["ports", "web"]), () => withValue(text, ["ports", "web"], "1")])
      expect(edit).toThrow(NotEditable);
  });
});

describe("the line ends and the byte order mark of a file", () => {
  const crlf = "\ufeff# ours\r\nconfig:\r\n  berth:ports: { web: 1 }\r\n  berth:prefix: a\r\n";

  it("stay where a value is written or taken out", () => {
    expect(withValue(crlf, ["ports", "web"], "2")).toBe(crlf.replace("1", "2"));
    expect(withValue(crlf, ["settings", "A"], "b")).toBe(`${crlf}  berth:settings:\r\n    A: b\r\n`);
    expect(withoutValue(crlf, ["prefix"])).toBe(crlf.replace("  berth:prefix: a\r\n", ""));
  });

  it("stay where they differ from line to line", () => {
    const mixed = crlf.replace("config:\r\n", "config:\n");
    expect(withValue(mixed, ["ports", "web"], "2")).toBe(mixed.replace("1", "2"));
    expect(withValue(mixed, ["domain"], "b")).toBe(`${mixed}  berth:domain: b\r\n`);
  });
});
