import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Realization } from "../../src/deployment/realization.ts";
import { composeFiles } from "../../src/export/compose.ts";
import { envFiles } from "../../src/export/env.ts";
import { deploymentFrom } from "../pure/resolve/sample.ts";
import { compose, readByCompose, write } from "./compose.ts";

/** Compose's own readers; nothing is run. */
describe.skipIf(compose === undefined)("any settings value is the same once Compose has read it", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "berth-reading-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const symbols = fc.constantFrom(..."${}A:-\\'\"`#= \n\r\tã🏥");
  /** Without NUL, and without what 1.29 reads but prints so that it cannot be read back; compose-export.test.ts has it in containers. */
  const text = fc
    .oneof(fc.string({ unit: "binary" }), fc.string({ unit: symbols, maxLength: 40 }))
    .filter((any) => !/[\0\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/.test(any));
  /** Compose takes long to start, so that each run asks much. */
  const forMany = (values: fc.Arbitrary<string>, test: (settings: Settings) => Promise<void>): Promise<void> =>
    fc.assert(
      fc.asyncProperty(fc.array(values, { minLength: 200, maxLength: 200 }), (all) =>
        test(Object.fromEntries(all.map((value, index) => [`VALUE_${index}`, value]))),
      ),
      { numRuns: 3, endOnFailure: true },
    );

  async function environmentOf(file: string, service: string): Promise<Settings> {
    const { services } = (await readByCompose(folder, file)) as { services: Record<string, { environment: Settings }> };
    const read = Object.entries(services[service]?.environment ?? {});
    return Object.fromEntries(read.map(([name, value]) => [name, value.replaceAll("$$", "$")]));
  }

  it("from a Compose file", async () => {
    await forMany(text, async (settings) => {
      const file = write(folder, composeFiles(withSettings(settings), {}));
      expect(await environmentOf(file, "x_app")).toEqual(settings);
    });
  });

  it("from a .env file, but for what its documentation says that not all can carry", async () => {
    const filledIn = compose?.length === 1 ? /\$\{[^}]*\}/ : undefined;
    const carried = text.filter(
      (any) => !/\r|\\\\|\\$/.test(any) && !(any.includes("'") && /[$`]/.test(any)) && filledIn?.test(any) !== true,
    );
    await forMany(carried, async (settings) => {
      const env = write(folder, envFiles(withSettings(settings), {}));
      await writeFile(join(folder, "reader.yaml"), `services: { reader: { image: "app:1", env_file: ${env} } }`);
      expect(await environmentOf("reader.yaml", "reader")).toMatchObject(settings);
    });
  });
});

type Settings = Readonly<Record<string, string>>;

const withSettings = (settings: Settings): Realization =>
  deploymentFrom(`config: { "berth:settings": ${JSON.stringify(settings)} }`, {
    stack: "x",
    blueprintYaml: `services: { app: { image: "app:1" } }`,
  });
