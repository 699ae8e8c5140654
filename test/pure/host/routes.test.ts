import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { observeRoutes, parseRoutes } from "../../../src/host/routes.ts";

const table = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth1\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0
tun0\t00000080\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0
tun0\t0000000A\t0100080A\t0003\t0\t0\t0\t000000FF\t0\t0\t0
tun1\t4001A8C0\t00000000\t0000\t0\t0\t0\tC0FFFFFF\t0\t0\t0
tun2\t4002A8C0\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0
`;

it("routes to subnets are read, each once; neither what leads everywhere else nor what is down", () =>
  expect(parseRoutes(table)).toEqual([
    { device: "docker0", subnet: "172.17.0.0/16" },
    { device: "eth1", subnet: "192.0.2.0/24" },
    { device: "tun0", subnet: "10.0.0.0/8" },
    { device: "tun2", subnet: "192.168.2.64/32" },
  ]));

it("a kernel without the table has no IPv4; a table that cannot be read is told", async () => {
  const folder = mkdtempSync(join(tmpdir(), "berth-routes-"));
  try {
    expect(await observeRoutes(join(folder, "route"))).toEqual({ routes: [], notLookedAt: [] });
    expect(await observeRoutes(folder)).toEqual({
      routes: [],
      notLookedAt: [{ what: "routes of this machine", why: `${folder} cannot be read (EISDIR)` }],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
