import { defineConfig } from "vitest/config";
import LastLine from "./test/reporter.ts";

const minute = 60_000;

/** Attacks and soaks on the real engine that take longer than a reviewer waits: `npm run test:exhaustive`. */
export default defineConfig({
  test: {
    reporters: ["default", new LastLine()],
    name: "engine",
    include: ["test/exhaustive/**/*.test.ts"],
    testTimeout: 20 * minute,
    hookTimeout: 20 * minute,
    fileParallelism: false,
    maxWorkers: 1,
    globalSetup: ["test/bundles.ts", "test/setup.ts"],
  },
});
