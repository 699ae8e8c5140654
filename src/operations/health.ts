/** What a deployment answered on its health page, or why it did not. */
export type Health =
  { readonly kind: "healthy"; readonly tries: number } | { readonly kind: "unhealthy"; readonly reason: string };

export interface HealthTimes {
  readonly tries: number;
  /** Milliseconds between two tries; also how long one may take. */
  readonly interval: number;
}

/** Asks a health page up to so many times; healthy is any 2xx answer. */
export async function verifyHealth(
  url: string,
  { tries, interval }: HealthTimes = { tries: 10, interval: 1000 },
): Promise<Health> {
  let reason = "was not asked";
  for (let count = 1; count <= tries; count += 1) {
    const started = Date.now();
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(Math.max(interval, 1000)), redirect: "manual" });
      const body = (await response.text()).slice(0, 500).trim();
      if (response.ok) return { kind: "healthy", tries: count };
      reason = `answered ${response.status}${body === "" ? "" : `: ${body}`}`;
    } catch (error) {
      reason = failure(error);
    }
    const rest = interval - (Date.now() - started);
    if (count < tries && rest > 0) await new Promise((done) => setTimeout(done, rest));
  }
  return { kind: "unhealthy", reason: `${url} ${reason} (${tries} tries)` };
}

function failure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "did not answer in time";
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return `did not answer: ${cause === undefined || cause === "" ? error.message : cause}`;
}
