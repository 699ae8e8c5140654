import fc from "fast-check";
import { expect, it } from "vitest";
import { blueprintsOf } from "../../../src/blueprint/load.ts";
import type { Blueprint } from "../../../src/blueprint/blueprint.ts";
import { parseStack } from "../../../src/config/stack-file.ts";
import type { Checked } from "../../../src/findings/finding.ts";
import type { Realization } from "../../../src/deployment/realization.ts";
import { realized } from "../../../src/project/project.ts";
import { resolve } from "../../../src/resolve/resolve.ts";
import { stackWith } from "../conflicts/sample.ts";

const setting = { organization: "organization", project: "berth", localEndpoint: "unix:///var/run/docker.sock" };
const freshBlueprint = (name: string): Checked<Blueprint> => blueprintsOf(".")(name);

function resolved(keys: string, index: number, blueprint: Checked<Blueprint>): Checked<Realization> {
  const config = parseStack(stackWith(keys), `stack-${index}`, `Pulumi.stack-${index}.yaml`);
  if (!config.ok) return config;
  return blueprint.ok ? realized(resolve(config.value, blueprint.value, setting)) : blueprint;
}

const line = (...choices: readonly string[]): fc.Arbitrary<string> => fc.constantFrom("", ...choices);
const keys = fc
  .tuple(
    line("berth:environment: development", "berth:environment: staging"),
    line("berth:settings: { EQMD_UID: 7 }", 'berth:settings: { HOSPITAL_NAME: "A", EXTRA: "1", STATIC_ROOT: here }'),
    line("berth:services: { app: { memory: 512M } }", "berth:services: { app: { memory: 1M }, dev: { cpus: 2 } }"),
    line("berth:secrets: { SECRET_KEY: { secure: v1:text }, MORE: { secure: v1:text } }"),
    line("berth:ports: { app: 20001 }", "berth:ports: { app: auto, dev: 20002, nobody: 20003 }"),
    line("berth:images: { app: eqmd:2 }", "berth:images: { static-init: eqmd:2, app: eqmd:1 }"),
    line("berth:domain: a.example", "berth:adopt: [database]", "berth:subnets: { default: 10.1.0.0/24 }"),
  )
  .map((lines) => lines.filter((each) => each !== "").join("\n"));

it("a deployment is the same whichever stacks of its blueprint were resolved before it", () => {
  fc.assert(
    fc.property(fc.array(keys, { minLength: 2, maxLength: 6 }), (stacks) => {
      const shared = freshBlueprint("equipemed");
      const together = stacks.map((each, index) => resolved(each, index, shared));
      expect(together).toEqual(stacks.map((each, index) => resolved(each, index, freshBlueprint("equipemed"))));
    }),
    { numRuns: 60 },
  );
});
