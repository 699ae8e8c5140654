import type { Rule } from "../rule.ts";

const isAny = (address: string): boolean => address === "0.0.0.0" || address === "::";
const isVersion6 = (address: string): boolean => address.includes(":");

/**
 * Whether binding both addresses on one port is impossible. `::` listens on IPv4 too (Linux' default),
 * 0.0.0.0 does not listen on IPv6.
 */
export function covers(a: string, b: string): boolean {
  if (a === b || a === "::" || b === "::") return true;
  return isVersion6(a) === isVersion6(b) && (isAny(a) || isAny(b));
}

const shown = (address: string): string => (isVersion6(address) ? `[${address}]` : address);

/** Two claims on one port of one endpoint meet when protocol and number agree and either address covers the other. */
export const hostPort: Rule<"hostPort"> = {
  kind: "hostPort",
  code: "port-in-use",
  place: (claim) => `${claim.protocol}/${claim.port}`,
  meet: (a, b) => a.protocol === b.protocol && a.port === b.port && covers(a.address, b.address),
  key: (claim) => `${shown(claim.address)}:${claim.port}/${claim.protocol}`,
  remedy: (wanted, free, stack) => {
    const port = free.port(wanted);
    if (port === undefined) return undefined;
    const key = wanted.configKey ?? "";
    const path = /^[A-Za-z_][\w-]*$/.test(key) ? `berth:ports.${key}` : `'berth:ports["${key}"]'`;
    const whole = wanted.source?.path === `berth:ports.${key}` && wanted.address !== "0.0.0.0";
    return {
      remedy: `pulumi config set --path ${whole ? `${path}.port` : path} ${port} -s ${stack}`,
      remedyNote: "free on this host",
    };
  },
};
