import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { compare } from "../../../src/drift/compare.ts";
import { knownOf, type StateResource } from "../../../src/engine/state.ts";
import { lostSecrets } from "../../../src/drift/lost-secrets.ts";
import type { Live } from "../../../src/host/inspected.ts";
import type { Platform } from "../../../src/deployment/deployment.ts";
import { platformFrom } from "../resolve/sample.ts";
import { liveOf, sample, sampleDeployment, token } from "./sample.ts";
import { remedyOf } from "../report/shown.ts";

const live = liveOf(sample);
const found = (there: Live, resources: readonly StateResource[] = [], deployment = sample) =>
  lostSecrets(deployment, there, knownOf(resources));
const write = "pulumi config set --secret --path berth:secrets.TOKEN -s shop-a";
const without = (variable: string): Live => ({
  ...live,
  containers: live.containers.map((container) => ({
    ...container,
    Config: {
      ...container.Config,
      Env: (container.Config.Env ?? []).filter((entry) => !entry.startsWith(`${variable}=`)),
    },
  })),
});

describe("a state without the secrets of data that is there", () => {
  it("is an error, and the first remedy copies them from the container, unseen", () => {
    const [finding, ...more] = found(live);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      code: "secret-lost",
      severity: "error",
      key: "TOKEN",
      held: { live: "container", name: "shop_full" },
    });
    expect(remedyOf(finding)).toMatch(/^docker inspect .* shop_full \| sed -n '.*' \| pulumi config set --secret/);
    expect(remedyOf(finding).endsWith(` | ${write}`)).toBe(true);
    expect(JSON.stringify(finding)).not.toContain(token);
  });

  it.each([
    ["a variable", live],
    ["a part of a variable", without("TOKEN")],
  ])("the text comes out of %s as it is", (_, there) => {
    const [, filter = ""] = remedyOf(found(there)[0]).split(" | ");
    const input = (there.containers[0]?.Config.Env ?? []).map((entry) => `${entry}\n`).join("");
    expect(execFileSync("sh", ["-c", filter], { input, encoding: "utf8" })).toBe(`${token}\n`);
  });

  it("a file of the container holds it, too", () => {
    const there = {
      ...without("TOKEN"),
      containers: without("TOKEN").containers.map((one) => ({ ...one, Config: { ...one.Config, Env: [] } })),
    };
    expect(remedyOf(found(there)[0])).toBe(`docker cp shop_full:/run/secrets/TOKEN - | tar -xO | ${write}`);
  });

  it("the password of a role that the stack adopts is replaced, so it is not asked for", () => {
    const { value: platform } = platformFrom() as { value: Platform };
    const database = { name: "shop_db", role: "shop_user", secret: "TOKEN", connectionLimit: 5, platform };
    const source = { file: "Pulumi.shop-a.yaml", path: "berth:database" };
    const adopting = (adopted: boolean) =>
      found(live, [], { ...sample, database: { ...database, source, adopted, nextAdoption: 1 } }).length;
    expect([adopting(false), adopting(true)]).toEqual([1, 0]);
  });

  it("without a container asks for the text", () => {
    const [finding] = found({ ...live, containers: [] });
    expect(remedyOf(finding)).toBe(write);
    expect(finding?.remedyNote).toContain("the old value from a backup");
  });
});

describe("the comparison with what is live", () => {
  it("removes no container that may hold the last copy of a lost secret", () => {
    const [first = { HostConfig: {} }, ...others] = live.containers;
    const changed = { ...live, containers: [{ ...first, HostConfig: { ...first.HostConfig, Memory: 1 } }, ...others] };
    const codes = (resources: readonly StateResource[]): string[] =>
      compare(sample, changed as Live, { known: knownOf(resources) }).map(({ code }) => code);
    expect(codes([])).toEqual(["secret-lost"]);
    expect(compare(sample, changed as Live).map(({ code }) => code)).toContain("container-drifted");
  });
});

describe("no secret is lost", () => {
  const urn = (type: string, name: string): string =>
    `urn:pulumi:shop-a::berth::berth:index:Deployment$${type}::${name}`;
  const password = "random:index/randomPassword:RandomPassword";
  const container = "docker:index/container:Container";

  it("where there is no data", () => expect(found({ ...live, volumes: [] })).toEqual([]));
  it("where the data is somebody else's", () =>
    expect(found({ ...live, volumes: live.volumes.map((volume) => ({ ...volume, Labels: {} })) })).toEqual([]));
  it("where the state has it, under the name of before a rename, too", () => {
    const component = { type: "berth:index:Deployment", urn: "urn:pulumi:shop-a::berth::berth:index:Deployment::old" };
    const kept = { type: password, urn: urn(password, "old-TOKEN"), outputs: { length: 32 } };
    expect(found(live, [component, kept])).toEqual([]);
  });
  it("where the state knows the containers: it is new in the blueprint", () => {
    const outputs = { name: "shop_full", id: "1" };
    expect(found(live, [{ type: container, urn: urn(container, "shop-a-full"), outputs }])).toEqual([]);
  });
  it("where one is given", () => {
    const given = sampleDeployment('  berth:secrets: { TOKEN: { secure: "v1:x" } }\n');
    expect(found(live, [], given)).toEqual([]);
  });
});

it("of a volume without labels that is adopted nobody knows, so it is a warning", () => {
  const adopted = sampleDeployment("  berth:adopt: [data]\n");
  const there = { ...live, volumes: live.volumes.map((volume) => ({ ...volume, Labels: {} })), containers: [] };
  expect(found(there, [], adopted).map(({ severity }) => severity)).toEqual(["warning"]);
});
