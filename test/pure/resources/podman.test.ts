import { describe, expect, it } from "vitest";
import type { RuntimeName } from "../../../src/deployment/runtime.ts";
import { stackWith } from "../conflicts/sample.ts";
import { deploymentFrom } from "../resolve/sample.ts";
import { declare, type Declared, valueOf } from "./declare.ts";

const blueprintYaml = `services:
  web: { image: "web:1", ports: ["8080:80", "127.0.0.1:8081:81"], networks: [front] }
networks: { front: }
`;

async function declared(type: string, runtime?: RuntimeName): Promise<Declared> {
  const deployment = deploymentFrom(stackWith("berth:prefix: a"), { stack: "s", blueprintYaml });
  const found = (await declare(deployment, { runtime })).declared.find((each) => each.type.endsWith(`:${type}`));
  if (found === undefined) throw new Error(`no ${type}`);
  return found;
}

const addresses = async ({ inputs }: Declared): Promise<string[]> =>
  ((await valueOf(inputs["ports"] as never)) as { ip: string }[]).map(({ ip }) => ip);

describe("where Podman answers", () => {
  it("the engine does not look at what Podman tells in other words", async () => {
    expect((await declared("Container", "podman")).options.ignoreChanges).toEqual([
      "capabilities",
      "logOpts",
      "securityOpts",
      "stopSignal",
      "sysctls",
      "tmpfs",
    ]);
    expect((await declared("Network", "podman")).options.ignoreChanges).toEqual(["labels", "ipamOptions"]);
  });

  it("what Docker changes in place makes a new container", async () => {
    expect((await declared("Container", "podman")).options.replaceOnChanges).toEqual(
      expect.arrayContaining(["memory", "memorySwap", "memoryReservation", "restart", "maxRetryCount", "healthcheck"]),
    );
  });

  it("a port for all addresses names none", async () => {
    expect(await addresses(await declared("Container", "podman"))).toEqual(["", "127.0.0.1"]);
  });
});

describe.each([undefined, "docker"] as const)("where Docker answers (runtime: %s)", (runtime) => {
  it("everything is looked at, limits change in place, and a port for all addresses says so", async () => {
    const container = await declared("Container", runtime);
    expect(container.options.ignoreChanges ?? []).toEqual([]);
    expect(container.options.replaceOnChanges).not.toContain("memory");
    expect((await declared("Network", runtime)).options.ignoreChanges).toEqual(["labels"]);
    expect(await addresses(container)).toEqual(["0.0.0.0", "127.0.0.1"]);
  });
});
