import { failureText } from "../../../src/cli/failure.ts";

/** What a person reads of the error with which this fails; empty where it succeeds. */
export async function errorTextOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return "";
  } catch (error) {
    return failureText(error) ?? String(error);
  }
}
