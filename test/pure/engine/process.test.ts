import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "berth-test-signals-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In place of the engine: prints each signal with its number, and ends at the signal of that number. */
const engineUntil = (last: number): string => {
  const file = join(folder, `until-${last}`);
  const program = `#!${process.execPath}
let count = 0;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => {
    console.log(signal + " " + (count += 1));
    if (count === ${last}) process.exit(3);
  });
setInterval(() => {}, 1000);
console.log("engine " + process.pid + " of " + process.ppid);
`;
  writeFileSync(file, program, { mode: 0o755 });
  return file;
};

const patience = { timeout: 20_000, interval: 20 };
const program = [process.execPath, "--import", "tsx", join(import.meta.dirname, "update-run.ts")];

interface Started {
  readonly child: ChildProcess;
  readonly screen: () => string;
  /** Process ids, once the engine runs. */
  readonly pids: () => Promise<{ readonly engine: number; readonly berth: number }>;
}

function started(words: readonly string[]): Started {
  const child = spawn(words[0] ?? "", words.slice(1), { cwd: join(import.meta.dirname, "..", "..", "..") });
  let text = "";
  child.stdout?.on("data", (piece: Buffer) => (text += piece.toString()));
  child.stderr?.on("data", (piece: Buffer) => (text += piece.toString()));
  const pids = () =>
    vi.waitFor(() => {
      const [, engine, berth] = /engine (\d+) of (\d+)/.exec(text) ?? [];
      expect(engine, text).toBeDefined();
      return { engine: Number(engine), berth: Number(berth) };
    }, patience);
  return { child, screen: () => text, pids };
}

const signals = (screen: string): string[] => screen.match(/SIG\w+ \d+/g) ?? [];

describe("an update", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "is cancelled by a %s for berth alone, and ended by a second one: the engine gets each once",
    async (signal) => {
      const { child, screen, pids } = started([...program, engineUntil(2)]);
      const { berth: pid } = await pids();
      process.kill(pid, signal);
      await vi.waitFor(() => expect(signals(screen())).toEqual(["SIGINT 1"]), patience);
      process.kill(pid, signal);
      await once(child, "close");
      expect(signals(screen())).toEqual(["SIGINT 1", "SIGINT 2"]);
      expect(screen()).toContain("CommandError 3: Command failed with exit code 3: pulumi up");
    },
  );

  it("gets a terminal's Ctrl-C once", async () => {
    const line = [...program, engineUntil(3)].map((word) => `'${word}'`).join(" ");
    const { child, screen, pids } = started(["script", "-qefc", `exec ${line}`, "/dev/null"]);
    const { engine } = await pids();
    // Two signals that arrive at once would pass for one: the terminal must not reach the engine at all.
    const [, , group] = readFileSync(`/proc/${engine}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    expect(Number(group)).toBe(engine);
    for (const expected of [["SIGINT 1"], ["SIGINT 1", "SIGINT 2"]]) {
      child.stdin?.write("\x03");
      await vi.waitFor(() => expect(signals(screen())).toEqual(expected), patience);
    }
    child.stdin?.write("\x03");
    await once(child, "close");
    expect(signals(screen())).toEqual(["SIGINT 1", "SIGINT 2", "SIGINT 3"]);
  });
});
