import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { equipemed, onTerminal, projectWith } from "./berth.ts";

const hasTerminal = (() => {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
})();

const hospitalA = equipemed({ prefix: "hospital_a", domain: "a.example", ports: { app: 8778 } });
const project = (files: Readonly<Record<string, string>> = {}): string =>
  projectWith({ "Pulumi.hospital-a.yaml": hospitalA, ...files });
const enter = "\r";
const ctrlC = "\x03";
/** Takes away what stands on the line. */
const anew = "\x15";

describe.skipIf(!hasTerminal)("berth new on a terminal", () => {
  it("asks for what no flag says, tells what is allowed as it is typed, and writes what was answered", async () => {
    const root = project();
    const terminal = onTerminal(root, ["new", "--offline"]);
    const answers: [asked: string, typed: string][] = [
      ["Name of the stack:", `a/b${enter}`],
      ["> letters, digits, - _ and . with a letter", `${anew}hospital-a${enter}`],
      ["> Pulumi.hospital-a.yaml exists; take another name", `${anew}hospital-b${enter}`],
      ["Prefix of every name: (hospital_b)", `Hospital-B${enter}`],
      ["> lower-case letters, digits and _; a letter first", `${anew}hospital_a${enter}`],
      ["> hospital_a is held by hospital-a, Pulumi.hospital-a.yaml", `${anew}${enter}`],
      ["Host port of app: (8779)", `80${enter}`],
      ["> a number from 1024 to 65535", `${anew}8778${enter}`],
      ["> 0.0.0.0:8778/tcp is held by hospital-a / app", `${anew}8790${enter}`],
      ["Image of app: (eqmd:latest)", `a b${enter}`],
      ["> an image name", `${anew}eqmd:2.1${enter}`],
      ["Domain (empty: none):", `https://b.example${enter}`],
      ["> a host name in lower case", `${anew}a.example${enter}`],
      ["> a.example is held by hospital-a", `${anew}b.example${enter}`],
      ["Name of the hospital (HOSPITAL_NAME", `Hospital "B" at $HOME${enter}`],
      ["Its address (HOSPITAL_ADDRESS", enter],
      ["Its phone number (HOSPITAL_PHONE", enter],
      ["Its e-mail address (HOSPITAL_EMAIL", `b@b.example${enter}`],
    ];
    for (const [asked, typed] of answers) {
      await terminal.shows(asked);
      terminal.type(typed);
    }
    expect(await terminal.ended, terminal.screen()).toBe(0);
    expect(terminal.screen()).toContain("hospital_b: wrote Pulumi.hospital-b.yaml");
    expect(readFileSync(join(root, "Pulumi.hospital-b.yaml"), "utf8")).toBe(`config:
  berth:blueprint: equipemed
  berth:prefix: hospital_b
  berth:domain: b.example
  berth:ports:
    app: 8790
  berth:images:
    app: eqmd:2.1
  berth:settings:
    HOSPITAL_NAME: Hospital "B" at $HOME
    HOSPITAL_EMAIL: b@b.example
`);
  });

  it("asks nothing that a flag has said, and takes the usual for an empty answer", async () => {
    const root = project({ "blueprints/other.yaml": "services: { web: { image: web:1 } }\n" });
    const flags = ["--prefix", "b", "--set", "HOSPITAL_NAME=B", "--domain", "b.example", "--image", "app=eqmd:3"];
    const terminal = onTerminal(root, ["new", "9-b", "--offline", ...flags]);
    await terminal.shows("Blueprint:");
    terminal.type(enter);
    for (const asked of ["Host port of app: (8779)", "Its address", "Its phone number", "Its e-mail address"]) {
      await terminal.shows(asked);
      terminal.type(enter);
    }
    expect(await terminal.ended, terminal.screen()).toBe(0);
    expect(readFileSync(join(root, "Pulumi.9-b.yaml"), "utf8")).toContain("app: 8779\n");
  });

  it("asks for a setting that has no usual value, and goes on only with one", async () => {
    const platform = "config: { berth:blueprint: platform, berth:ports: { postgres: 15432, pgbouncer: 16432 } }";
    const root = project({ "Pulumi.platform.yaml": platform });
    cpSync(join(import.meta.dirname, "..", "..", "..", "blueprints"), join(root, "blueprints"), { recursive: true });
    const terminal = onTerminal(root, ["new", "site-a", "--offline", "--blueprint", "dna", "--prefix", "hospital_a_2"]);
    const answers: [asked: string, typed: string][] = [
      ["Host port of app: (5000)", `8778${enter}`],
      ["> 0.0.0.0:8778/tcp is held by hospital-a / app", `${anew}${enter}`],
      ["Image of app: (dna:latest)", enter],
      ["Domain (empty: none):", enter],
      ["E-mail address of the first administrator (ADMIN_EMAIL):", enter],
      ["> it has no usual value", `a@b.example${enter}`],
      ["Name of the first administrator (ADMIN_NAME", enter],
    ];
    for (const [asked, typed] of answers) {
      await terminal.shows(asked);
      terminal.type(typed);
    }
    expect(await terminal.ended, terminal.screen()).toBe(0);
    const written = readFileSync(join(root, "Pulumi.site-a.yaml"), "utf8");
    expect(written).toContain("app: 5000\n");
    expect(written).toContain("ADMIN_EMAIL: a@b.example\n");
  });

  it("offers a prefix where none can be made of the stack's name", async () => {
    const terminal = onTerminal(project(), ["new", "9-b", "--offline", "--blueprint", "equipemed"]);
    await terminal.shows("Prefix of every name:");
    expect(terminal.screen()).toMatch(/Prefix of every name: \([a-z]\w*9_b\)/);
    terminal.type(ctrlC);
    await terminal.ended;
  });

  it("writes nothing after Ctrl-C, and ends with 2", async () => {
    const root = project();
    const terminal = onTerminal(root, ["new", "hospital-b", "--offline", "--blueprint", "equipemed"]);
    await terminal.shows("Prefix of every name:");
    terminal.type(enter);
    await terminal.shows("Host port of app:");
    terminal.type(ctrlC);
    expect(await terminal.ended).toBe(2);
    expect(terminal.screen()).toContain("stopped before the last answer; nothing was changed");
    expect(readdirSync(root).filter((name) => name.startsWith("Pulumi.hospital-b"))).toEqual([]);
  });

  it("tells before the first question what no answer mends", async () => {
    const root = project({ "Pulumi.broken.yaml": "config: [" });
    const flags = ["new", "hospital-b", "--blueprint", "equipemed"];
    const terminal = onTerminal(root, [...flags, "--offline"]);
    expect(await terminal.ended).toBe(2);
    expect(terminal.screen()).toContain("stack-unreadable");
    expect(terminal.screen()).not.toContain("Prefix of every name");
    const unreachable = onTerminal(project(), flags, { DOCKER_HOST: "unix:///nonexistent" });
    expect(await unreachable.ended).toBe(3);
    expect(unreachable.screen()).toContain("host-unreachable");
  });

  it("asks nothing with --yes", async () => {
    const root = project();
    const terminal = onTerminal(root, ["new", "hospital-b", "--offline", "--yes"]);
    expect(await terminal.ended, terminal.screen()).toBe(0);
    expect(existsSync(join(root, "Pulumi.hospital-b.yaml"))).toBe(true);
  });
});

describe.skipIf(!hasTerminal)("other questions on a terminal", () => {
  it("berth destroy wants the stack's name typed, and removes nothing for another one", async () => {
    const files = { "Pulumi.yaml": "name: berth\nruntime: nodejs\nbackend: { url: file://./.state }\n" };
    const terminal = onTerminal(project(files), ["destroy", "hospital-a", "--data"]);
    await terminal.shows("Type the stack's name to go on:");
    expect(terminal.screen()).toContain("the containers hospital_a_static_init, hospital_a_app");
    terminal.type(`hospital-b${enter}`);
    expect(await terminal.ended).toBe(2);
    expect(terminal.screen()).toContain('"hospital-b" is not hospital-a; nothing was removed');
  });

  it("berth export refuses to show secrets on it", async () => {
    const root = project();
    const terminal = onTerminal(root, ["export", "env", "hospital-a", "--stdout"], { PATH: "/usr/bin:/bin" });
    expect(await terminal.ended).toBe(2);
    expect(terminal.screen()).toContain("it holds secrets, which a terminal would show");
    expect(terminal.screen()).not.toContain("SECRET_KEY");
  });
});
