import type { ComposeService } from "../blueprint/blueprint.ts";
import { type ExportOnly, exportOnlyKeys } from "../deployment/host-settings.ts";
import { quoted } from "../notation/quoted.ts";
import type { Filler, Path } from "./interpolate.ts";
import { Agreement } from "./limits.ts";

/** What a service asks for and the engine cannot set, checked as Docker checks it; undefined where there is nothing. */
export function exportOnlyOf(compose: ComposeService, path: Path, filler: Filler): ExportOnly | undefined {
  const number = (key: NumberKey, from: number, to: number): number | undefined =>
    filler.parsed(
      compose[key],
      [...path, key],
      (text) => (/^-?\d{1,15}$/.test(text) && Number(text) >= from && Number(text) <= to ? Number(text) : undefined),
      `a whole number from ${from} to ${to}`,
    );
  const word = (key: "uts" | "isolation", known: string): string | undefined =>
    filler.parsed(compose[key] || undefined, [...path, key], (text) => (text === known ? text : undefined), known);
  const found: Record<string, ExportOnly[keyof ExportOnly]> = {
    annotations: annotationsOf(compose.annotations, [...path, "annotations"], filler),
    blkio_config: weightsOf(compose.blkio_config, [...path, "blkio_config"], filler),
    cpu_count: number("cpu_count", 0, 1e6) || undefined,
    cpu_percent: number("cpu_percent", 0, 100) || undefined,
    cpu_rt_period: number("cpu_rt_period", 0, 1e12) || undefined,
    cpu_rt_runtime: number("cpu_rt_runtime", 0, 1e12) || undefined,
    expose: compose.expose?.flatMap((port, index) => exposed(port, [...path, "expose", index], filler)),
    isolation: word("isolation", "default"),
    mem_swappiness: number("mem_swappiness", -1, 100) || undefined,
    oom_kill_disable: filler.flag(compose.oom_kill_disable, [...path, "oom_kill_disable"]) || undefined,
    oom_score_adj: number("oom_score_adj", -1000, 1000) || undefined,
    pids_limit: processLimit(compose, path, filler),
    uts: word("uts", "host"),
  };
  rejectRealTime(compose, path, filler);
  const given = exportOnlyKeys.flatMap((key) => (isGiven(found[key]) ? [[key, found[key]] as const] : []));
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

type NumberKey = "cpu_count" | "cpu_percent" | "cpu_rt_period" | "cpu_rt_runtime" | "mem_swappiness" | "oom_score_adj";

const isGiven = (value: unknown): boolean => value !== undefined && !(Array.isArray(value) && value.length === 0);

function annotationsOf(
  written: ComposeService["annotations"],
  path: Path,
  filler: Filler,
): Record<string, string> | undefined {
  const entries = Object.entries(written ?? {});
  for (const [name] of entries) if (name === "") filler.wrong(path, "found one without a name", "NAME: value");
  return entries.length === 0 ? undefined : Object.fromEntries(entries.map(([name, text]) => [name, text ?? ""]));
}

/** Docker weighs block devices from 10 to 1000, and takes 0 for nothing said. */
function weightsOf(
  written: ComposeService["blkio_config"],
  path: Path,
  filler: Filler,
): Record<string, number | { path: string; weight: number }[]> | undefined {
  const weight = (text: string | undefined, ...at: (string | number)[]): number | undefined =>
    filler.parsed(
      text,
      [...path, ...at],
      (digits) => {
        const value = /^\d{1,4}$/.test(digits) ? Number(digits) : -1;
        return value === 0 || (value >= 10 && value <= 1000) ? value : undefined;
      },
      "a whole number from 10 to 1000",
    );
  const own = weight(written?.weight, "weight");
  const devices = (written?.weight_device ?? []).flatMap(({ path: device, weight: text }, index) => {
    const value = weight(text, "weight_device", index, "weight");
    return value === undefined ? [] : [{ path: device, weight: value }];
  });
  if (!own && devices.length === 0) return undefined;
  return { ...(own && { weight: own }), ...(devices.length > 0 && { weight_device: devices }) };
}

function processLimit(
  { pids_limit, deploy }: Pick<ComposeService, "pids_limit" | "deploy">,
  path: Path,
  filler: Filler,
): number | undefined {
  const limits = deploy?.resources?.limits;
  const under = ["deploy", "resources", "limits"];
  const read = (text: string | undefined, ...at: string[]): number | undefined =>
    filler.parsed(
      text,
      [...path, ...at],
      (digits) => (/^(?:-1|\d{1,15})$/.test(digits) ? Number(digits) : undefined),
      "a whole number above 0, or -1 for no limit",
    ) || undefined;
  return new Agreement(path.map(String), filler).between(["pids_limit", read(pids_limit, "pids_limit")], {
    group: limits && under,
    key: "pids",
    value: read(limits?.pids, ...under, "pids"),
  });
}

/** A port or a range of ports, with the protocol behind it. */
function exposed(written: string, path: Path, filler: Filler): string[] {
  const [, first = "", last = first] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(?:tcp|udp|sctp))?$/i.exec(written) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first !== "" && from >= 1 && to <= 65535 && from <= to) return [written];
  filler.wrong(path, `found ${quoted(written)}`, "a port or a range of ports, for example 8000 or 9000-9010/udp");
  return [];
}

function rejectRealTime(
  { cpu_rt_period: period, cpu_rt_runtime: runtime }: ComposeService,
  path: Path,
  filler: Filler,
) {
  if (period !== undefined && runtime !== undefined && Number(runtime) > Number(period))
    filler.wrong([...path, "cpu_rt_runtime"], `found ${runtime}`, `cpu_rt_period at most, ${period}`);
}
