import * as z from "zod";
import { flag, list, name, pairs, text } from "./forms.ts";
import { extraHosts } from "./network-schema.ts";

/** A secret that a step of a build mounts: by its own name, or under another id. */
const buildSecret = z.union(
  [
    z.string().transform((source) => ({ source, target: source })),
    z
      .strictObject({
        source: name("a secret"),
        target: name("an id").optional(),
        uid: text.optional(),
        gid: text.optional(),
        mode: text.optional(),
      })
      .transform(({ source, target = source }) => ({ source, target })),
  ],
  { error: "a secret, or { source, target }" },
);

const long = z.strictObject(
  {
    context: name("a folder, or the URL of a Git repository").optional(),
    dockerfile: name("the path of a Dockerfile in the context").optional(),
    dockerfile_inline: name("the text of a Dockerfile").optional(),
    args: pairs.optional(),
    labels: pairs.optional(),
    target: name("a stage of the Dockerfile").optional(),
    network: name("a network for its steps").optional(),
    cache_from: list(name("an image"), "images").optional(),
    cache_to: list(name("where a cache goes"), "caches").optional(),
    no_cache: flag.optional(),
    pull: flag.optional(),
    platforms: list(name("a platform"), "platforms").optional(),
    secrets: list(buildSecret, "secrets").optional(),
    ssh: z.union([z.array(text), z.record(z.string(), text.nullable())]).optional(),
    tags: list(name("an image"), "images").optional(),
    extra_hosts: extraHosts.optional(),
    shm_size: text.optional(),
    isolation: text.optional(),
    privileged: flag.optional(),
    ulimits: z.record(z.string(), z.unknown(), { error: "limits by name" }).optional(),
    additional_contexts: pairs.optional(),
  },
  { error: "a folder, or { context, dockerfile, args, target, … }" },
);

/** What a service's image is built from, short and long form made one. */
export type ComposeBuild = z.output<typeof long>;

export const build = z.union([z.string().transform((context): ComposeBuild => ({ context })), long], {
  error: "a folder, or { context, dockerfile, args, target, … }",
});
