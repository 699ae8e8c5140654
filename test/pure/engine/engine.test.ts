import { describe, expect, it } from "vitest";
import { linewise, saysSomething } from "../../../src/operations/deploy.ts";
import { engineWords } from "../../../src/engine/engine.ts";

const failed = (stderr: string): object => ({ commandResult: { stderr } });

describe.each([
  [
    "one complaint",
    "Command failed with exit code 255: pulumi up\nerror: no space left on device\n",
    ["no space left on device"],
  ],
  [
    "a complaint of several lines, and the usual output behind it",
    "Command failed with exit code 255: pulumi up --stack a\nwarning: old\nerror: the stack is locked by 1 lock(s).\n  file:///lock: created by root\nUpdating (a):\n +  Stack creating\n",
    ["the stack is locked by 1 lock(s).", "  file:///lock: created by root"],
  ],
  [
    "none, where it was killed",
    "Command was killed with SIGINT (User interruption with CTRL-C): pulumi preview --stack a\nPreviewing update (a):\n",
    ["Command was killed with SIGINT (User interruption with CTRL-C)"],
  ],
])("of what the engine writes when it fails: %s", (_, stderr, words) => {
  it("is told without the rest", () => expect(engineWords(failed(stderr))).toEqual(words));
});

it("an error that is not the engine's has no words of it", () => {
  expect(engineWords(new TypeError("x is not a function"))).toEqual([]);
  expect(engineWords(undefined)).toEqual([]);
});

it("the engine's pieces become lines, the last one too, however they are cut", () => {
  const text = "one\ntwo \n\nthree";
  for (let cut = 0; cut <= text.length; cut += 1) {
    const lines: string[] = [];
    const { piece, end } = linewise((line) => lines.push(line));
    piece(text.slice(0, cut));
    piece(text.slice(cut));
    end();
    expect(lines).toEqual(["one", "two", "", "three"]);
  }
});

it.each<[string, boolean]>([
  ["@ updating....", false],
  [
    "The resources in the stack have been deleted, but the history and configuration associated with the stack are",
    false,
  ],
  ["If you want to remove the stack completely, run `pulumi stack rm a`.", false],
  ["Resources:", true],
  ["    - 9 deleted", true],
])("of the engine's output, %s: %s", (line, said) => expect(saysSomething(line)).toBe(said));
