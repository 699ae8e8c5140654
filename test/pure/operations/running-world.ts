import { dockerEndpoint } from "../../../src/deployment/endpoint.ts";
import type { Realization } from "../../../src/deployment/realization.ts";
import type { Finding } from "../../../src/findings/finding.ts";
import type { RunningPorts } from "../../../src/operations/running-ports.ts";

/** Deployments as far as a start or stop needs them. */
export const deployed = (stack: string, more: object = {}): Realization =>
  ({
    stack,
    prefix: stack,
    id: `organization/berth/${stack}`,
    running: true,
    endpoint: dockerEndpoint("local", "unix:///d"),
    ...more,
  }) as unknown as Realization;

export const onPlatform = (stack: string): Realization =>
  deployed(stack, { database: { platform: { id: deployed("db").id } } });

const portHeld = (holder: string, wanted: string): Finding => ({
  code: "port-in-use",
  severity: "error",
  kind: "hostPort",
  key: "0.0.0.0:80/tcp",
  wanted: { stack: wanted },
  held: { stack: holder },
});

export interface World {
  /** Whether each stack runs. */
  readonly running: Record<string, boolean>;
  readonly all: readonly Realization[];
  /** The stack that wants the port, and all that are configured for it. */
  readonly port?: { readonly wants: string; readonly stacks: readonly string[] };
  readonly along: readonly Realization[];
  /** Stacks that do not come up. */
  readonly failing: Set<string>;
  readonly effects: string[];
}

export function portsOf({ running, all, port, along, failing, effects }: World): RunningPorts {
  const now = (): Realization[] => all.map((each) => ({ ...each, running: running[each.stack] ?? false }));
  return {
    conflicts: (supposed) => {
      const holders = (port?.stacks ?? []).filter(
        (stack) => (supposed[stack] ?? running[stack]) && stack !== port?.wants,
      );
      const findings = supposed[port?.wants ?? ""] ? holders.map((holder) => portHeld(holder, port?.wants ?? "")) : [];
      return Promise.resolve(
        findings.length === 0 ? undefined : { deployments: now(), findings, notLookedAt: [], hosts: [] },
      );
    },
    siblings: now,
    stoppedAlong: () => along.filter(({ stack }) => !running[stack]),
    setRunning: (stack, value, platform) => {
      const ok = !failing.has(stack);
      if (ok) running[stack] = value;
      effects.push(`${value ? "start" : "stop"} ${stack}${platform === undefined ? "" : ` with ${platform}`}`);
      return Promise.resolve({ stack, operation: "up", ok, changes: {}, problems: ok ? [] : ["no"] });
    },
    standing: (stacks) =>
      Promise.resolve(stacks.map((stack) => ({ stack, state: running[stack] ? "online" : "stopped" }))),
  };
}
