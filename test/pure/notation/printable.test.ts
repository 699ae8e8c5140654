import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reportComment } from "../../../scripts/ci/report-comment.ts";
import { outputLine } from "../../../src/cli/terminal.ts";
import { tableText } from "../../../src/cli/table.ts";
import { checkMarkdown, codeElement, codeSpan } from "../../../src/report/markdown.ts";
import { engineText, oneLine, printable, printableJson } from "../../../src/notation/printable.ts";
import { newsText, stepText } from "../../../src/report/status.ts";
import { findingText, reportText } from "../../../src/report/text.ts";

/** Text as somebody hostile writes it: what moves a cursor, hides, reverses, ends a line or a block. */
const nasty = [
  ..."\x00\x07\b\t\n\r\x1b\x7f\x85\x9b\u061c\u200b\u200e\u202e\u2028\u2029\u2066\ufeff\u{e0041}`|<>@#*_[]()!&~\\\"'",
  "\x1b[2J",
  "\x1b]0;title\x07",
  "\r\n",
  "\n✓ no conflict",
  "\n```\n",
  "``````",
  "<img src=x>",
  "</summary></details>",
  "[a](https://evil.example)",
  "![a](https://evil.example/x.png)",
  "@everyone",
  "<{%fg 1%}>",
  "a",
  "é",
  "👩‍⚕️",
];
const foreign = fc.array(fc.constantFrom(...nasty), { minLength: 1, maxLength: 12 }).map((parts) => parts.join(""));
const hidden = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const optional = fc.option(foreign, { nil: undefined });
const declared = fc.record({ stack: foreign, file: optional, path: optional });
const live = fc.record({
  live: fc.constantFrom("process" as const, "container" as const),
  name: foreign,
  stack: optional,
});
const finding = fc.record({
  code: fc.constant("port-in-use" as const),
  severity: fc.constantFrom("error" as const, "warning" as const),
  kind: foreign,
  key: foreign,
  message: optional,
  allowed: optional,
  wanted: fc.option(declared, { nil: undefined }),
  held: fc.option(fc.oneof(declared, live), { nil: undefined }),
  remedy: optional,
  remedyNote: optional,
});
const gap = fc.record({ what: foreign, why: foreign });
const holds = <T>(arbitrary: fc.Arbitrary<T>, test: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, test), { numRuns: 300 });

describe("whatever foreign text holds", () => {
  it("a report has no character that a terminal obeys, and every line that begins at its edge is berth's", () =>
    holds(fc.tuple(fc.array(finding, { maxLength: 3 }), fc.array(gap, { maxLength: 2 })), ([findings, gaps]) => {
      const lines = reportText(findings, gaps).split("\n");
      expect(lines.join("\n")).not.toMatch(hidden);
      const atEdge = lines.filter((line) => line !== "" && !line.startsWith("  "));
      expect(atEdge).toHaveLength(findings.length + gaps.length + 1);
      expect(lines.filter((line) => line.startsWith("✓"))).toEqual([]);
    }));

  it("a table has a line for each row", () =>
    holds(fc.array(fc.tuple(foreign, foreign), { minLength: 1, maxLength: 4 }), (rows) => {
      const lines = tableText(["A", "B"], rows).split("\n");
      expect(lines.join("\n")).not.toMatch(hidden);
      expect(lines).toHaveLength(rows.length + 1);
    }));

  it("the news and the advice of a status have two lines", () =>
    holds(fc.tuple(foreign, foreign), ([key, text]) => {
      const use = { stack: key, of: key, kind: "cpu" as const, used: 1, limit: 1, shown: "1 of 1", share: 1 };
      const texts = [
        stepText({ ...use, level: "critical", step: "berth up a" }),
        newsText({ kind: "lasts", key, level: "critical", since: 0 }, { key, level: "critical", text, step: "x" }, 1),
      ];
      for (const one of texts) {
        expect(one).not.toMatch(hidden);
        expect(one.split("\n")).toHaveLength(2);
      }
    }));

  it("a line of a program's output stays one line, without colours", () => {
    expect(outputLine("\x1b[31mfailed\x1b[0m\tat 3\r\n")).toBe("failed\tat 3");
    expect(outputLine("\x1b]0;x\x07a\nb\x1b")).toBe("a\\nb\\e");
    holds(foreign, (text) => {
      expect(outputLine(text)).not.toMatch(/(?![\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    });
  });

  it("names that differ look different", () =>
    holds(fc.tuple(foreign, foreign), ([a, b]) => {
      fc.pre(a !== b && !/\\/.test(a + b));
      expect(oneLine(a)).not.toBe(oneLine(b));
    }));

  it("JSON shows it escaped, and reads back the same", () =>
    holds(fc.record({ name: foreign, list: fc.array(foreign) }), (value) => {
      expect(printableJson(value, 2)).not.toMatch(/(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(JSON.parse(printableJson(value))).toEqual(value);
    }));

  it("the engine gets no mark of its own in it, of which it would die", () =>
    holds(foreign, (text) => {
      expect(engineText(`<{%${text}%}>`)).not.toContain("<{%");
    }));
});

/** What is left of Markdown without its code: fences of lines, spans within a line. */
function outsideOfCode(markdown: string): string {
  const left: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split("\n")) {
    const [, ticks = ""] = /^(`{3,})/.exec(line) ?? [];
    if (fence === undefined && ticks !== "") fence = ticks;
    else if (fence !== undefined && line.trim() === ticks && ticks.length >= fence.length) fence = undefined;
    else if (fence === undefined) left.push(line.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, "CODE"));
  }
  expect(fence).toBeUndefined();
  return left.join("\n");
}

describe("Markdown, whatever foreign text holds", () => {
  it("keeps every piece of it in code, so that there is no link, image, mention or HTML", () =>
    holds(fc.tuple(fc.array(finding, { maxLength: 3 }), fc.array(gap, { maxLength: 2 })), ([findings, gaps]) => {
      const markdown = checkMarkdown([], findings, gaps);
      expect(markdown).not.toMatch(hidden);
      const [title = "", ...rest] = outsideOfCode(markdown)
        .split("\n")
        .filter((line) => line !== "");
      expect(title).toMatch(/^### berth: [\w, ]+$/);
      expect(rest).toEqual(gaps.map(() => "- CODE"));
    }));

  it("keeps a comment's folds whole", () =>
    holds(fc.tuple(foreign, foreign), ([name, text]) => {
      fc.pre(!/[/.]/.test(name));
      const comment = reportComment([{ name: `${name}.txt`, text }]);
      expect(comment).not.toMatch(hidden);
      expect(outsideOfCode(comment).replace(/<code>[^<>`@[\]|*_\\]*<\/code>/, "CODE")).toMatch(
        /^<details><summary>CODE: failed<\/summary>\n\n\n<\/details>$/,
      );
    }));

  it("shows a name as it is where it is harmless", () => {
    expect(codeSpan("a `b` c")).toBe("``a `b` c``");
    expect(codeSpan("`b`")).toBe("`` `b` ``");
    expect(codeElement("hospital-a")).toBe("<code>hospital-a</code>");
    expect(codeElement("<b>@x</b>")).toBe("<code>&#60;b&#62;&#64;x&#60;/b&#62;</code>");
  });
});

it("harmless text stays as it is, emoji and other scripts included", () => {
  const text = "Klinik Süd: 👩‍⚕️ می‌خواهم, 診療所\n\tsecond line";
  expect(printable(text)).toBe(text);
  expect(findingText({ code: "port-in-use", severity: "error", kind: "hostPort", key: "診療所" })).toBe(
    "✗ port-in-use  診療所",
  );
});
