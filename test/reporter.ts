import type { SerializedError } from "vitest";
import type { Reporter, TestModule, TestSuite, Vitest } from "vitest/node";

/** Ends the output with a line to read at a glance, and says before it which layers were skipped and why. */
export default class LastLine implements Reporter {
  private watching = false;

  onInit(vitest: Vitest): void {
    this.watching = vitest.config.watch;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const lines = [...skippedLayers(modules), countLine(modules, unhandled.length)];
    const print = (): void => console.log(lines.join("\n"));
    // At the very end of the process: nothing that vitest says while it closes comes after it.
    if (this.watching) print();
    else process.once("exit", print);
  }
}

/** `12 passed, 0 failed`, and `, 3 skipped` where there are any. */
export function countLine(modules: readonly TestModule[], unhandled: number): string {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
  // A file that cannot be loaded, a failed beforeAll and an error outside of all tests are failures, too.
  const suites = modules.flatMap((module): (TestModule | TestSuite)[] => [module, ...module.children.allSuites()]);
  const failed = count("failed") + suites.filter((suite) => suite.errors().length > 0).length + unhandled;
  const skipped = count("skipped");
  return `${count("passed")} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** `engine tests skipped: 12 – the Pulumi CLI is not on PATH`, for each layer that could not run. */
export function skippedLayers(modules: readonly TestModule[]): string[] {
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
