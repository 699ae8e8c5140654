import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { containerIdOf, processesOf } from "../../../src/host/processes.ts";

const id = "0123456789abcdef".repeat(4);

describe("the container of a control group", () => {
  it.each([
    ["v1", `9:name=systemd:/\n8:pids:/docker/${id}\n0::/`, id],
    ["v1, kubernetes", `8:pids:/kubepods/pod1/${id}`, id],
    ["v2, systemd", `0::/system.slice/docker-${id}.scope`, id],
    ["v2, a group inside", `0::/system.slice/docker-${id}.scope/init`, id],
    ["v2, podman", `0::/machine.slice/libpod-${id}.scope`, id],
    ["none", "0::/user.slice/user-1000.slice", undefined],
  ])("%s", (_, groups, expected) => expect(containerIdOf(groups)).toBe(expected));
});

describe("the process of a socket", () => {
  let proc: string;
  beforeAll(async () => {
    proc = await mkdtemp(join(tmpdir(), "berth-proc-"));
    await fakeProcess("self", "nobody", "", ["socket:[1]"]);
    await fakeProcess("12", "nginx", "0::/", ["/dev/null", "socket:[1]"]);
    await fakeProcess("13", "nginx", "0::/", ["socket:[1]"]);
    await fakeProcess("14", "postgres", `0::/system.slice/docker-${id}.scope`, ["pipe:[2]", "socket:[2]"]);
    await mkdir(join(proc, "15"));
  });
  afterAll(() => rm(proc, { recursive: true }));

  async function fakeProcess(pid: string, name: string, groups: string, descriptors: string[]) {
    await mkdir(join(proc, pid, "fd"), { recursive: true });
    await writeFile(join(proc, pid, "comm"), `${name}\n`);
    await writeFile(join(proc, pid, "cgroup"), groups);
    await Promise.all(descriptors.map((target, index) => symlink(target, join(proc, pid, "fd", `${index}`))));
  }

  it("is found by its inode, with its container; what may not be looked at is left out", () => {
    expect([...processesOf(new Set(["1", "2", "3"]), proc)]).toEqual([
      ["1", { pid: 12, name: "nginx" }],
      ["2", { pid: 14, name: "postgres", containerId: id }],
    ]);
  });
});
