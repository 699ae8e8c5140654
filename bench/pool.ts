import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { uniqueName } from "../test/host/docker.ts";
import { mediansOf, type Result } from "./measure.ts";
import { byHand, newSecret, type RunningPlatform } from "./platform.ts";

const run = promisify(execFile);
const turns = 3;
const queries = 10_000;
const clients = 50;
const seconds = 3;

/**
 * Single selects of 50 clients through the pool, with as many sessions as the blueprint gives it, and with a session for
 * each client. As times for 10,000 queries at the rate that pgbench found.
 */
export async function poolResults({ server, pool, shared, postgres }: RunningPlatform): Promise<Result[]> {
  const name = uniqueName("berth_bench_queries");
  const password = newSecret();
  await byHand("database.sh", { NAME: name, PASSWORD: password, SESSIONS: "-1", SERVER: server });

  /** pgbench in a container beside the two, so that neither way goes over a port of the host. */
  async function pgbench(host: string, port: number, ...options: string[]): Promise<string> {
    const container = ["run", "--rm", "--name", uniqueName("berth_bench_pgbench"), "--network", shared];
    const who = ["--host", host, "--port", String(port), "--username", `${name}_user`, `${name}_db`];
    const args = [...container, "--env", "PGPASSWORD", postgres, "pgbench", "--no-vacuum", ...options, ...who];
    return (await run("docker", args, { env: { ...process.env, PGPASSWORD: password } })).stdout;
  }

  async function timeOf(host: string, port: number, ...options: string[]): Promise<number> {
    const load = ["--select-only", "--protocol=simple", `--client=${clients}`, "--jobs=2", `--time=${seconds}`];
    const said = await pgbench(host, port, ...load, ...options);
    const rate = Number(/^tps = ([\d.]+)/m.exec(said)?.[1]);
    return (queries / rate) * 1_000;
  }

  await pgbench(server, 5432, "--initialize", "--scale=10", "--quiet");
  const anew = "--connect";
  const [pooled = NaN, direct = NaN, pooledAnew = NaN, directAnew = NaN] = await mediansOf(
    [
      () => timeOf(pool, 6432),
      () => timeOf(server, 5432),
      () => timeOf(pool, 6432, anew),
      () => timeOf(server, 5432, anew),
    ],
    turns,
  );
  return [
    {
      what: "10,000 queries of 50 clients, through the pool of 5 sessions",
      measured: pooled,
      against: { what: "direct, with 50 sessions", measured: direct },
      target: { kind: "ratio", atMost: 2 },
    },
    {
      what: "the same, with a new connection for each query",
      measured: pooledAnew,
      against: { what: "direct, with a new session for each", measured: directAnew },
      target: { kind: "ratio", atMost: 1 },
    },
  ];
}
