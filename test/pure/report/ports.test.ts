import { describe, expect, it } from "vitest";
import { endpointAt } from "../../endpoint-at.ts";
import type { Claim } from "../../../src/claims/claim.ts";
import { portRows } from "../../../src/report/ports.ts";

const endpoint = endpointAt("unix:///var/run/docker.sock");
const at = { kind: "hostPort", protocol: "tcp", address: "0.0.0.0", endpoint } as const;
const id = "organization/berth/a";
const written: Claim = {
  ...at,
  port: 8778,
  owner: { kind: "deployment", id, stack: "a", service: "app" },
  source: { file: "Pulumi.a.yaml", path: "berth:ports.app", line: 3 },
};
const live: Claim = { ...at, port: 8778, owner: { kind: "container", name: "a_app", id } };
const stranger: Claim = { ...at, port: 8778, owner: { kind: "container", name: "other" } };
const earlier: Claim = { ...at, port: 80, owner: { kind: "process", name: "nginx (pid 7)" } };
const volume: Claim = { kind: "volume", name: "a_data", endpoint, owner: { kind: "volume", name: "a_data" } };

describe("the ports of all that is there", () => {
  it("a stack and its own live container are one row, whichever was found first", () => {
    const row = {
      port: 8778,
      protocol: "tcp",
      address: "0.0.0.0",
      endpoint: endpoint.url,
      key: "0.0.0.0:8778/tcp",
      holder: {
        stack: "a",
        service: "app",
        container: "a_app",
        file: "Pulumi.a.yaml",
        path: "berth:ports.app",
        line: 3,
      },
    };
    expect(portRows([written, live])).toEqual([row]);
    expect(portRows([live, written])).toEqual([row]);
  });

  it("everybody else has a row of their own, in the order of the ports", () => {
    expect(portRows([stranger, volume, written, live, earlier]).map(({ holder }) => holder)).toEqual([
      { process: "nginx (pid 7)" },
      expect.objectContaining({ container: "other" }),
      expect.objectContaining({ stack: "a", container: "a_app" }),
    ]);
  });

  it("one number on two endpoints, addresses or protocols is not one port", () => {
    const others = [
      { ...live, endpoint: endpointAt("tcp://elsewhere:2375") },
      { ...live, address: "127.0.0.1" },
      { ...live, protocol: "udp" as const },
    ];
    expect(portRows([written, ...others])).toHaveLength(4);
  });
});
