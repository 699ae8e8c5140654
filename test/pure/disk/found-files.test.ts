import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { filesAt, lookAt } from "../../../src/disk/found-files.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "berth-found-"));
  mkdirSync(join(root, "project", "site", "deep"), { recursive: true });
  writeFileSync(join(root, "project", "site", "index.html"), "text");
  writeFileSync(join(root, "project", "site", "deep", "run"), Buffer.from([0, 1]), { mode: 0o755 });
  writeFileSync(join(root, "outside"), "text");
  symlinkSync(join(root, "outside"), join(root, "project", "link"));
  symlinkSync(join(root, "nowhere"), join(root, "project", "broken"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const at = (path: string): string => join(root, "project", path);

describe("what is at a path", () => {
  it.each([
    ["site", "directory"],
    ["site/index.html", "file"],
    ["link", "file"],
    ["missing", "missing"],
    ["site/index.html/below", "other"],
    ["broken", "other"],
  ])("%s is: %s", (path, kind) => expect(lookAt(at(path)).kind).toBe(kind));

  it("is not seen outside of the folder that may be read, by a link or by ..", () => {
    vi.stubEnv("BERTH_READ_WITHIN", join(root, "project"));
    expect(lookAt(at("site")).kind).toBe("directory");
    expect([lookAt(at("link")).kind, lookAt(at("../outside")).kind]).toEqual(["refused", "refused"]);
    expect(filesAt(at("link")).kind).toBe("unreadable");
  });
});

describe("the files below a path", () => {
  it("are all that are there, those that are not text in base64", () =>
    expect(filesAt(at("site"))).toEqual({
      kind: "files",
      files: [
        { path: "deep/run", content: "AAE=", isBinary: true, isExecutable: true },
        { path: "index.html", content: "text", isBinary: false, isExecutable: false },
      ],
    }));

  it("are not read where they are too many or too large", () => {
    writeFileSync(at("site/large"), "x".repeat(1024 * 1024));
    expect(filesAt(at("site"))).toMatchObject({ kind: "unreadable", why: "holds more than 1 MiB" });
    for (let index = 0; index < 201; index += 1) writeFileSync(at(`site/deep/${index}`), "");
    expect(filesAt(at("site"))).toMatchObject({ kind: "unreadable", why: "holds more than 200 files" });
  });
});
