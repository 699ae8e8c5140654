import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  hostName,
  imagePattern,
  imageSlug,
  nearestPrefix,
  prefixOfStack,
  prefixPattern,
} from "../../../src/notation/names.ts";
import { composeWords } from "../../../src/notation/compose-words.ts";
import { bytes, duration, sizeText } from "../../../src/notation/quantities.ts";
import { shellWords } from "../../../src/notation/shell-words.ts";

describe("a size", () => {
  it.each([
    ["512M", 536870912],
    ["512mb", 536870912],
    ["1.5g", 1610612736],
    ["1024", 1024],
    [1024, 1024],
    ["64k", 65536],
    ["10b", 10],
    [" 2 G ", 2147483648],
    ["1GiB", 1073741824],
    ["2kib", 2048],
    ["1T", 1099511627776],
    [".5g", 536870912],
    ["100.5m", 105381888],
    ["0.1k", 102],
  ])("%s is %d bytes", (text, size) => expect(bytes(text)).toBe(size));
  it.each(["", "0", "0M", "-1", "M", "1Gi", "1gi b", "1x", "1e3", "0.1b", "Infinity"])("%j is none", (text) =>
    expect(bytes(text)).toBeUndefined(),
  );
  it.each([
    [536870912, "512 MB"],
    [1610612736, "1.5 GB"],
    [6291456, "6 MB"],
  ])("%d bytes are %s", (size, text) => expect(sizeText(size)).toBe(text));
});

describe("a duration", () => {
  it.each([
    ["10s", 10e9],
    ["1m30s", 90e9],
    ["1.5h", 5400e9],
    ["500ms", 5e8],
    ["1h2m3s4ms5us6ns", 3723004005006],
    ["0", 0],
    ["0s", 0],
    ["1d", 86400e9],
    ["1w2d", 777600e9],
    [".5s", 5e8],
    ["+2µs", 2000],
  ])("%s is %d ns", (text, time) => expect(duration(text)).toBe(time));
  it.each(["", "10", "-1s", "1y", "s", ".s", "1 s", "1s2", "1m 30s"])("%j is none", (text) =>
    expect(duration(text)).toBeUndefined(),
  );
});

describe("words of a command", () => {
  it.each([
    ["a  b\tc\n", ["a", "b", "c"]],
    ["a 'b c' \"d e\"", ["a", "b c", "d e"]],
    [`a'b'"c"d`, ["abcd"]],
    ["a '' b", ["a", "", "b"]],
    ["a\\ b \\'", ["a b", "'"]],
    [`"a\\"b" "\\x" '\\'`, ['a"b', "\\x", "\\"]],
    ["", []],
  ])("%j", (text, words) => expect(shellWords(text)).toEqual(words));
  it.each(["'a", '"a', `a"b'`])("%j is not closed", (text) => expect(shellWords(text)).toBeUndefined());

  it("what is quoted as for a shell comes out as it went in", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom(..."'\"\\ $`ab\n") })), (words) => {
        const text = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
        expect(shellWords(text)).toEqual(words);
      }),
    );
  });
});

describe("words of a command of Compose", () => {
  it.each([
    ["a  b\tc\n", ["a", "b", "c"]],
    ["a 'b c' \"d e\"", ["a", "b c", "d e"]],
    [`a'b'"c"d`, ["abcd"]],
    ["a '' b", ["a", "", "b"]],
    [`"a\\"b" "\\x" '\\'`, ['a"b', "x", "\\"]],
    ["echo $(date -u) `a b`", ["echo", "$(date -u)", "`a b`"]],
    ["", []],
  ])("%j", (text, words) => expect(composeWords(text)).toEqual({ words }));
  it.each([
    ["sleep 1 && run", ["sleep", "1"], "&& run"],
    ["a;b", ["a"], ";b"],
    ["run --all 2>/dev/null", ["run", "--all"], ">/dev/null"],
    ["'a & b' | c", ["a & b"], "| c"],
  ])("%j ends at an operator", (text, words, leftOut) => expect(composeWords(text)).toEqual({ words, leftOut }));
  it.each(["'a", '"a', `a"b'`, "a\\", "$(a", "f(x)", "`a"])("%j is not closed", (text) =>
    expect(composeWords(text)).toBeUndefined(),
  );
});

describe("names", () => {
  it.each([
    ["static-init", "a_static_init"],
    ["my.app", "a_my_app"],
    ["db", "a_db"],
  ])("the service %s is %s on the host", (key, name) => expect(hostName("a", key)).toBe(name));

  it.each([
    ["hospital-b", "hospital_b"],
    ["Hospital.B", "hospital_b"],
    ["feature/x", "feature_x"],
  ])("the stack %s has the prefix %s", (stack, prefix) => expect(prefixOfStack(stack)).toBe(prefix));

  it("any text has a nearest prefix, and a prefix is its own", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(nearestPrefix(text)).toMatch(prefixPattern);
      }),
    );
    expect(nearestPrefix("hospital_b")).toBe("hospital_b");
  });

  it.each([
    "eqmd",
    "eqmd:2.1",
    "org/eqmd",
    "ghcr.io/org/eqmd-app:v2_x",
    "localhost/eqmd",
    "host:5000/eqmd",
    "R.Example/eqmd",
    `eqmd@sha256:${"0a".repeat(32)}`,
    `sha256:${"0a".repeat(32)}`,
    "a__b/c-d.e",
  ])("%s is an image", (image) => expect(image).toMatch(imagePattern));
  it.each([
    "",
    "EQMD",
    "Org/eqmd",
    "eqmd:",
    "eqmd:a b",
    "eqmd@sha256:0a",
    "-eqmd",
    "eqmd;x",
    "eqmd\n",
    "/eqmd",
    "eqmd:tag:tag",
    "http://r/eqmd",
  ])("%j is no image", (image) => expect(image).not.toMatch(imagePattern));
  it("of an image's name, letters and digits stand in a path", () =>
    expect(imageSlug("r.io:5/a-b:2.1")).toBe("r_io_5_a_b_2_1"));
});
