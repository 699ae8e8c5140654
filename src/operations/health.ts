import { get } from "node:http";
import { text } from "node:stream/consumers";
import type { Realization } from "../deployment/realization.ts";
import { urlOf } from "../deployment/url.ts";

/** What a deployment answered on its health page, or why it did not. */
export type Health =
  | { readonly kind: "healthy"; readonly tries: number }
  | { readonly kind: "unhealthy"; readonly reason: string }
  /** No page is known that has to answer, and none did: the port may speak something else than HTTP. */
  | { readonly kind: "silent"; readonly reason: string };

/** What is reported of it; undefined where nothing was asked. */
export function healthText(health: Health | undefined): string | undefined {
  if (health === undefined) return undefined;
  if (health.kind === "healthy") return "answers on its health page";
  if (health.kind === "unhealthy") return `is up, but not healthy: ${health.reason}`;
  return `is up; ${health.reason}, which counts only where the blueprint names a page: x-berth.health`;
}

interface HealthWish {
  readonly tries: number;
  /** Milliseconds between two tries; also how long one may take. */
  readonly interval: number;
  /** Whether a status is that of a page which is well. */
  readonly isWell: (status: number) => boolean;
}

/**
 * Asks the page of a deployment's entrance; undefined where nothing is published that may speak HTTP.
 * @param asking receives the URL before the first request
 */
export async function healthOfEntrance(
  deployment: Realization,
  asking: (url: string) => void = () => {},
  times: Partial<Pick<HealthWish, "tries" | "interval">> = {},
): Promise<Health | undefined> {
  const url = urlOf(deployment, deployment.entrance?.healthPath);
  if (!deployment.running || url === undefined) return undefined;
  asking(url);
  if (deployment.entrance?.guessed !== true) return verifyHealth(url, times);
  const health = await verifyHealth(url, { ...times, isWell: (status) => status < 500 });
  return health.kind === "unhealthy" ? { kind: "silent", reason: health.reason } : health;
}

/** Asks a health page up to so many times; healthy is any 2xx answer if not said otherwise. */
export async function verifyHealth(
  url: string,
  { tries = 10, interval = 1000, isWell = (status) => status >= 200 && status < 300 }: Partial<HealthWish> = {},
): Promise<Health> {
  let reason = "was not asked";
  for (let count = 1; count <= tries; count += 1) {
    const started = Date.now();
    try {
      const { status, body } = await ask(url, Math.max(interval, 1000));
      if (isWell(status)) return { kind: "healthy", tries: count };
      reason = `answered ${status}${body === "" ? "" : `: ${body}`}`;
    } catch (error) {
      reason = failure(error);
    }
    const rest = interval - (Date.now() - started);
    if (count < tries && rest > 0) await new Promise((done) => setTimeout(done, rest));
  }
  return { kind: "unhealthy", reason: `${url} ${reason} (${tries} tries)` };
}

/** Not by fetch: as a browser it refuses ports that others use for other things, 6000 and 10080 among them. */
function ask(url: string, timeout: number): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(timeout) }, (response) => {
      const { statusCode: status = 0 } = response;
      text(response).then((body) => resolve({ status, body: body.slice(0, 500).trim() }), reject);
    });
    request.on("error", reject);
  });
}

function failure(error: unknown): string {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === "AbortError") return "did not answer in time";
  // Of a name with several addresses there are several failures, and no message.
  return `did not answer: ${message || (code ?? name)}`;
}
