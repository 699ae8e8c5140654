import { describe, expect, it } from "vitest";
import { conflictsOf, container, deployments, type Live, of } from "./sample.ts";

const hospitalA = "berth:prefix: hospital_a\nberth:ports: { app: 8780 }";
const hospitalB = "berth:prefix: hospital_b\nberth:ports: { app: 8790 }";
const told = (stacks: Readonly<Record<string, string>>, live?: Live): string[] =>
  conflictsOf(deployments(stacks), live).map(({ wanted, code, key }) => `${wanted?.stack ?? ""}: ${code} ${key}`);

describe("CPU and memory", () => {
  const GB = 1024 ** 3;
  const app = (limits: string, more = hospitalA): string => `${more}\nberth:services: { app: { ${limits} } }`;
  const capacity = { cpus: 4, memory: 8 * GB };

  it.each<[string, Record<string, string>, Live, string[]]>([
    ["all of it may be reserved", { a: app("reservations: { cpus: 4, memory: 8G }") }, {}, []],
    ["more of it may not", { a: app("reservations: { memory: 8193M }") }, {}, ["a: memory-over-capacity 8 GB of 8 GB"]],
    [
      "reservations of all stacks are added up",
      { a: app("reservations: { cpus: 2.5 }"), b: app("reservations: { cpus: 2.5 }", hospitalB) },
      {},
      ["a: cpu-over-capacity 5 CPUs of 4 CPUs"],
    ],
    [
      "tenths are added up without rest",
      { a: app("reservations: { cpus: 3.7 }"), b: app("reservations: { cpus: 0.3 }", hospitalB) },
      {},
      [],
    ],
    ["a stopped deployment takes none", { a: `${app("reservations: { cpus: 5 }")}\nberth:running: false` }, {}, []],
    [
      "strangers count as they run",
      { a: app("reservations: { memory: 5G }") },
      { containers: [container("x", { reservedMemory: 4 * GB })] },
      ["a: memory-over-capacity 9 GB of 8 GB"],
    ],
    [
      "a stranger that is stopped does not",
      { a: app("reservations: { memory: 5G }") },
      { containers: [container("x", { reservedMemory: 4 * GB, state: "exited" })] },
      [],
    ],
    [
      "the deployment's own container does not count again",
      { a: app("reservations: { memory: 5G }") },
      { containers: [container("hospital_a_app", { reservedMemory: 5 * GB, labels: of("a") })] },
      [],
    ],
    [
      "limits may be more than there is: a warning",
      { a: app("cpus: 3"), b: app("cpus: 3", hospitalB) },
      {},
      ["a: cpu-over-capacity 6 CPUs of 4 CPUs"],
    ],
    [
      "what strangers reserve alone is not ours to tell",
      { a: hospitalA },
      { containers: [container("x", { reservedMemory: 9 * GB })] },
      [],
    ],
  ])("%s", (_, stacks, live, expected) => expect(told(stacks, { capacity, ...live })).toEqual(expected));

  it("reservations over capacity stop, limits over capacity only warn", () => {
    const severities = conflictsOf(deployments({ a: app("cpus: 5, memory: 9G, reservations: { cpus: 5 }") }), {
      capacity,
    }).map(({ severity, kind }) => `${severity} ${kind}`);
    expect(severities.sort()).toEqual(["error cpu", "error cpu", "warning memory"]);
  });

  it("everyone's part is told, largest first", () => {
    const stacks = { a: app("reservations: { memory: 3G }"), b: app("reservations: { memory: 4G }", hospitalB) };
    const [finding] = conflictsOf(deployments(stacks), {
      capacity,
      containers: [container("x", { reservedMemory: 2 * GB })],
    });
    expect(finding?.message).toBe("reserved: b 4 GB, a 3 GB, x 2 GB");
  });
});
