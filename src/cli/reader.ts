import { localEndpoint } from "../docker/endpoint.ts";
import type { Finding } from "../findings/finding.ts";
import type { Remedy } from "../findings/remedy.ts";
import { type Reader, remedyText } from "../report/remedy-text.ts";
import { type JsonFinding, jsonFinding, type ShownFinding, shownTo } from "../report/shown-finding.ts";
import { thisCommand } from "./invocation.ts";

/** Remedies are pasted into the shell that started this command. */
export const thisReader = (): Reader => ({ speaks: "berth", berth: thisCommand, docker: endpointOfDocker() });

/** Undefined where the Docker context cannot be read: then every docker command names its endpoint. */
function endpointOfDocker(): string | undefined {
  try {
    return localEndpoint();
  } catch {
    return undefined;
  }
}

/** Findings with remedies that work in the shell that started this command. */
export const shown = (findings: readonly Finding[]): ShownFinding[] => shownTo(findings, thisReader());

/** A result as `--json` prints it: its findings as those of a check. */
export const shownResult = <R extends { readonly findings?: readonly Finding[] }>(
  result: R,
): Omit<R, "findings"> & { readonly findings?: readonly JsonFinding[] } => {
  const { findings, ...rest } = result;
  return { ...rest, ...(findings !== undefined && { findings: shown(findings).map(jsonFinding) }) };
};

/** A remedy for that shell. */
export const shownRemedy = (remedy: Remedy): string => remedyText(remedy, thisReader());
