import { defineConfig } from "vitest/config";
import LongestFirst from "./test/longest-first.ts";
import LastLine from "./test/reporter.ts";

const minute = 60_000;
/**
 * Three layers, each after the one before: what needs no machinery, real Docker, the real engine. The files of the last two
 * share one Docker: those of the host layer inspect all of the host and run one after the other; those of the engine run side
 * by side, each with names, ports and subnets of its own, and expect nothing of what is not their own.
 */
export default defineConfig({
  test: {
    reporters: ["default", new LastLine()],
    globalSetup: "test/bundles.ts",
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "pure",
          include: ["test/pure/**/*.test.ts"],
          // They keep no state of their own: a module is loaded once for all files of a worker, not once for each.
          isolate: false,
          // Commands that run as processes of their own leave half of a processor to another file.
          maxWorkers: "100%",
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "host",
          include: ["test/host/**/*.test.ts"],
          testTimeout: 2 * minute,
          hookTimeout: 5 * minute,
          sequence: { groupOrder: 1 },
          globalSetup: "test/setup.ts",
          fileParallelism: false,
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: "engine",
          include: ["test/engine/**/*.test.ts"],
          testTimeout: 10 * minute,
          hookTimeout: 10 * minute,
          sequence: { groupOrder: 2 },
          globalSetup: "test/setup.ts",
          // Half of an operation of the engine is waiting.
          maxWorkers: 2,
        },
      },
    ],
  },
});
