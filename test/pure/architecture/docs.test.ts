import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const read = (page: string): string => readFileSync(join(root, page), "utf8");

it("the reference says what the code says", () => {
  const { stderr, status } = spawnSync(process.execPath, ["--import", "tsx", "scripts/docs.ts", "--check"], {
    cwd: root,
    encoding: "utf8",
  });
  expect([stderr, status]).toEqual(["", 0]);
});

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

describe.each(pages)("%s", (page) => {
  const text = read(page);
  const prose = text.replace(/^```.*?^```/gms, "");

  it("names only paths that exist", () => {
    const named = [...prose.matchAll(/`((?:src|test|scripts|bench|docs|examples|\.github)\/[\w./-]*)`/g)];
    expect(named.flatMap(([, path = ""]) => (existsSync(join(root, path)) ? [] : [path]))).toEqual([]);
  });

  it("links only to pages and headings that exist", () => {
    const links = [...prose.replace(/`[^`]*`/g, "").matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    expect(links.flatMap(([link, file = "", heading]) => (leads(file, heading) ? [] : [link]))).toEqual([]);
  });

  function leads(file: string, heading?: string): boolean {
    const target = file === "" ? page : join(dirname(page), file);
    if (!existsSync(join(root, target))) return false;
    return heading === undefined || anchors(read(target)).includes(heading);
  }
});

/** The headings of a page as GitHub names them in links. */
const anchors = (text: string): string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

it("the page of features fits 100 columns", () => {
  expect(
    read("docs/features.md")
      .split("\n")
      .filter((line) => line.length > 100),
  ).toEqual([]);
});

it("the index of decisions lists each of them, with its date and status", () => {
  const files = readdirSync(join(root, "docs/decisions")).filter((name) => /^\d{4}-/.test(name));
  const rows = files.map((file) => {
    const text = read(`docs/decisions/${file}`);
    const [, number, title] = /^# (\d+)\. (.*)$/m.exec(text) ?? [];
    const [, status, date] = /^Status: (.*?)\. Date: (\S+)\.$/m.exec(text) ?? [];
    return [number, `[${title}](${file})`, date, status];
  });
  const listed = [...read("docs/decisions/README.md").matchAll(/^\| \d.*$/gm)].map(([row]) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(listed).toEqual(rows);
});
