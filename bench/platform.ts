import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeDatabaseImages } from "../scripts/images/database-images.ts";
import { makeRecordsImage } from "../scripts/images/records-image.ts";
import { type TemporaryProject, temporaryProject } from "../test/engine/engine.ts";
import { cleanUp, uniqueName } from "../test/host/docker.ts";
import { freePort } from "../test/host/free-port.ts";
import { repository } from "./project.ts";

const run = promisify(execFile);

/** A platform that runs, and what its tenants are made of. */
export interface RunningPlatform {
  readonly project: TemporaryProject;
  /** The container of PostgreSQL. */
  readonly server: string;
  /** The container of PgBouncer. */
  readonly pool: string;
  /** The network of both. */
  readonly shared: string;
  /** The image of PostgreSQL, which has pgbench, too. */
  readonly postgres: string;
  /** The image of the tenants' app. */
  readonly app: string;
}

/** A platform with the sizes of its blueprint, but for the sessions, for as long as the work lasts. */
export async function withPlatform<T>(work: (platform: RunningPlatform) => Promise<T>): Promise<T> {
  const { postgres, pgbouncer, haproxy } = await makeDatabaseImages();
  const app = (await makeRecordsImage()).tag;
  const prefix = uniqueName("berth_bench_platform");
  const stack = `config:
  berth:blueprint: platform
  berth:prefix: ${prefix}
  berth:images: { postgres: "${postgres}", pgbouncer: "${pgbouncer}" }
  berth:ports:
    postgres: { port: ${await freePort()}, address: 127.0.0.1 }
    pgbouncer: { port: ${await freePort()}, address: 127.0.0.1 }
  berth:settings: { MAX_CONNECTIONS: 200, RELAY_IMAGE: "${haproxy}", SHARED_SUBNET: 10.189.${process.pid % 250}.0/24 }
`;
  const project = await temporaryProject({ stacks: { platform: stack } });
  try {
    await up(project, "platform");
    const [server, pool, shared] = [`${prefix}_postgres`, `${prefix}_pgbouncer`, `${prefix}_shared`];
    return await work({ project, server, pool, shared, postgres, app });
  } finally {
    // Everything was made under a unique name; containers leave the platform's network before it goes.
    await cleanUp().finally(() => project.destroy());
  }
}

/** Brings a stack up. */
export async function up(project: TemporaryProject, stack: string): Promise<void> {
  const { code, stdout, stderr } = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", stack]);
  if (code !== 0) throw new Error(`pulumi up of ${stack}: ${stdout}${stderr}`);
}

/** Runs a script of bench/by-hand. */
export async function byHand(script: string, env: Readonly<Record<string, string>>): Promise<void> {
  await run("sh", [join(repository, "bench", "by-hand", script)], { env: { ...process.env, ...env } });
}

export const newSecret = (): string => randomBytes(24).toString("hex");
