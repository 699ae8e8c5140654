import * as z from "zod";
import { extension } from "./extension-schema.ts";
import { configDeclaration, secretDeclaration } from "./file-schema.ts";
import { name, named, text } from "./forms.ts";
import { volumeDeclaration } from "./mount-schema.ts";
import { network } from "./network-schema.ts";
import { service } from "./service-schema.ts";

/** The part of Compose that a blueprint may use, and x-berth. */
export const blueprintSchema = z.looseObject(
  {
    name: name("a name").optional(),
    version: text.optional(),
    services: named(service, "services").refine((services) => Object.keys(services).length > 0, "one service at least"),
    volumes: named(volumeDeclaration.nullable(), "volumes").default({}),
    networks: named(network.nullable(), "networks").default({}),
    secrets: named(secretDeclaration.nullable(), "secrets").default({}),
    configs: named(configDeclaration, "configs").default({}),
    "x-berth": extension.prefault({}),
  },
  { error: "a Compose file: a map with the key services:" },
);

export { service };

/** A Compose file as it was checked: short and long forms made one, variables not yet filled in. */
export type Compose = z.output<typeof blueprintSchema>;
