/**
 * Runs the program that is its argument as the engine runs an update; test/pure/engine/process.test.ts sends it
 * signals.
 */
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { cancellable, inOwnGroup } from "../../../src/engine/process.ts";

type Run = (...args: unknown[]) => Promise<{ stdout: string }>;

const command = { command: process.argv[2] ?? "", run: () => Promise.reject(new Error("not an update")) };
const { run } = (await inOwnGroup(command as unknown as PulumiCommand)) as unknown as { run: Run };
const said = (text: string): boolean => process.stdout.write(text);
try {
  const { stdout } = await run(["up"], process.cwd(), {}, said, said, cancellable);
  console.log(`ended well: ${stdout.split("\n").length} lines`);
} catch (error) {
  const { name, commandResult } = error as { name: string; commandResult: { stderr: string; code: number } };
  console.log(`${name} ${commandResult.code}: ${commandResult.stderr.split("\n")[0]}`);
}
