import { readFile } from "node:fs/promises";
import type { NotLookedAt } from "../findings/gap.ts";
import { addressOf } from "./listeners.ts";
import type { LiveRoute } from "./snapshot.ts";

export interface Routes {
  readonly routes: readonly LiveRoute[];
  readonly notLookedAt: readonly NotLookedAt[];
}

/** Where this machine sends IPv4 packets. A kernel without the table has no IPv4. */
export async function observeRoutes(file = "/proc/net/route"): Promise<Routes> {
  try {
    return { routes: parseRoutes(await readFile(file, "utf8")), notLookedAt: [] };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return { routes: [], notLookedAt: [] };
    return { routes: [], notLookedAt: [{ what: "routes of this machine", why: `${file} cannot be read (${code})` }] };
  }
}

const isUp = 0x1;

/**
 * The routes to subnets in the kernel's table, each once. Left out is what leads to everywhere else: the default route,
 * whole or in halves as VPNs write it. No subnet is larger than a /8.
 */
export function parseRoutes(text: string): LiveRoute[] {
  const routes = text
    .split("\n")
    .slice(1)
    .flatMap((line): LiveRoute[] => {
      const [device = "", destination = "", , flags = "", , , , mask = ""] = line.trim().split(/\s+/);
      const bits = (Number.parseInt(mask, 16) || 0).toString(2).replaceAll("0", "").length;
      if (bits < 8 || (Number.parseInt(flags, 16) & isUp) === 0) return [];
      return [{ device, subnet: `${addressOf(destination)}/${bits}` }];
    });
  return [...new Map(routes.map((route) => [route.subnet, route])).values()];
}
