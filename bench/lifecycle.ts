import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeSampleImage, sampleImage as image } from "../scripts/images/sample-image.ts";
import { findCompose } from "../scripts/machine/compose.ts";
import { thisMachine } from "../scripts/machine/machine.ts";
import { onPath } from "../scripts/machine/on-path.ts";
import { median, type Result } from "./measure.ts";
import { repository, withProject } from "./project.ts";

const turns = 3;
const stack = "hospital-a";
const steps = [
  { what: "berth up for the first time", atMost: 5 },
  { what: "berth up with nothing to do", atMost: 1 },
  { what: "berth up with one setting changed", atMost: 2.5 },
  { what: "berth destroy", atMost: 10 },
] as const;

/** The life of a hospital by `berth`, against docker-compose on its export: the same containers, one after the other. */
export async function lifecycleResults(): Promise<Result[]> {
  const what = "the life of a deployment against docker-compose";
  if (!onPath("pulumi")) return [{ what, skipped: "the Pulumi CLI is not on PATH" }];
  const compose = await findCompose(thisMachine(), () => {});
  if (compose === undefined) return [{ what, skipped: "Docker Compose is not installed" }];
  await makeSampleImage({ tag: image, progress: () => {} });
  return withProject(0, async (root) => {
    cpSync(join(repository, "dist"), join(root, "dist"), { recursive: true, preserveTimestamps: true });
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const berth = (...args: string[]): void =>
      void execFileSync(process.execPath, [join(root, "dist", "cli.cjs"), ...args], {
        cwd: root,
        env,
        stdio: "ignore",
      });
    const file = join(root, `Pulumi.${stack}.yaml`);
    const prefix = `bench_${process.pid}`;
    const text = `config:
  berth:blueprint: equipemed
  berth:prefix: ${prefix}
  berth:ports: { app: ${20_000 + (process.pid % 10_000)} }
  berth:images: { app: "${image}" }
  berth:settings: { HOSPITAL_NAME: One }
`;
    const write = (name: string): void => {
      const now = readFileSync(file, "utf8");
      writeFileSync(file, now.replace(/HOSPITAL_NAME: \w+/, `HOSPITAL_NAME: ${name}`));
    };
    const folder = join(root, "exported");
    const up = ["-f", `compose.${stack}.yaml`, "up", "-d"];
    const times: [berth: number[], compose: number[]][] = steps.map(() => [[], []]);
    const timed = async (into: number[] | undefined, work: () => unknown): Promise<void> => {
      const started = performance.now();
      await work();
      into?.push(performance.now() - started);
    };
    writeFileSync(file, text);
    for (let turn = 0; turn <= turns; turn += 1) {
      const into = (step: number, side: 0 | 1): number[] | undefined => (turn === 0 ? undefined : times[step]?.[side]);
      write("One");
      await timed(into(0, 0), () => berth("up", stack));
      berth("export", "compose", stack, "-o", folder);
      await timed(into(1, 0), () => berth("up", stack));
      write("Other");
      await timed(into(2, 0), () => berth("up", stack));
      await timed(into(3, 0), () => berth("destroy", stack, "--yes"));
      await timed(into(0, 1), () => compose(folder, ...up));
      await timed(into(1, 1), () => compose(folder, ...up));
      const exported = join(folder, `compose.${stack}.yaml`);
      writeFileSync(exported, readFileSync(exported, "utf8").replace("One", "Other"));
      await timed(into(2, 1), () => compose(folder, ...up));
      await timed(into(3, 1), () => compose(folder, "-f", `compose.${stack}.yaml`, "down"));
    }
    berth("destroy", stack, "--yes", "--data");
    return steps.map(({ what, atMost }, step) => ({
      what,
      measured: median(times[step]?.[0] ?? []),
      against: { what: "docker-compose on its export", measured: median(times[step]?.[1] ?? []) },
      target: { kind: "ratio", atMost },
    }));
  });
}
