import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { uniqueName } from "../test/host/docker.ts";
import { freePort } from "../test/host/free-port.ts";
import { median, type Result } from "./measure.ts";
import { byHand, newSecret, type RunningPlatform, up } from "./platform.ts";

const turns = 3;

/** Milliseconds until a tenant's app first answered a request, and until its health was known and all was done. */
interface Times {
  readonly answered: number;
  readonly done: number;
}

/** A further tenant of a platform that runs: declared, and made by hand, in turns. */
export async function tenantResults(platform: RunningPlatform): Promise<Result[]> {
  const declared: Times[] = [];
  const made: Times[] = [];
  for (let turn = 0; turn <= turns; turn += 1) {
    const times = [await declare(platform), await make(platform)] as const;
    if (turn === 0) continue; // for nothing
    declared.push(times[0]);
    made.push(times[1]);
  }
  const of = (times: readonly Times[], what: keyof Times): number => median(times.map((one) => one[what]));
  return [
    {
      what: "a further tenant, from pulumi up to its first answered request",
      measured: of(declared, "answered"),
      against: { what: "by hand with psql and docker", measured: of(made, "answered") },
      target: { kind: "ratio", atMost: 4 },
    },
    {
      what: "the same, until it is healthy and up has ended",
      measured: of(declared, "done"),
      against: { what: "by hand, until it is healthy", measured: of(made, "done") },
      target: { kind: "ratio", atMost: 4 },
    },
  ];
}

async function declare({ project, app }: RunningPlatform): Promise<Times> {
  const port = await freePort();
  const prefix = uniqueName("berth_bench_tenant");
  const stack = prefix.replaceAll("_", "-");
  const text = `config:
  berth:blueprint: dna
  berth:prefix: ${prefix}
  berth:images: { app: "${app}" }
  berth:ports: { app: ${port} }
  berth:settings: { ADMIN_EMAIL: first@example.org }
`;
  writeFileSync(join(project.root, `Pulumi.${stack}.yaml`), text);
  const { code, stderr } = await project.pulumi(["stack", "init", stack]);
  if (code !== 0) throw new Error(`pulumi stack init ${stack}: ${stderr}`);
  return timed(port, () => up(project, stack));
}

async function make({ server, pool, shared, app }: RunningPlatform): Promise<Times> {
  const port = await freePort();
  const name = uniqueName("berth_bench_by_hand");
  const password = newSecret();
  const url = (address: string): string => `postgresql://${name}_user:${password}@${address}/${name}_db`;
  const env = {
    NAME: name,
    PASSWORD: password,
    SESSIONS: "7",
    SERVER: server,
    SHARED: shared,
    IMAGE: app,
    PORT: String(port),
    DIRECT_URL: url(`${server}:5432`),
    DATABASE_URL: `${url(`${pool}:6432`)}?pgbouncer=true`,
    ADMIN_PASSWORD: newSecret(),
    JWT_SECRET: newSecret(),
  };
  return timed(port, () => byHand("tenant.sh", env));
}

/** Asks from the first moment on, as somebody would who waits for the tenant. */
async function timed(port: number, bring: () => Promise<void>): Promise<Times> {
  const started = performance.now();
  const since = (): number => performance.now() - started;
  let running = true;
  const bringing = bring()
    .then(since)
    .finally(() => (running = false));
  const [answered, done] = await Promise.all([firstAnswer(), bringing]);
  return { answered, done };

  async function firstAnswer(): Promise<number> {
    for (;;) {
      const last = !running;
      const isAnswered = await fetch(`http://127.0.0.1:${port}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isAnswered) return since();
      if (last) throw new Error(`nothing answers at port ${port}`);
      await delay(20);
    }
  }
}
