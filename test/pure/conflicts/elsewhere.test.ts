import { describe, expect, it } from "vitest";
import type { CheckOptions } from "../../../src/conflicts/check.ts";
import { volumeId } from "../../../src/deployment/label-names.ts";
import { conflictsOf, container, deployments, type Live, of } from "./sample.ts";

const home = { hash: "here", place: "box:/work/two/.state" };
const about = "organization/berth/hospital-a";
const there = { ...of("hospital-a"), "berth.home": "there", "berth.place": "box:/work/one/.state" };
const port = { address: "0.0.0.0", protocol: "tcp", port: 8780 } as const;

/** A deployment that another clone brought up. */
const others = (labels: Readonly<Record<string, string>> = there): Live => ({
  containers: [container("hospital_a_app", { labels, ports: [port] })],
  volumes: [{ name: "hospital_a_database", labels: { ...labels, "berth.volume": "database", "berth.identity": "1" } }],
  networks: [
    { id: "net", name: "hospital_a_default", labels, subnets: ["10.210.3.64/26"], gateways: [], internal: false },
  ],
});
const found = (keys: string, live: Live, options: CheckOptions = {}) =>
  conflictsOf(deployments({ "hospital-a": `${keys}\nberth:ports: { app: 8780 }` }), live, { home, ...options });
const told = (...args: Parameters<typeof found>) => found(...args).map(({ code, key }) => `${code} ${key}`);

describe("what was brought up from another state", () => {
  it("is one error that names both places, and no remedy touches it", () => {
    const [finding, ...more] = found("berth:prefix: hospital_a", others());
    expect(finding).toMatchObject({
      code: "managed-elsewhere",
      severity: "error",
      key: "hospital_a_app",
      message: "hospital-a was brought up from another state, box:/work/one/.state; this state is box:/work/two/.state",
      held: { container: "hospital_a_app", place: "box:/work/one/.state" },
      remedy: "pulumi config set berth:prefix hospital_a_2 -s hospital-a",
      remedyNote: expect.stringContaining(
        "set backend.url in the Pulumi.yaml of both to file:///work/one/.state",
      ) as string,
    });
    expect(more.map(({ code, held }) => [code, held?.stack])).toEqual([["port-in-use", undefined]]);
    expect(JSON.stringify([finding, ...more])).not.toContain("docker");
  });

  it("is the same to the engine, whose state knows nothing of it", () =>
    expect(told("berth:prefix: hospital_a", others(), { about, known: new Set() })).toEqual([
      "managed-elsewhere hospital_a_app",
      "port-in-use 0.0.0.0:8780/tcp",
    ]));

  it("counts for its ports, too, where the prefixes differ", () =>
    expect(told("berth:prefix: other", others())).toEqual(["port-in-use 0.0.0.0:8780/tcp"]));

  it("counts with nothing but its volumes left, and says how to adopt them", () => {
    const { volumes } = others();
    const [finding, ...more] = found("berth:prefix: hospital_a", { volumes });
    expect(more).toEqual([]);
    expect(finding?.key).toBe("hospital_a_database");
    expect(finding?.remedyNote).toContain("if that state is given up, list database under berth:adopt instead");
    expect(told("berth:prefix: hospital_a\nberth:adopt: [database]", { volumes })).toEqual([]);
  });

  it("is no data of its own under another prefix", () =>
    expect(told("berth:prefix: other", { volumes: others().volumes ?? [] })).toEqual([]));

  it.each<[string, CheckOptions]>([
    ["its labels name this state", { home: { ...home, hash: "there" } }],
    ["nothing is known of this state", { home: undefined }],
    ["the other state is not there any more", { gone: new Set(["there"]) }],
    [
      "this state holds it: the project was moved",
      { owned: new Map(["hospital_a_app", "net", volumeId("hospital_a_database", "1")].map((key) => [key, about])) },
    ],
  ])("is its own where %s", (_, options) => expect(told("berth:prefix: hospital_a", others(), options)).toEqual([]));

  it("is its own without a home: it was created before there were any", () =>
    expect(told("berth:prefix: hospital_a", others(of("hospital-a")))).toEqual([]));
});

it("a renamed stack keeps what its state holds, whatever the labels say", () => {
  const live = others(of("clinic"));
  const resources = ["hospital_a_app", "net", volumeId("hospital_a_database", "1")];
  const owned = new Map(resources.map((key) => [key, about]));
  expect(told("berth:prefix: hospital_a", live, { about, known: new Set(resources), owned })).toEqual([]);
  expect(told("berth:prefix: hospital_a", live, { about })).toHaveLength(4);
});
