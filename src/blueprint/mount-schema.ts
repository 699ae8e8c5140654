import * as z from "zod";
import { propagations } from "../notation/mount-spec.ts";
import { external, flag, name, octal, pairs, text } from "./forms.ts";

const kinds = ["volume", "bind", "tmpfs", "image", "npipe", "cluster"] as const;

const bind = z.strictObject(
  {
    create_host_path: flag.optional(),
    propagation: name(propagations.join(", ")).optional(),
    selinux: name("z or Z").optional(),
    recursive: name("enabled, disabled, writable, readonly").optional(),
  },
  { error: "{ create_host_path, propagation, selinux, recursive }" },
);

const volume = z.strictObject(
  {
    nocopy: flag.optional(),
    subpath: name("a path in the volume").optional(),
    labels: pairs.optional(),
  },
  { error: "{ nocopy, subpath, labels }" },
);

const tmpfs = z.strictObject({ size: text.optional(), mode: octal.optional() }, { error: "{ size, mode }" });

const image = z.strictObject({ subpath: name("a path in the image").optional() }, { error: "{ subpath }" });

/** What a service mounts, in Compose's short or long form. */
export const mount = z.union(
  [
    z.string(),
    z.strictObject({
      type: z.enum(kinds, { error: kinds.join(", ") }),
      source: name("a volume, or a path of the host").optional(),
      target: name("a path in the container"),
      read_only: flag.optional(),
      consistency: name("a consistency, which Linux ignores").optional(),
      bind: bind.optional(),
      volume: volume.optional(),
      tmpfs: tmpfs.optional(),
      image: image.optional(),
    }),
  ],
  { error: "volume:/path, /host/path:/path, or { type, source, target, read_only, bind, volume, tmpfs }" },
);

/** A volume of a blueprint, under `volumes:`. */
export const volumeDeclaration = z.strictObject(
  {
    name: name("a name").optional(),
    external: external.optional(),
    driver: name("a volume driver").optional(),
    driver_opts: z.record(z.string(), text, { error: "options by name" }).optional(),
    labels: pairs.optional(),
  },
  { error: "nothing, or { name, external, driver, driver_opts, labels }" },
);
