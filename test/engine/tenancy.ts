import { randomInt } from "node:crypto";
import pg from "pg";
import { expect } from "vitest";
import { makeDatabaseImages } from "../../scripts/images/database-images.ts";
import { makeRecordsImage } from "../../scripts/images/records-image.ts";
import { docker, uniqueName } from "../host/docker.ts";
import { freePort } from "../host/free-port.ts";
import { type Ran, temporaryProject, type TemporaryProject } from "./engine.ts";

/** The app's image of a version, which a tenancy made or a test makes. */
export const image = (version: string): string => `berth-test-records:${version}`;

/** What every tenant's first administrator needs. */
export const administrator = `berth:settings: { ADMIN_EMAIL: first@example.org, BCRYPT_COST: "10" }`;

/** Unlike that of a file which another worker runs at the same time: of 250, two files took the same one once. */
const sharedSubnet = (): string => `10.${100 + (Number(process.env["VITEST_POOL_ID"]) % 90)}.${randomInt(250)}.0/24`;

export interface TenancyWish {
  /** Keys of the tenants, which are their stacks. */
  readonly tenants: readonly string[];
  /** Of those the ones that have a stack file at once. */
  readonly declared?: readonly string[];
  /** Text of further stack files, by stack. */
  readonly stacks?: (images: Readonly<Record<"postgres" | "pgbouncer" | "redis", string>>) => Record<string, string>;
}

/** A platform with tenants on the real engine: PostgreSQL and PgBouncer as people run them, only smaller. */
export class Tenancy {
  readonly passwords = new Map<string, string>();

  private constructor(
    readonly project: TemporaryProject,
    /** The platform's prefix. */
    readonly platform: string,
    readonly prefixes: Readonly<Record<string, string>>,
    /** Of the platform (`server`, `pool`) and of each tenant. */
    readonly ports: Readonly<Record<string, number>>,
  ) {}

  /** Nothing of it is up yet. */
  static async make({ tenants, declared = tenants, stacks = () => ({}) }: TenancyWish): Promise<Tenancy> {
    const images = await makeDatabaseImages();
    await makeRecordsImage({ tag: image("1"), version: "1" });
    const platform = uniqueName("plat");
    const prefixes = Object.fromEntries(tenants.map((key) => [key, uniqueName(`ten_${key}`)]));
    const ports: Record<string, number> = {};
    for (const key of ["server", "pool", ...tenants]) ports[key] = await freePort();
    const platformFile = `config:
  berth:blueprint: platform
  berth:prefix: ${platform}
  berth:images: { postgres: "${images.postgres}", pgbouncer: "${images.pgbouncer}" }
  berth:ports:
    postgres: { port: ${ports["server"]}, address: 127.0.0.1 }
    pgbouncer: { port: ${ports["pool"]}, address: 127.0.0.1 }
  berth:settings: { MAX_CONNECTIONS: 34, SHARED_BUFFERS: 32MB, POSTGRES_MEMORY: 512M, RELAY_IMAGE: "${images.haproxy}", SHARED_SUBNET: ${sharedSubnet()} }
`;
    const files = declared.map((key) => [key, tenantFile(prefixes[key] ?? "", ports[key] ?? 0)]);
    const project = await temporaryProject({
      stacks: { platform: platformFile, ...Object.fromEntries(files), ...stacks(images) },
    });
    return new Tenancy(project, platform, prefixes, ports);
  }

  /** The text of a tenant's stack file. */
  file = (key: string): string => tenantFile(this.prefixes[key] ?? "", this.ports[key] ?? 0);

  pulumi = (...args: string[]): Promise<Ran> => this.project.pulumi(args);
  up = (stack: string): Promise<Ran> => this.pulumi("up", "--yes", "--skip-preview", "--stack", stack);
  preview = (stack: string): Promise<Ran> => this.pulumi("preview", "--stack", stack);

  /** Gives a stack a secret, as a person pastes it. */
  async giveSecret(stack: string, name: string, text: string): Promise<void> {
    const line = `printf %s "$TEXT" | pulumi config set --secret --path berth:secrets.${name} -s ${stack}`;
    await succeeds(this.project.shell(line, { env: { TEXT: text } }));
  }

  /** Brings tenants up, one after the other, and learns their passwords. */
  async bringUp(...tenants: readonly string[]): Promise<void> {
    for (const key of tenants) {
      await succeeds(this.up(key));
      this.passwords.set(key, await this.passwordOf(key));
    }
  }

  async isClean(...stacks: readonly string[]): Promise<void> {
    for (const stack of stacks) {
      await succeeds(this.pulumi("preview", "--expect-no-changes", "--stack", stack));
    }
  }

  page = async (key: string, path = "/info"): Promise<unknown> => (await fetch(this.url(key) + path)).json();
  visit = (key: string): Promise<Response> => fetch(`${this.url(key)}/visits`, { method: "POST" });

  /** Visits all these tenants over and over; `end` stops it and tells every failure. */
  load(...tenants: readonly string[]): { readonly answered: () => number; readonly end: () => Promise<string[]> } {
    let running = true;
    let answered = 0;
    const failures: string[] = [];
    const all = tenants.map(async (key) => {
      while (running) {
        const response = await this.visit(key).catch((error: Error) => error);
        if (!(response instanceof Error) && response.ok) answered += 1;
        else {
          const why = response instanceof Error ? response.message : await response.text();
          failures.push(`${key}: ${why} ${await this.lastWords(key)}`);
        }
      }
    });
    const end = async (): Promise<string[]> => {
      running = false;
      await Promise.all(all);
      return failures;
    };
    return { answered: () => answered + failures.length, end };
  }

  /** A line as the role of a tenant or as `postgres`, or the server's own words for why not. */
  async ask(
    who: string,
    database: string,
    way: "server" | "pool",
    query = "select current_user as answer",
  ): Promise<string> {
    const client = new pg.Client({
      host: "127.0.0.1",
      port: this.ports[way],
      user: who === "postgres" ? "postgres" : this.user(who),
      password: who === "postgres" ? await this.superuserPassword() : (this.passwords.get(who) ?? "unknown"),
      database,
      connectionTimeoutMillis: 40_000,
    });
    client.on("error", () => {});
    try {
      await client.connect();
      const { rows } = await client.query<{ answer: string | number | null }>(query);
      return `${rows[0]?.answer ?? ""}`;
    } catch (error) {
      return (error as Error).message;
    } finally {
      await client.end().catch(() => {});
    }
  }

  user = (key: string): string => `${this.prefixes[key]}_user`;
  database = (key: string): string => `${this.prefixes[key]}_db`;

  /** Who gets into whose database, in the server's own words, and what is to be expected. */
  async isolation(...tenants: readonly string[]): Promise<Record<"found" | "expected", Record<string, string>>> {
    const found: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const who of tenants) {
      for (const way of ["server", "pool"] as const) {
        for (const other of tenants) {
          const place = `${who} to the database of ${other} by the ${way}`;
          found[place] = await this.ask(who, this.database(other), way);
          expected[place] = other === who ? this.user(who) : `permission denied for database "${this.database(other)}"`;
        }
      }
    }
    return { found, expected };
  }

  /** The password of `berth_admin`, which the platform's stack gives its tenants. */
  async adminPassword(): Promise<string> {
    const args = ["stack", "output", "platform", "--show-secrets", "--json", "--stack", "platform"];
    const { admin } = JSON.parse((await succeeds(this.pulumi(...args))).stdout) as { admin: { password: string } };
    return admin.password;
  }

  /** The password of `postgres`, which no stack gives away: as PostgreSQL's container reads it. */
  async superuserPassword(): Promise<string> {
    const command = `docker exec ${this.platform}_postgres cat /run/secrets/POSTGRES_PASSWORD`;
    return (await succeeds(this.project.shell(command))).stdout;
  }

  async passwordOf(key: string): Promise<string> {
    const { Config } = await docker.getContainer(`${this.prefixes[key]}_app`).inspect();
    const url = Config.Env.find((entry) => entry.startsWith("DATABASE_URL="))?.slice("DATABASE_URL=".length) ?? "";
    return decodeURIComponent(new URL(url).password);
  }

  /** The pool with new sessions, once it takes clients again. */
  async renewPool(key: string): Promise<void> {
    await docker.getContainer(`${this.platform}_pgbouncer`).restart();
    for (
      let tries = 0;
      tries < 100 && (await this.ask(key, this.database(key), "pool")) !== this.user(key);
      tries += 1
    );
  }

  private url = (key: string): string => `http://127.0.0.1:${this.ports[key]}`;

  private async lastWords(key: string): Promise<string> {
    const log = docker.getContainer(`${this.prefixes[key]}_app`).logs({ stdout: true, stderr: true, tail: 5 });
    return (await log).toString().replace(/[^\x20-\x7e]/g, " ");
  }
}

/** What a program printed that ended well. */
export async function succeeds(running: Promise<Ran>): Promise<Ran> {
  const ran = await running;
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  return ran;
}

const tenantFile = (prefix: string, port: number): string => `config:
  berth:blueprint: dna
  berth:prefix: ${prefix}
  berth:images: { app: "${image("1")}" }
  berth:ports: { app: ${port} }
  ${administrator}
`;
