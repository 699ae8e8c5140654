import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpolate, InterpolationError, parseTemplate, variablesOf } from "../../../src/blueprint/interpolate.ts";

const variables: Readonly<Record<string, string>> = { SET: "set", EMPTY: "", OTHER: "other", _a1: "under" };
const filled = (text: string): string =>
  interpolate<never>(parseTemplate(text), (name) => variables[name]).pieces.join("");
const required = (text: string): unknown => interpolate<never>(parseTemplate(text), (name) => variables[name]).required;

/** The table of the Compose specification: each form for a variable that is set, empty and unset. */
describe.each([
  ["$NAME", ["set", "", ""]],
  ["${NAME}", ["set", "", ""]],
  ["${NAME:-default}", ["set", "default", "default"]],
  ["${NAME-default}", ["set", "", "default"]],
  ["${NAME:+other}", ["other", "", ""]],
  ["${NAME+other}", ["other", "other", ""]],
  ["${NAME:?why}", ["set", "", ""]],
  ["${NAME?why}", ["set", "", ""]],
])("%s", (form, [set, empty, unset]) => {
  it.each([
    ["SET", set],
    ["EMPTY", empty],
    ["UNSET", unset],
  ])(`with %s gives "%s"`, (name, value) => expect(filled(form.replace("NAME", name))).toBe(value));
});

describe("a required variable", () => {
  it.each([
    ["${SET:?why}", []],
    ["${EMPTY:?why}", [{ name: "EMPTY", message: "why" }]],
    ["${EMPTY?why}", []],
    ["${UNSET:?why}", [{ name: "UNSET", message: "why" }]],
    ["${UNSET?why}", [{ name: "UNSET", message: "why" }]],
    ["${UNSET?}", [{ name: "UNSET", message: "it has no default" }]],
    ["${SET:+${UNSET?why}}", [{ name: "UNSET", message: "why" }]],
    ["${SET:-${UNSET?why}}", []],
  ])("%s", (text, missing) => expect(required(text)).toEqual(missing));
});

describe("around variables", () => {
  it.each([
    ["a lone $", "costs 5 $, or 5$", "costs 5 $, or 5$"],
    ["a $ before a digit", "$5", "$5"],
    ["$$ is a $", "$$SET $${SET} $$$$", "$SET ${SET} $$"],
    ["$$ before a variable", "$$$SET", "$set"],
    ["text on both sides", "<$SET>-<${SET}>", "<set>-<set>"],
    ["a name ends where it can", "$SET-x $SET.y ${SET}z $_a1", "set-x set.y setz under"],
    ["a default inside a default", "${UNSET:-${EMPTY:-deep}}", "deep"],
    ["a default that holds a variable", "${UNSET:-a $OTHER b}", "a other b"],
    ["a default with a $", "${UNSET:-$$5}", "$5"],
    ["a default with a line end", "${UNSET:-a\nb}", "a\nb"],
    ["an empty default", "${UNSET:-}${UNSET-}", ""],
    ["a default that looks like an operator", "${UNSET:-:-}", ":-"],
    ["an opening brace in a default", "${UNSET:-{}", "{"],
    ["a closing brace outside", "}${SET}}", "}set}"],
    ["nothing", "", ""],
  ])("%s: %s", (_, text, value) => expect(filled(text)).toBe(value));
});

it.each(["${", "${SET", "${SET:-x", "${}", "${5}", "${SET!}", "${SET:x}", "${UNSET:-${SET}", "${ SET }"])(
  "%s cannot be read",
  (text) => expect(() => parseTemplate(text)).toThrow(InterpolationError),
);

it("names the variables that are neither set nor have a default", () => {
  const template = parseTemplate("$A ${B} ${C:-c} ${D-d} ${SET} ${E:+$F}");
  expect(interpolate<never>(template, (name) => variables[name]).unset).toEqual(["A", "B"]);
});

it("names every variable that a text mentions, in defaults too", () => {
  expect(variablesOf(parseTemplate("$A ${B:-${C?$D}} $$E"))).toEqual(["A", "B", "C", "D"]);
});

it("keeps what is no text yet in its place", () => {
  const secret = { secret: "KEY" };
  const { pieces } = interpolate(parseTemplate("a${KEY}b${KEY:+c}${KEY:-d}"), () => secret);
  expect(pieces).toEqual(["a", secret, "bc", secret]);
});

describe("whatever is written", () => {
  it("a text without a dollar sign stays as it is", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }).map((text) => text.replaceAll("$", "")),
        (text) => {
          expect(filled(text)).toBe(text);
        },
      ),
    );
  });

  it("a text whose dollar signs are doubled comes out as it went in", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."${}A:-?+ ") }), (text) => {
        expect(filled(text.replaceAll("$", "$$$$"))).toBe(text);
      }),
    );
  });

  it("a value is not filled a second time", () => {
    const { pieces } = interpolate<never>(parseTemplate("${A} ${B:-$A}"), (name) =>
      name === "A" ? "$B ${A}" : undefined,
    );
    expect(pieces).toEqual(["$B ${A} $B ${A}"]);
  });
});
