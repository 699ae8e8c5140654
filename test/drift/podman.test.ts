import { describe, expect, it } from "vitest";
import { containerDrifts } from "../../src/drift/container.ts";
import type { LiveContainer } from "../../src/drift/live.ts";
import { podmanFindings } from "../../src/inventory/podman.ts";
import type { Host } from "../../src/inventory/host.ts";
import { stackWith } from "../conflicts/sample.ts";
import { deploymentFrom } from "../deployment/sample.ts";
import { liveOf, sample, secrets } from "./sample.ts";

/** As Podman 4.3.1 tells of the container that Docker tells of so. */
const inPodmansWords = (container: LiveContainer): LiveContainer => ({
  ...container,
  Config: {
    ...container.Config,
    Env: [...(container.Config.Env ?? []), "container=podman", "TERM=xterm", "HOSTNAME=01f723d35a9e"],
    StopSignal: { SIGINT: "2", SIGQUIT: "3" }[container.Config.StopSignal ?? ""] ?? "15",
  },
  HostConfig: {
    ...container.HostConfig,
    CapAdd: [],
    CapDrop: ["AUDIT_WRITE", "CHOWN"],
    SecurityOpt: container.HostConfig.SecurityOpt?.map((option) => option.replace(":true", "")),
    PidsLimit: 2048,
    LogConfig: { Type: container.HostConfig.LogConfig?.Type, Config: null },
  },
  NetworkSettings: {
    Networks: Object.fromEntries(
      Object.entries(container.NetworkSettings.Networks ?? {}).map(([name, it]) => [name, { ...it, NetworkID: name }]),
    ),
  },
});

const differences = (change: (container: LiveContainer) => LiveContainer = (container) => container): string[] => {
  const live = liveOf(sample) as Parameters<typeof containerDrifts>[1];
  const containers = live.containers.map(inPodmansWords).map(change);
  return containerDrifts(sample, { ...live, podman: true, containers }, { secrets }).flatMap((drift) =>
    drift.kind === "own" ? drift.differences.map(({ what }) => what) : [drift.kind],
  );
};

describe("a container of Podman's", () => {
  it("is no other one for Podman's words", () => expect(differences()).toEqual([]));

  it.each<[string, Partial<LiveContainer["HostConfig"]>]>([
    ["process limit is 50, should be none", { PidsLimit: 50 }],
    ["security options are none, should be no-new-privileges:true", { SecurityOpt: [] }],
    ["log driver is none, should be json-file", { LogConfig: { Type: "none" } }],
  ])("is another one where it is: %s", (what, host) => {
    expect(differences((live) => ({ ...live, HostConfig: { ...live.HostConfig, ...host } }))).toContain(what);
  });
});

describe("a port of all addresses", () => {
  const host = (podman: Host["podman"]) => ({ podman, endpoint: "unix:///var/run/docker.sock" }) as Host;
  const told = (podman: Host["podman"], keys = "") =>
    podmanFindings(host(podman), [deploymentFrom(stackWith(`berth:prefix: a${keys}`), { stack: "a" })]);

  it.each<[string, Host["podman"], string, number]>([
    ["is forwarded by Docker", undefined, "", 0],
    ["is forwarded by Podman without root", { version: "4.3.1", rootless: true }, "", 0],
    ["is not by Podman as root", { version: "4.3.1", rootless: false }, "", 1],
    [
      "holds nothing where its deployment is stopped",
      { version: "4.3.1", rootless: false },
      "\nberth:running: false",
      0,
    ],
    [
      "is none where an address is said",
      { version: "4.3.1", rootless: false },
      "\nberth:ports: { app: { port: 8778, address: 127.0.0.1 } }",
      0,
    ],
  ])("%s", (_, podman, keys, count) => expect(told(podman, keys)).toHaveLength(count));
});
