import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { observeDirectory } from "../../../src/host/directories.ts";

describe("a directory that a deployment is to fill", () => {
  let path: string;
  beforeEach(async () => void (path = await mkdtemp(join(tmpdir(), "berth-directory-"))));
  afterEach(() => rm(path, { recursive: true }));

  it("is absent", async () => expect(await observeDirectory(join(path, "static"))).toEqual({ kind: "absent" }));

  it("is empty", async () => expect(await observeDirectory(path)).toEqual({ kind: "empty" }));

  it("is ours by the first line of its marker", async () => {
    await writeFile(join(path, ".berth"), "organization/berth/hospital-a\nmore\n");
    await writeFile(join(path, "app.css"), "");
    expect(await observeDirectory(path)).toEqual({ kind: "ours", owner: "organization/berth/hospital-a" });
  });

  it("is foreign without a marker", async () => {
    await writeFile(join(path, "index.html"), "");
    expect(await observeDirectory(path)).toEqual({ kind: "foreign" });
  });

  it("is foreign where the marker names nobody", async () => {
    await writeFile(join(path, ".berth"), "\n");
    expect(await observeDirectory(path)).toEqual({ kind: "foreign" });
  });

  it("is unknown where a file has its name", async () => {
    const file = join(path, "static");
    await writeFile(file, "");
    expect(await observeDirectory(file)).toEqual({ kind: "unknown", reason: `${file} is not a directory` });
  });

  it("is unknown where its marker cannot be read", async () => {
    await mkdir(join(path, ".berth"));
    expect(await observeDirectory(path)).toEqual({
      kind: "unknown",
      reason: "EISDIR: illegal operation on a directory, read",
    });
  });
});
