import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { extract } from "tar-stream";
import { afterAll, describe, expect, it } from "vitest";
import { type ContextWish, packBuildContext, readBuildContext } from "../../../src/disk/build-context.ts";

const root = mkdtempSync(join(tmpdir(), "berth-context-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;

/** A folder with these files. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = join(root, String((count += 1)), "app");
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** What is sent, by path: a file's text, `/` for a folder, `-> target` for a link. */
async function sent(wish: ContextWish): Promise<Record<string, string>> {
  const entries: Record<string, string> = {};
  const { archive, dockerfile } = packBuildContext(wish);
  for await (const entry of archive.pipe(extract())) {
    const { name, type, linkname } = entry.header;
    let text = "";
    for await (const piece of entry) text += String(piece);
    entries[name] = type === "directory" ? "/" : type === "symlink" ? `-> ${linkname}` : text;
  }
  expect(Object.keys(entries)).toContain(dockerfile);
  return entries;
}

const digest = (folder: string, dockerfile = "Dockerfile"): string => {
  const read = readBuildContext({ folder, dockerfile });
  if (read.kind === "missing") throw new Error(`${read.about} ${read.reason}`);
  return read.digest;
};

describe("a build context", () => {
  it("is every file of its folder, with links as links", async () => {
    const folder = folderWith({ Dockerfile: "FROM scratch", "src/a.txt": "a", "b.txt": "b" });
    symlinkSync("/etc/passwd", join(folder, "link"));
    expect(await sent({ folder, dockerfile: "Dockerfile" })).toEqual({
      Dockerfile: "FROM scratch",
      "b.txt": "b",
      link: "-> /etc/passwd",
      src: "/",
      "src/a.txt": "a",
    });
  });

  it("leaves out what .dockerignore says, but for itself and the Dockerfile", async () => {
    const folder = folderWith({
      "docker/Dockerfile": "FROM scratch",
      ".dockerignore": "docker\nnode_modules\n**/*.log\n!keep.log\n",
      "node_modules/x/index.js": "",
      "a.log": "",
      "keep.log": "kept",
      "src/b.log": "",
    });
    expect(Object.keys(await sent({ folder, dockerfile: "docker/Dockerfile" })).sort()).toEqual([
      ".dockerignore",
      "docker/Dockerfile",
      "keep.log",
      "src",
    ]);
  });

  it("takes the ignore file of the Dockerfile before its own", async () => {
    const folder = folderWith({
      Dockerfile: "FROM scratch",
      "Dockerfile.dockerignore": "a.txt",
      ".dockerignore": "b.txt",
      "a.txt": "",
      "b.txt": "",
    });
    expect(Object.keys(await sent({ folder, dockerfile: "Dockerfile" }))).toContain("b.txt");
    expect(Object.keys(await sent({ folder, dockerfile: "Dockerfile" }))).not.toContain("a.txt");
  });

  it("has a Dockerfile from outside of it, or one without a file, beside its files", async () => {
    const folder = folderWith({ "a.txt": "a" });
    writeFileSync(join(folder, "..", "Other"), "FROM other");
    expect(await sent({ folder, dockerfile: "../Other" })).toEqual({ "a.txt": "a", ".berth.Dockerfile": "FROM other" });
    expect(await sent({ folder, dockerfile: "Dockerfile", inline: "FROM inline" })).toMatchObject({
      ".berth.Dockerfile": "FROM inline",
    });
  });

  it("leaves out the state and the stack files of a project in it", async () => {
    const files = { ".state/x": "", ".berth/passphrase": "", "Pulumi.a.yaml": "", "Pulumi.yaml": "", "index.mjs": "" };
    const inDeploy = Object.fromEntries(Object.entries(files).map(([path, text]) => [`deploy/${path}`, text]));
    const folder = folderWith({
      Dockerfile: "FROM scratch",
      "node_modules/a": "",
      "deploy/node_modules/b": "",
      ...inDeploy,
    });
    const paths = async (project: string): Promise<string[]> =>
      Object.keys(await sent({ folder, dockerfile: "Dockerfile", project })).sort();
    const own = ["Dockerfile", "deploy", "deploy/Pulumi.yaml", "deploy/index.mjs", "node_modules", "node_modules/a"];
    expect(await paths(join(folder, "deploy"))).toEqual(own);
    expect(await paths(folder)).toContain("deploy/Pulumi.a.yaml");
    expect(await paths(join(folder, "..", "other"))).toContain("deploy/.state/x");
    writeFileSync(join(folder, "Pulumi.b.yaml"), "");
    expect(await paths(folder)).not.toContain("Pulumi.b.yaml");
  });

  it("leaves out pipes, which would be read without end", async () => {
    const folder = folderWith({ Dockerfile: "FROM scratch" });
    execFileSync("mkfifo", [join(folder, "pipe")]);
    expect(Object.keys(await sent({ folder, dockerfile: "Dockerfile" }))).toEqual(["Dockerfile"]);
    expect(digest(folder)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("the digest of a build context", () => {
  const files = { Dockerfile: "FROM scratch", "run.sh": "echo", ".dockerignore": "tmp" };
  it("is the same for the same files, whenever and wherever they were written", () => {
    const [one, other] = [folderWith(files), folderWith(files)];
    utimesSync(join(other, "run.sh"), 1, 1);
    mkdirSync(join(other, "tmp"));
    writeFileSync(join(other, "tmp", "junk"), "left out");
    expect(digest(other)).toBe(digest(one));
  });

  it.each<[string, (folder: string) => void]>([
    ["a text", (folder) => writeFileSync(join(folder, "run.sh"), "ECHO")],
    ["the right to execute", (folder) => chmodSync(join(folder, "run.sh"), 0o755)],
    ["a new file", (folder) => writeFileSync(join(folder, "new"), "")],
    ["a new folder", (folder) => mkdirSync(join(folder, "new"))],
    ["where a link leads", (folder) => symlinkSync("run.sh", join(folder, "link"))],
    ["what is left out", (folder) => writeFileSync(join(folder, ".dockerignore"), "run.sh")],
  ])("changes with %s", (_what, change) => {
    const folder = folderWith(files);
    const before = digest(folder);
    change(folder);
    expect(digest(folder)).not.toBe(before);
  });
});

describe("a build context that is missing", () => {
  it.each<[string, (folder: string) => ContextWish, string]>([
    ["is not there", (folder) => ({ folder: join(folder, "no"), dockerfile: "Dockerfile" }), "does not exist"],
    ["is a file", (folder) => ({ folder: join(folder, "a.txt"), dockerfile: "Dockerfile" }), "is not a folder"],
    ["has no Dockerfile", (folder) => ({ folder, dockerfile: "Dockerfile" }), "does not exist"],
    ["has a folder in its place", (folder) => ({ folder, dockerfile: "src" }), "is a folder"],
  ])("%s", (_what, wish, reason) => {
    const folder = folderWith({ "a.txt": "a", "src/b": "b" });
    expect(readBuildContext(wish(folder))).toMatchObject({ kind: "missing", reason });
  });
});
