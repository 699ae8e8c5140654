/**
 * Values as the Docker provider reads them back: anything else drifts by itself on every run. The only place that knows.
 */

/** Cores with at least one digit behind the point: `1.0`, `0.5`. */
export const cores = (cpus: number): string => (Number.isInteger(cpus) ? cpus.toFixed(1) : String(cpus));

/** Whole MB, rounded up; the provider knows no smaller unit. */
export const megabytes = (bytes: number): number => Math.ceil(bytes / 1024 ** 2);

/** Go's own form of nanoseconds: `1m30s`, `1.5s`, `500ms`, `0s`. */
export function goDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  if (nanoseconds < 1e3) return `${nanoseconds}ns`;
  if (nanoseconds < 1e6) return `${nanoseconds / 1e3}µs`;
  if (nanoseconds < 1e9) return `${nanoseconds / 1e6}ms`;
  const hours = Math.floor(nanoseconds / 3600e9);
  const minutes = Math.floor(nanoseconds / 60e9) % 60;
  const seconds = Number(((nanoseconds % 60e9) / 1e9).toFixed(9));
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${seconds}s`;
}

/** Options by path of what Compose writes as `/tmp:size=10m`. */
export const temporaryFileSystems = (entries: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf(":");
      return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );

/** Labels as the provider takes them, of containers, volumes and networks alike. */
export const labelList = <T>(labels: Readonly<Record<string, T>>): { label: string; value: T }[] =>
  Object.entries(labels).map(([label, value]) => ({ label, value }));
