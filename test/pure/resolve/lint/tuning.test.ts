import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { postgresFlags, postgresSize } from "../../../../src/resolve/lint/postgres-memory.ts";
import { findingText } from "../../report/shown.ts";
import { stackWith } from "../../conflicts/sample.ts";
import { findingsFrom } from "../sample.ts";

const findings = (service: string) =>
  findingsFrom(stackWith("berth:prefix: clinic"), {
    stack: "clinic",
    blueprintYaml: `services: { db: { image: a:1, ${service} } }\n`,
  });
const told = (service: string): string => findings(service).map(findingText).join("\n");

describe("flags of PostgreSQL", () => {
  it.each([
    ["apart", ["postgres", "-c", "shared_buffers=2GB"], "2GB"],
    ["together", ["postgres", "-cshared_buffers=2GB"], "2GB"],
    ["as a long option", ["postgres", "--shared-buffers=2GB"], "2GB"],
    ["in capitals", ["-c", "Shared_Buffers = 2GB"], "2GB"],
    ["the last one counts", ["-c", "shared_buffers=1GB", "--shared_buffers=2GB"], "2GB"],
    ["another flag's value is none", ["-c", "log_line_prefix=shared_buffers=3GB"], undefined],
    ["nothing", ["postgres", "-c"], undefined],
  ])("%s", (_, words, value) => expect(postgresFlags(words).get("shared_buffers")).toBe(value));
  it.each([
    ["2GB", 2 * 1024 ** 3],
    ["16MB", 16 * 1024 ** 2],
    ["64kB", 65536],
    ["1024", 1024 * 8192],
    ["1.5GB", 1.5 * 1024 ** 3],
    ["1TB", 1024 ** 4],
    ["2gb", undefined],
    ["2G", undefined],
    ["", undefined],
  ])("%j as a size", (text, size) => expect(postgresSize(text, 8192)).toBe(size));
});

describe("what does not fit into a container", () => {
  it.each<[string, string, string]>([
    [
      "a heap in the environment",
      'mem_limit: 4G, environment: { NODE_OPTIONS: "--inspect --max-old-space-size=6144" }',
      `
✗ tuning-over-limit  db: --max-old-space-size
  where      clinic / db             blueprints/sample.yaml:1: services.db.deploy.resources
  what       a heap of 6 GB, and the container has 4 GB
  allowed    at most 4096; 3072 leaves room for what is not heap
  remedy     pulumi config set --path berth:services.db.memory 8192M -s clinic
             gives db 8 GB; or lower what it asks for`,
    ],
    [
      "a heap in the command",
      "mem_limit: 512M, command: [node, --max_old_space_size=1024, app.js]",
      `
✗ tuning-over-limit  db: --max-old-space-size
  where      clinic / db             blueprints/sample.yaml:1: services.db.deploy.resources
  what       a heap of 1 GB, and the container has 512 MB
  allowed    at most 512; 384 leaves room for what is not heap
  remedy     pulumi config set --path berth:services.db.memory 1366M -s clinic
             gives db 1.33 GB; or lower what it asks for`,
    ],
    [
      "shared buffers",
      "mem_limit: 1G, command: postgres -c shared_buffers=2GB -c max_connections=10",
      `
✗ tuning-over-limit  db: shared_buffers
  where      clinic / db             blueprints/sample.yaml:1: services.db.deploy.resources
  what       2 GB, and the container has 1 GB
  allowed    up to 409.6 MB, 40 % of it; the rest is for connections and the system's cache
  remedy     pulumi config set --path berth:services.db.memory 5120M -s clinic
             gives db 5 GB; or lower what it asks for`,
    ],
    [
      "shared buffers, a little",
      "mem_limit: 4G, command: postgres -c shared_buffers=2GB -c max_connections=10",
      `
! tuning-over-limit  db: shared_buffers
  where      clinic / db             blueprints/sample.yaml:1: services.db.deploy.resources
  what       2 GB, and the container has 4 GB
  allowed    up to 1.6 GB, 40 % of it; the rest is for connections and the system's cache
  remedy     pulumi config set --path berth:services.db.memory 5120M -s clinic
             gives db 5 GB; or lower what it asks for`,
    ],
    [
      "connections",
      "mem_limit: 2G, command: postgres -c work_mem=16MB -c max_connections=125",
      `
! tuning-over-limit  db: work_mem
  where      clinic / db             blueprints/sample.yaml:1: services.db.deploy.resources
  what       125 connections × 16 MB and 128 MB of shared_buffers are 2.08 GB, and the container has 2 GB
  allowed    up to 2 GB in all
  remedy     pulumi config set --path berth:services.db.memory 2128M -s clinic
             gives db 2.08 GB; or lower what it asks for`,
    ],
    [
      "the planner's cache",
      "mem_limit: 10G, command: postgres -c effective_cache_size=12GB",
      `
! tuning-over-limit  db: effective_cache_size
  where      clinic / db             blueprints/sample.yaml:1: services.db.deploy.resources
  what       the planner counts on 12 GB of cache, and the container has 10 GB
  allowed    up to 10 GB; nothing is taken, but plans may be chosen that the cache does not carry
  remedy     pulumi config set --path berth:services.db.memory 12288M -s clinic
             gives db 12 GB; or lower what it asks for`,
    ],
    [
      "a cache",
      "mem_limit: 1G, command: redis-server --maxmemory 2gb",
      `
✗ tuning-over-limit  db: --maxmemory
  where      clinic / db             blueprints/sample.yaml:1: services.db.deploy.resources
  what       2 GB of data, and the container has 1 GB
  allowed    at most 1024mb
  remedy     pulumi config set --path berth:services.db.memory 2048M -s clinic
             gives db 2 GB; or lower what it asks for`,
    ],
    [
      "threads of a cache",
      "mem_limit: 2G, command: dragonfly --proactor_threads=6 --maxmemory=1gb",
      `
✗ tuning-over-limit  db: --proactor_threads
  where      clinic / db             blueprints/sample.yaml:1: services.db.deploy.resources
  what       6 threads want 1.5 GB, and have 1 GB
  allowed    at most 4: Dragonfly starts with 256 MB a thread and no less
  remedy     pulumi config set --path berth:services.db.memory 1536M -s clinic
             gives db 1.5 GB; or lower what it asks for`,
    ],
  ])("%s", (_, service, text) => expect(told(service)).toBe(text.slice(1)));

  it.each([
    ["a heap as large as the limit", "mem_limit: 1G, command: node --max-old-space-size=1024 app.js"],
    ["anything where there is no limit", "command: postgres -c shared_buffers=900GB"],
    ["40 % of shared buffers", "mem_limit: 5G, command: postgres -c shared_buffers=2GB -c max_connections=10"],
    ["a program that is not known", "mem_limit: 64M, command: other --max-connections=1000000"],
  ])("%s does", (_, service) => expect(findings(service)).toEqual([]));
});

it("a heap is an error exactly above the limit", () =>
  fc.assert(
    fc.property(fc.integer({ min: 64, max: 16384 }), fc.integer({ min: 1, max: 32768 }), (limit, heap) => {
      const [finding] = findings(`mem_limit: ${limit}M, command: node --max-old-space-size=${heap} app.js`);
      expect(finding?.severity).toBe(heap > limit ? "error" : undefined);
    }),
    { numRuns: 50 },
  ));
