import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assertPassphrase, ignoredByGit, looseFiles } from "../../../src/disk/private-files.ts";
import { pathFindings } from "../../../src/engine/project-path.ts";
import { remedyOf } from "../report/shown.ts";

let root = "";
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "berth-private-"))));
afterEach(() => rmSync(root, { recursive: true }));

describe("files that hold secrets", () => {
  it("are named where others may read or change them, with the command that closes them", () => {
    for (const [folder, mode] of [
      [".berth", 0o755],
      [".state", 0o770],
      [".berth/secrets", 0o700],
    ] as const) {
      mkdirSync(join(root, folder));
      chmodSync(join(root, folder), mode);
    }
    const passphrase = join(root, ".berth", "passphrase");
    writeFileSync(passphrase, "x", { mode: 0o600 });
    chmodSync(passphrase, 0o644);
    expect(looseFiles(root)).toEqual([
      `${root}/.berth is open to other users (mode 0755); close it:\n  chmod go= ${root}/.berth`,
      `${passphrase} is open to other users (mode 0644); close it:\n  chmod go= ${passphrase}`,
      `${root}/.state is open to other users (mode 0770); close it:\n  chmod go= ${root}/.state`,
    ]);
    for (const path of [".berth", ".state", ".berth/passphrase"]) chmodSync(join(root, path), 0o700);
    expect(looseFiles(root)).toEqual([]);
  });

  it("are ignored by git wherever the project is", () => {
    ignoredByGit(join(root, ".berth"));
    ignoredByGit(join(root, ".berth"));
    expect(readFileSync(join(root, ".berth", ".gitignore"), "utf8")).toBe("*\n");
  });

  it.each([
    ["", "is empty"],
    [" \n", "is empty"],
  ])("are no passphrase where they are empty: %j", (text, message) => {
    const file = join(root, "passphrase");
    writeFileSync(file, text);
    expect(() => assertPassphrase(file)).toThrow(message);
    expect(() => assertPassphrase(join(root, "none"))).toThrow("does not exist");
    expect(() => assertPassphrase(root)).toThrow("is a folder");
    writeFileSync(file, "x\n");
    expect(() => assertPassphrase(file)).not.toThrow();
  });
});

describe("a project's path", () => {
  const found = (path: string, backend = "file://./.state"): string[] =>
    pathFindings(path, () => backend).map((finding) => `${finding.message ?? ""} → ${remedyOf(finding)}`);

  it.each([
    [
      "/srv/a#b",
      `found "#" in the project's path: Pulumi reads the path of its state as a URL → mv '/srv/a#b' /srv/a-b`,
    ],
    [
      "/srv/50%/x",
      `found "%" in the project's path: Pulumi reads the path of its state as a URL → mv /srv/50% /srv/50-`,
    ],
    ["/srv/a?b", `found "?" in the project's path: Node does not load a program there → mv '/srv/a?b' /srv/a-b`],
    ["/srv/a\\b", `found "\\\\" in the project's path: Node does not load a program there → mv '/srv/a\\b' /srv/a-b`],
  ])("%s does not go with the engine", (path, text) => expect(found(path)).toEqual([text]));

  it("matters only where the state is kept by its URL", () => {
    expect(found("/srv/a#b", "https://api.pulumi.com")).toEqual([]);
    expect(found("/srv/a#b", "file:///srv/state")).toEqual([]);
    expect(found("/srv/a?b", "https://api.pulumi.com")).toHaveLength(1);
    expect(found("/srv/my shop/é&b")).toEqual([]);
  });
});
