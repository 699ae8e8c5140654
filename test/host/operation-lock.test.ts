import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { endpointAt } from "../endpoint-at.ts";
import { lockDeployments, releaseOperationLock } from "../../src/operations/lock.ts";
import { volumeLocks } from "../../src/operations/lock-store.ts";
import { thisProcess } from "../../src/operations/process-id.ts";
import { cleanUp, docker, dockerAnswers, endpoint, uniqueName } from "./docker.ts";

describe.runIf(dockerAnswers)("the lock of a deployment on its host", () => {
  const stack = uniqueName("lock");
  const deployment = { id: `organization/berth/${stack}`, stack, endpoint: endpointAt(endpoint) };
  const lock = (root: string, released: (text: string) => void = () => {}) =>
    lockDeployments([deployment], { root, operation: "up", released });
  const volumes = async (): Promise<{ Name: string; Labels: Record<string, string> }[]> =>
    (await docker.listVolumes({ filters: { name: [`berth-lock-${stack}`] } })).Volumes;
  afterAll(async () => {
    for (const { Name } of await volumes()) await docker.getVolume(Name).remove();
    await cleanUp();
  });

  it("is given to one of many that ask at once, from whichever checkout", async () => {
    const tries = await Promise.allSettled(["/a", "/b", "/c", "/d", "/e", "/f"].map((root) => lock(root)));
    const given = tries.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(given).toHaveLength(1);
    const [{ Labels } = { Labels: {} }] = await volumes();
    expect(JSON.parse((Labels as Record<string, string>)["berth.lock"] ?? "{}")).toMatchObject({
      operation: "up",
      process: thisProcess(),
    });
    await expect(releaseOperationLock(deployment, true)).rejects.toThrow(`${stack} is locked by berth up (`);
    await given[0]?.release();
    expect(await volumes()).toEqual([]);
  });

  it("of a process that has ended is taken by one of many that find it", async () => {
    const pid = spawnSync(process.execPath, ["--version"]).pid;
    const [, held] = [await lock("/a"), await volumes()];
    const [{ Name, Labels } = { Name: "", Labels: {} }] = held;
    const left = JSON.parse(Labels["berth.lock"] ?? "{}") as object;
    await docker.getVolume(Name).remove();
    await volumeLocks(deployment.endpoint).claim(Name, JSON.stringify({ ...left, process: { ...thisProcess(), pid } }));
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => lock("/b")));
    const given = tries.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(given).toHaveLength(1);
    await given[0]?.release();
    expect(await volumes()).toEqual([]);
  });

  it("says so where the host does not answer", async () => {
    const away = { ...deployment, endpoint: endpointAt("unix:///nonexistent/docker.sock") };
    await expect(lockDeployments([away], { root: "/a", operation: "up", released: () => {} })).rejects.toThrow(
      "the Docker daemon is not running",
    );
  });
});
