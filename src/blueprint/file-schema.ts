import * as z from "zod";
import { external, name, octal, pairs, text } from "./forms.ts";

/** What a secret and a config have in common. Labels and drivers are Swarm's. */
const common = {
  name: name("a name").optional(),
  file: name("a path").optional(),
  environment: name("the name of a variable").optional(),
  external: external.optional(),
  labels: pairs.optional(),
  driver: name("a driver").optional(),
  driver_opts: z.record(z.string(), text, { error: "options by name" }).optional(),
  template_driver: name("a driver").optional(),
};

const oneSource = (keys: readonly string[]) => (declared: object) =>
  keys.filter((key) => (declared as Record<string, unknown>)[key] !== undefined).length <= 1;

/** A secret of a blueprint, under `secrets:`. */
export const secretDeclaration = z
  .strictObject(common, { error: "nothing, or { environment }, { file } or { external }" })
  .refine(oneSource(["file", "environment", "external"]), "one of file, environment and external");

/** A config of a blueprint, under `configs:`. */
export const configDeclaration = z
  .strictObject(
    { ...common, content: text.optional() },
    { error: "{ content }, { file }, { environment } or { external }" },
  )
  .refine(oneSource(["content", "file", "environment", "external"]), "one of content, file, environment and external")
  .refine(
    ({ content, file, environment, external: elsewhere }) =>
      [content, file, environment, elsewhere].some((source) => source !== undefined),
    "content, file, environment or external",
  );

/** A secret or config that a service gets as a file. */
export const grant = (what: string) =>
  z.union(
    [
      z.string(),
      z.strictObject({
        source: name(what),
        target: name("a path, or a name").optional(),
        uid: text.optional(),
        gid: text.optional(),
        mode: octal.optional(),
      }),
    ],
    { error: `${what}, or { source, target, uid, gid, mode }` },
  );
