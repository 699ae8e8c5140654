import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { configKey, type KeyPath } from "../../../src/findings/config-key.ts";
import type { Command, Line, PerLine, Pipe, Remedy } from "../../../src/findings/remedy.ts";
import {
  berth,
  docker,
  instruction,
  sequence,
  setKey,
  setSecret,
  shell,
  steps,
  up,
} from "../../../src/findings/remedy.ts";
import { oneLine } from "../../../src/notation/printable.ts";
import { type Reader, remedyText } from "../../../src/report/remedy-text.ts";

const local = "unix:///var/run/docker.sock";
const pulumi: Reader = { speaks: "pulumi", berth: "npx berth", docker: local };
const command: Reader = { speaks: "berth", berth: "npx berth -C 'my project'", docker: local };
const readers = [pulumi, command, { speaks: "berth", berth: "berth" }] satisfies Reader[];

const hostile = fc.string({ unit: fc.constantFrom(..."'\"$`\\ \n\t;&|<>()*?~#!={}[]-é", "\u200b", "\x1b", "$(x)") });
const anyText = fc.oneof(hostile, fc.string({ unit: "binary" })).map((text) => text.replaceAll("\0", ""));
/** What dash reads, too: it does not know `$'…'`. */
const visibleText = anyText.filter((text) => oneLine(text) === text);

/** Every kind of remedy, with these words in it. */
function remedies(word: fc.Arbitrary<string>): fc.Arbitrary<Remedy> {
  const path: fc.Arbitrary<KeyPath> = fc
    .tuple(word, fc.array(fc.oneof(word, fc.nat({ max: 9 })), { maxLength: 2 }))
    .map(([first, more]) => [first, ...more]);
  const endpoint = fc.oneof(
    fc.constantFrom(
      local,
      "unix:///run/user/1000/docker.sock",
      "tcp://10.0.0.5:2376",
      "http://far:2375",
      "https://far",
    ),
    word.map((name) => `ssh://ops@${name}`),
  );
  const argv = fc.array(word, { minLength: 1, maxLength: 4 });
  const onDocker = fc.record({ kind: fc.constant("docker" as const), argv, endpoint });
  const keyed = fc.record({ kind: fc.constantFrom("ask", "secret", "unset", "decrypt"), path, stack: word });
  const program = fc.constantFrom("mkdir", "mv", "sed", "npm");
  const one: fc.Arbitrary<Command> = fc.oneof(
    fc.record({ kind: fc.constant("set" as const), path, value: word, stack: word }),
    keyed,
    fc.record({ kind: fc.constant("up" as const), stack: word, yes: fc.boolean() }),
    fc.record({ kind: fc.constant("berth" as const), argv }),
    onDocker,
    fc.tuple(program, argv, fc.option(endpoint, { nil: undefined })).map(([name, words, host]): Command => ({
      kind: "shell",
      argv: [name, ...words],
      ...(host !== undefined && { endpoint: host }),
    })),
  );
  const perLine: fc.Arbitrary<PerLine> = onDocker.map((each) => ({ kind: "per-line", command: each }));
  const piped: fc.Arbitrary<Pipe> = fc
    .array(fc.oneof(one, perLine), { minLength: 2, maxLength: 3 })
    .map((commands) => ({ kind: "pipe", commands }));
  const line: fc.Arbitrary<Line> = fc.oneof(
    one,
    piped,
    fc.array(fc.oneof(one, piped), { minLength: 2, maxLength: 3 }).map((commands) => sequence(...commands)),
  );
  return fc.oneof(
    line,
    fc.array(line, { minLength: 2, maxLength: 3 }).map((lines) => steps(...lines)),
  );
}

/** What each command of a remedy is to receive: DOCKER_HOST, the program's name, its arguments. */
function intended(remedy: Remedy, reader: Reader): string[][] {
  const program =
    reader.speaks === "pulumi" ? ["pulumi"] : reader === command ? ["npx", "berth", "-C", "my project"] : ["berth"];
  const own = reader === pulumi ? ["npx", "berth"] : program;
  const host = (endpoint: string): string[] => {
    if (endpoint === reader.docker) return [];
    const tls = endpoint.startsWith("https:") ? ["--tlsverify"] : [];
    return [...tls, "-H", endpoint.replace(/^https?:/, "tcp:")];
  };
  const words = (one: Command | Line | PerLine): string[][] => {
    switch (one.kind) {
      case "instruction":
        return [];
      case "sequence":
      case "pipe":
        return one.commands.flatMap(words);
      case "per-line":
        return words(one.command).map(([, ...argv]) => ["", "xargs", "-rn1", ...argv]);
      case "docker":
        return [["", "docker", ...host(one.endpoint), ...one.argv]];
      case "shell":
        return [[one.endpoint === undefined || one.endpoint === reader.docker ? "" : one.endpoint, ...one.argv]];
      case "berth":
        return [["", ...own, ...one.argv]];
      case "up":
        if (reader.speaks === "berth") return [["", ...own, "up", one.stack]];
        return [["", "pulumi", "up", ...(one.yes === true ? ["-y"] : []), "-s", one.stack]];
      case "set": {
        const key = [...(one.path.length > 1 ? ["--path"] : []), configKey(one.path)];
        const set = ["", ...program, "config", "set"];
        const of = ["-s", one.stack];
        return one.value.startsWith("-")
          ? [[...set, ...key.slice(0, -1), ...of, "--", configKey(one.path), one.value]]
          : [[...set, ...key, one.value, ...of]];
      }
      default: {
        const key = [...(one.path.length > 1 ? ["--path"] : []), configKey(one.path)];
        const of = ["-s", one.stack];
        const config = ["", ...program, "config"];
        if (one.kind === "ask") return [[...config, "set", ...key, ...of]];
        if (one.kind === "secret") return [[...config, "set", "--secret", ...key, ...of]];
        if (one.kind === "unset") return [[...config, "rm", ...key, ...of]];
        const read = [...config, "get", "--path", configKey(one.path), ...of];
        return [read, [...config, "set", "--plaintext", "--path", configKey(one.path), "the value", ...of]];
      }
    }
  };
  return (remedy.kind === "steps" ? remedy.steps : [remedy]).flatMap(words);
}

/**
 * Functions in place of the programs: each waits for the end of its input, so that those of a pipe take turns, records
 * what it receives, and prints a value for `get`.
 */
const recorders = ["docker", "pulumi", "berth", "npx", "xargs", "mkdir", "mv", "sed", "npm"]
  .map(
    (name) =>
      `${name}() { while read -r _; do :; done; printf '%s\\0' "$(($# + 2))" "\${DOCKER_HOST-}" ${name} "$@" >&3; case " $* " in *" get "*) printf 'the value';; esac; }`,
  )
  .join("\n");

/** What the programs of a text receive in a real shell. */
function received(shellName: string, texts: readonly string[]): string[][] {
  const script = `${recorders}\n${texts.join("\n")}\n`;
  const output = execFileSync(shellName, ["-c", `exec 3>&1 1>/dev/null\n${script}`], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" },
  });
  const parts = output.split("\0");
  const commands: string[][] = [];
  for (let at = 0; at < parts.length - 1;) {
    const length = Number(parts[at]);
    commands.push(parts.slice(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return commands;
}

describe("a remedy in a real shell", () => {
  it.each([
    ["bash", anyText],
    ["sh", visibleText],
  ])("%s gives every program exactly the arguments of the action, whatever names hold", (shellName, word) =>
    fc.assert(
      fc.property(
        fc.array(remedies(word), { minLength: 5, maxLength: 10 }),
        fc.constantFrom(...readers),
        (all, reader) => {
          const found = received(
            shellName,
            all.map((remedy) => remedyText(remedy, reader)),
          );
          expect(found).toEqual(all.flatMap((remedy) => intended(remedy, reader)));
        },
      ),
      { numRuns: 40, endOnFailure: true },
    ),
  );

  it("is one line for each step, without anything invisible", () =>
    fc.assert(
      fc.property(remedies(anyText), fc.constantFrom(...readers), (remedy, reader) => {
        const lines = remedyText(remedy, reader).split("\n");
        expect(lines).toHaveLength(remedy.kind === "steps" ? remedy.steps.length : 1);
        expect(lines.map(oneLine)).toEqual(lines);
      }),
    ));
});

describe("a command in a remedy", () => {
  const far = "ssh://ops@far";
  it.each<[string, Remedy, string, string]>([
    [
      "a value of a key",
      setKey(["prefix"], "b", "b"),
      "pulumi config set berth:prefix b -s b",
      "npx berth config set berth:prefix b -s b",
    ],
    [
      "a value that begins with a dash",
      setKey(["prefix"], "-b", "b"),
      "pulumi config set -s b -- berth:prefix -b",
      "npx berth config set -s b -- berth:prefix -b",
    ],
    [
      "a secret",
      setSecret("TOKEN", "b"),
      "pulumi config set --secret --path berth:secrets.TOKEN -s b",
      "npx berth config set --secret --path berth:secrets.TOKEN -s b",
    ],
    [
      "what comes up",
      sequence(docker(local, "rm", "-f", "b_app"), { kind: "up", stack: "b", yes: true }),
      "docker rm -f b_app && pulumi up -y -s b",
      "docker rm -f b_app && npx berth up b",
    ],
    ["another stack", up("platform"), "pulumi up -s platform", "npx berth up platform"],
    [
      "an endpoint elsewhere",
      docker(far, "rm", "-f", "b_app"),
      "docker -H ssh://ops@far rm -f b_app",
      "docker -H ssh://ops@far rm -f b_app",
    ],
    [
      "a program that finds Docker itself",
      { ...shell("npm", "run", "images"), endpoint: far },
      "DOCKER_HOST=ssh://ops@far npm run images",
      "DOCKER_HOST=ssh://ops@far npm run images",
    ],
    [
      "a flag with a value",
      berth("new", "b", "--set", "NAME=it's b"),
      "npx berth new b --set NAME='it'\\''s b'",
      "npx berth new b --set NAME='it'\\''s b'",
    ],
    [
      "what no command can do",
      steps(instruction("write it:"), berth("new", "b")),
      "write it:\nnpx berth new b",
      "write it:\nnpx berth new b",
    ],
  ])("%s: works where it is pasted", (_, remedy, ofPulumi, ofBerth) => {
    expect(remedyText(remedy, pulumi)).toBe(ofPulumi);
    expect(remedyText(remedy, { ...command, berth: "npx berth" })).toBe(ofBerth);
  });
});
