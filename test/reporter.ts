import { relative } from "node:path";
import type { SerializedError } from "vitest";
import type { Reporter, TestModule, TestSuite, Vitest } from "vitest/node";

/**
 * Ends the output with a line to read at a glance. Before it stand what failed, by name, as the reports of long failures
 * hide one another, and which layers were skipped and why.
 */
export default class LastLine implements Reporter {
  private watching = false;

  onInit(vitest: Vitest): void {
    this.watching = vitest.config.watch;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const lines = [...failedNames(modules), ...skippedLayers(modules)];
    const counts = countsOf(modules, unhandled.length);
    const print = (code = 0): void => {
      // What fails outside of all tests and files, as the set-up does, shows in the exit code alone.
      const failed = counts.failed === 0 && code !== 0 ? 1 : counts.failed;
      console.log([...lines, countLine({ ...counts, failed })].join("\n"));
    };
    // At the very end of the process: nothing that vitest says while it closes comes after it.
    if (this.watching) print();
    else process.once("exit", print);
  }
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

function countsOf(modules: readonly TestModule[], unhandled: number): Counts {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
  // A file that cannot be loaded, a failed beforeAll and an error outside of all tests are failures, too.
  const suites = modules.flatMap((module): (TestModule | TestSuite)[] => [module, ...module.children.allSuites()]);
  const broken = suites.filter((suite) => suite.errors().length > 0).length + unhandled;
  return { passed: count("passed"), failed: count("failed") + broken, skipped: count("skipped") };
}

/** `failed: test/engine/x.test.ts > a platform > comes up`, for each test that did; of a file that cannot be loaded its name. */
function failedNames(modules: readonly TestModule[]): string[] {
  return modules.flatMap((module) => {
    const file = relative(process.cwd(), module.moduleId);
    const broken = [module, ...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
    const tests = [...module.children.allTests("failed")].map(({ fullName }) => `failed: ${file} > ${fullName}`);
    return [
      ...broken.map((suite) => `failed: ${file}${suite.type === "suite" ? ` > ${suite.fullName}` : ""}`),
      ...tests,
    ];
  });
}

/** `12 passed, 0 failed`, and `, 3 skipped` where there are any. */
const countLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

/** `engine tests skipped: 12 – the Pulumi CLI is not on PATH`, for each layer that could not run. */
function skippedLayers(modules: readonly TestModule[]): string[] {
  const layers = new Map(modules.map(({ project }) => [project.name, project]));
  return [...layers].flatMap(([name, project]) => {
    const { missing } = project.getProvidedContext();
    if (missing === undefined || missing === "") return [];
    const tests = modules
      .filter((module) => module.project.name === name)
      .flatMap((module) => [...module.children.allTests("skipped")]);
    return tests.length === 0 ? [] : [`${name} tests skipped: ${tests.length} – ${missing}`];
  });
}
