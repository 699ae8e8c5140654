import { explain, failureOf } from "../docker/failure.ts";
import { NotReached, Stopped } from "../findings/stopped.ts";

/**
 * Does something with a Docker endpoint.
 * @param url the endpoint's
 * @throws NotReached where it does not answer; Stopped where it refuses
 */
export async function reaching<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Stopped) throw error;
    const { statusCode, json } = error as { statusCode?: number; json?: { message?: string } };
    if (statusCode !== undefined)
      throw new Stopped("failed", `Docker refused: ${json?.message ?? `HTTP ${statusCode}`}`);
    const { reason, remedy } = explain(url, failureOf(error));
    throw new NotReached(reason, remedy);
  }
}
