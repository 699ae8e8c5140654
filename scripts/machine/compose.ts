import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { onPath } from "./on-path.ts";
import type { Machine } from "./machine.ts";

const run = promisify(execFile);

/** Docker Compose as it is installed here: `docker compose`, or `docker-compose` of old. */
export type Compose = (folder: string, ...words: string[]) => Promise<string>;

/** Undefined where there is none and none can be installed. */
export async function findCompose(machine: Machine, progress: (line: string) => void): Promise<Compose | undefined> {
  const known = await installed();
  if (known !== undefined || !machine.isRoot || !onPath("apt-get")) return known;
  progress("Docker Compose is not installed: apt-get install -y docker-compose");
  await machine.run("apt-get update");
  await machine.run("apt-get install -y docker-compose");
  return installed();
}

async function installed(): Promise<Compose | undefined> {
  for (const [program = "", ...first] of [["docker", "compose"], ["docker-compose"]]) {
    const works = await run(program, [...first, "version"]).then(
      () => true,
      () => false,
    );
    if (works)
      return async (folder, ...words) =>
        (await run(program, [...first, ...words], { cwd: folder, maxBuffer: 2 ** 24 })).stdout;
  }
  return undefined;
}
