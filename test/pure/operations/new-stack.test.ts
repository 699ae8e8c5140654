import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dockerEndpoint } from "../../../src/deployment/endpoint.ts";
import { blueprintsOf } from "../../../src/blueprint/load.ts";
import { answersOf } from "../../../src/cli/answers.ts";
import { parseStack } from "../../../src/config/stack-file.ts";
import { check } from "../../../src/conflicts/check.ts";
import type { Claim } from "../../../src/claims/claim.ts";
import { errorsOf } from "../../../src/findings/finding.ts";
import type { Realization } from "../../../src/deployment/realization.ts";
import { claimsOf } from "../../../src/claims/of-deployment.ts";
import { realize } from "../../../src/realize/realize.ts";
import { resolve } from "../../../src/resolve/resolve.ts";
import { shellWord } from "../../../src/notation/shell-quote.ts";
import { shellWords } from "../../../src/notation/shell-words.ts";
import { type Answers, type Ground, readAnswers, stackText } from "../../../src/operations/answers.ts";
import { groupOf } from "../../../src/findings/config-key.ts";
import { newStack } from "../../../src/operations/new-stack.ts";
import { remedyOf } from "../report/shown.ts";

const endpoint = dockerEndpoint("local", "unix:///var/run/docker.sock");
const ground: Ground = {
  setting: { organization: "organization", project: "berth", localEndpoint: endpoint.url },
  defaults: { values: {} },
  platformOf: () => undefined,
  blueprints: blueprintsOf(join(import.meta.dirname, "..", "..", "..")),
};
const inventoryOf = (claims: readonly Claim[]) => ({ claims, capacity: {}, findings: [], notLookedAt: [] });

const ports = fc.integer({ min: 8778, max: 8784 });
const environments = fc.constantFrom("production", "development");
/** The deployment of answers as they are. */
function deploymentOf(answers: Answers): Realization {
  const read = readAnswers(answers, ground);
  if (!read.ok) throw new Error(JSON.stringify(read.findings));
  return read.value.deployment;
}

const siblings = fc.array(fc.record({ port: ports, environment: environments }), { maxLength: 4 }).map((wishes) =>
  wishes.flatMap(({ port, environment }, index) => {
    const stack = `s${index}`;
    return claimsOf(deploymentOf({ stack, environment, domain: `${stack}.example`, ports: { app: port } }));
  }),
);
const strangers = fc.array(
  fc.oneof(
    ports.map((port) => ({ kind: "hostPort", address: "0.0.0.0", protocol: "tcp", port }) as const),
    fc.constantFrom("b_app", "s1_app", "new_app").map((name) => ({ kind: "container", name }) as const),
    fc
      .constantFrom("10.192.0.0/11", "10.224.0.0/12")
      .map((subnet) => ({ kind: "subnet", subnet, network: "n" }) as const),
  ),
  { maxLength: 4 },
);
const held = fc
  .tuple(siblings, strangers)
  .map(([claims, others]): Claim[] => [
    ...claims,
    ...others.map((other): Claim => ({ ...other, endpoint, owner: { kind: "process", name: "someone" } })),
  ]);
/** Invisible characters are quoted for newer shells; a real bash reads them in a test of their own. */
const visible = fc.string({ unit: "grapheme" }).filter((text) => !shellWord(text).startsWith("$'"));
const said: fc.Arbitrary<Answers> = fc.record(
  {
    stack: fc.constantFrom("b", "new", "s-1"),
    prefix: fc.constantFrom("b", "s1", "other"),
    environment: environments,
    domain: fc.constantFrom("s0.example", "www.s1.example", "free.example"),
    ports: fc.dictionary(fc.constant("app"), ports),
    settings: fc.dictionary(fc.constantFrom("HOSPITAL_NAME", "OTHER"), visible),
  },
  { requiredKeys: ["stack"] },
);

/** The answers that a command line gives, as a shell and the command take it apart. */
function typed(line: string): Answers {
  const [, , stack = "", ...words] = shellWords(line) ?? [];
  const options: Record<string, string | string[]> = {};
  for (let at = 0; at < words.length; at += 2) {
    const [flag = "", value = ""] = words.slice(at, at + 2);
    const name = flag.slice(2);
    options[name] = ["port", "image", "set"].includes(name) ? [...((options[name] as string[]) ?? []), value] : value;
  }
  const { answers, mistakes } = answersOf(stack, options);
  expect(mistakes).toEqual([]);
  return answers;
}

describe("a new stack", () => {
  it("what is written clashes with nothing that was there", () => {
    fc.assert(
      fc.property(held, said, (claims, answers) => {
        const made = newStack(answers, ground, inventoryOf(claims));
        fc.pre(made.ok);
        const { deployment } = made.value;
        expect(errorsOf(check(inventoryOf([...claims, ...claimsOf(deployment)]), { about: deployment.id }))).toEqual(
          [],
        );
      }),
      { numRuns: 60 },
    );
  });

  it("the remedy of a refusal is a command that is not refused, and keeps all else that was said", () => {
    fc.assert(
      fc.property(held, said, (claims, answers) => {
        const made = newStack(answers, ground, inventoryOf(claims));
        fc.pre(!made.ok);
        const better = typed(remedyOf(made.findings[0]));
        expect(better.settings).toEqual(answers.settings ?? {});
        expect(better.environment).toEqual(answers.environment);
        expect(newStack(better, ground, inventoryOf(claims)).findings).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("the text that is written is the deployment that was checked", () => {
    fc.assert(
      fc.property(held, said, (claims, answers) => {
        const made = newStack(answers, ground, inventoryOf(claims));
        fc.pre(made.ok);
        const { text, file, deployment } = made.value;
        const config = parseStack(text, answers.stack, file);
        const blueprint = ground.blueprints("equipemed");
        const read = config.ok && blueprint.ok && resolve(config.value, blueprint.value, ground.setting);
        expect(read && read.ok && JSON.stringify(realize(read.value))).toBe(JSON.stringify(deployment));
      }),
      { numRuns: 30 },
    );
  });

  it("what was said is what is written: no port moves that somebody named", () => {
    fc.assert(
      fc.property(held, said, (claims, answers) => {
        const made = newStack(answers, ground, inventoryOf(claims));
        fc.pre(made.ok);
        const { deployment } = made.value;
        if (answers.prefix !== undefined) expect(deployment.prefix).toBe(answers.prefix);
        if (answers.ports?.["app"] !== undefined) expect(deployment.entrance?.port).toBe(answers.ports["app"]);
      }),
    );
  });

  it("any text of a setting reads back from the stack file as it was typed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(!/[\0\p{Surrogate}]/u.test(text));
        const settings = { HOSPITAL_NAME: text };
        const read = parseStack(stackText({ stack: "b", settings }), "b", "Pulumi.b.yaml");
        expect(read.ok && read.value.settings).toEqual(settings);
      }),
    );
  });

  it("a port that another one follows leaves room for it", () => {
    const stranger: Claim = {
      kind: "hostPort",
      address: "0.0.0.0",
      protocol: "tcp",
      port: 8778,
      endpoint,
      owner: { kind: "process", name: "someone" },
    };
    const made = newStack({ stack: "b", environment: "development" }, ground, inventoryOf([stranger]));
    expect(made.ok && made.value.text).toContain("app: 8780\n    dev: 8781\n");
  });

  it("a subnet that somebody holds is replaced by a free one", () => {
    const stranger: Claim = {
      kind: "subnet",
      subnet: "10.192.0.0/11",
      network: "vpn",
      endpoint,
      owner: { kind: "network", name: "vpn" },
    };
    const stacks = ["b", "c", "d", "e"].map((stack) => newStack({ stack }, ground, inventoryOf([stranger])));
    const subnets = stacks.map((made) => (made.ok ? made.value.deployment.networks[0]?.subnet : "") ?? "");
    for (const subnet of subnets) expect(Number(subnet.split(".")[1])).toBeGreaterThanOrEqual(224);
  });
});

describe.each([
  ["berth:prefix", ["prefix", undefined]],
  ["berth:ports.app", ["ports", "app"]],
  ["berth:ports.app.port", ["ports", "app"]],
  ['berth:ports["my.app/8443"]', ["ports", "my.app/8443"]],
  ["berth:ports.app/8443", ["ports", "app/8443"]],
  ["services.app.ports[0]", undefined],
  ["berth:services.app.memory", undefined],
  ["hospital_a_database", undefined],
])("the key %s", (key, expected) => {
  it(expected === undefined ? "is no key of a stack" : `is ${expected.join(" ")}`, () =>
    expect(groupOf(key)).toEqual(expected),
  );
});
