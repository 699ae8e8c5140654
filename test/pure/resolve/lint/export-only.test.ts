import { describe, expect, it } from "vitest";
import { findingText } from "../../report/shown.ts";
import { stackWith } from "../../conflicts/sample.ts";
import { findingsFrom } from "../sample.ts";

const found = (keys: string) =>
  findingsFrom(stackWith("berth:prefix: a"), { blueprintYaml: `services:\n  web:\n    image: web:1\n    ${keys}\n` });

describe("a key that the engine's provider cannot set is a warning that says what runs instead", () => {
  it.each([
    ["annotations: { a: b }", "annotations", "the container has none"],
    ["blkio_config: { weight: 300 }", "blkio_config", "Docker's own weight"],
    ["cpu_rt_runtime: 400", "cpu_rt_runtime", "no share of real time"],
    ["mem_swappiness: 10", "mem_swappiness", "vm.swappiness"],
    ["oom_kill_disable: true", "oom_kill_disable", "may kill it"],
    ["oom_score_adj: 5", "oom_score_adj", "its score"],
    ["pids_limit: 5", "pids_limit", "number of its processes"],
    ["uts: host", "uts", "a host name of its own"],
    ["entrypoint: []", "entrypoint", "the entrypoint of the image"],
    ["pull_policy: always", "pull_policy", "pulled where the host has none"],
  ])("%s", (keys, key, instead) => {
    const [finding, ...others] = found(keys);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      code: "key-not-applied",
      severity: "warning",
      wanted: { service: "web", line: 4 },
    });
    expect(finding?.message).toContain(`cannot set ${key}: `);
    expect(finding?.message).toContain(instead);
  });

  it.each(["expose: [80]", "cpu_count: 2", "isolation: default", "pull_policy: never", "entrypoint: [a, b]"])(
    "and not where nothing else runs: %s",
    (keys) => expect(found(keys)).toEqual([]),
  );

  it("points to the place where it is written", () =>
    expect(found("deploy: { resources: { limits: { pids: 5 } } }")[0]).toMatchObject({
      wanted: { path: "services.web.deploy.resources.limits.pids" },
    }));

  it("reads like this", () =>
    expect(findingText(found("uts: host")[0]!)).toBe(`! key-not-applied  web: uts
  where      hospital-a / web        blueprints/sample.yaml:4: services.web.uts
  what       the engine's provider of Docker cannot set uts: it has a host name of its own
  remedy     remove it from blueprints/sample.yaml, or run the file of berth export compose where it matters`));
});

it("words behind an operator of a shell are a warning, as Compose leaves them out", () =>
  expect(found("command: sleep 5 && run")[0]).toMatchObject({
    severity: "warning",
    message: 'it ends before "&& run": no shell reads it',
  }));
