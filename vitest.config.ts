import { defineConfig } from "vitest/config";
import LastLine from "./test/reporter.ts";

const minute = 60_000;
/** Layers of real machinery share one Docker: their files run one after the other. */
const serial = { fileParallelism: false, maxWorkers: 1, globalSetup: "test/setup.ts" };

/** Three layers, each after the one before: what needs no machinery, real Docker, the real engine. */
export default defineConfig({
  test: {
    reporters: ["default", new LastLine()],
    projects: [
      {
        test: {
          name: "pure",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{host,engine}/**"],
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
          ...serial,
        },
      },
      {
        test: {
          name: "engine",
          include: ["test/engine/**/*.test.ts"],
          testTimeout: 5 * minute,
          hookTimeout: 5 * minute,
          sequence: { groupOrder: 2 },
          ...serial,
        },
      },
    ],
  },
});
