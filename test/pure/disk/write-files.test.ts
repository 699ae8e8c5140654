import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeFiles, writeNewFile } from "../../../src/disk/write-files.ts";

describe("files that are written", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "berth-test-files-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are there as a whole, with their mode, and folders on the way are their owner's", () => {
    const [path = ""] = writeFiles(folder, [{ path: "deep/down/file", text: "new", mode: 0o600 }]);
    expect(path).toBe(join(folder, "deep/down/file"));
    expect(readFileSync(path, "utf8")).toBe("new");
    expect([statSync(path).mode & 0o777, statSync(join(folder, "deep")).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(readdirSync(join(folder, "deep/down"))).toEqual(["file"]);
  });

  it("are written into no file, folder or link that somebody else put there", () => {
    // Whatever the name of the temporary file was: none that exists is opened.
    mkdirSync(join(folder, "elsewhere"));
    symlinkSync(join(folder, "elsewhere"), join(folder, "linked"));
    const secret = (path: string) => () => writeFiles(folder, [{ path, text: "needle", mode: 0o600 }]);
    expect(secret("linked/token")).toThrow("is a link, not a folder");
    expect(readdirSync(join(folder, "elsewhere"))).toEqual([]);
    symlinkSync(join(folder, "elsewhere", "target"), join(folder, "token"));
    secret("token")();
    expect(lstatSync(join(folder, "token")).isFile()).toBe(true);
    expect(readdirSync(join(folder, "elsewhere"))).toEqual([]);
  });

  it("have beside names that cannot be foreseen, and are never readable by others on the way", () => {
    for (const suffix of [process.pid, 1]) writeFileSync(join(folder, `token.${suffix}.tmp`), "", { mode: 0o666 });
    writeFiles(folder, [{ path: "token", text: "needle", mode: 0o600 }]);
    const others = readdirSync(folder).filter((name) => name !== "token");
    expect(others.map((name) => readFileSync(join(folder, name), "utf8"))).toEqual(["", ""]);
    expect(statSync(join(folder, "token")).mode & 0o777).toBe(0o600);
  });

  it("never replace one that was to be new", () => {
    const path = join(folder, "new");
    expect(writeNewFile(path, "first", 0o600)).toBe(true);
    expect(writeNewFile(path, "second")).toBe(false);
    expect(readFileSync(path, "utf8")).toBe("first");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("or else the path and the system's words are told", () => {
    writeFileSync(join(folder, "file"), "");
    const inFile = [{ path: "file/below", text: "", mode: 0o644 as const }];
    expect(() => writeFiles(folder, inFile)).toThrow(`cannot write ${join(folder, "file/below")}: file already exists`);
    expect(() => writeNewFile(join(folder, "file/below"), "")).toThrow("file already exists");
  });
});
