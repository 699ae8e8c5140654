import { z } from "zod";

/** What a person may write under `berth:` in a stack file. Descriptions become docs/configuration.md. */

/** Linux and PostgreSQL names both fit: a letter first, then letters, digits and underscores; room for a suffix within 63. */
export const prefixPattern = /^[a-z][a-z0-9_]{0,39}$/;
const serviceKey = /^[a-zA-Z0-9._-]+$/;
const domainPattern = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const imagePattern = /^[a-z0-9][a-z0-9._\-/:]*(?:@sha256:[0-9a-f]{64})?$/i;
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const sizePattern = /^\d+(?:\.\d+)?\s*(?:b|k|kb|m|mb|g|gb)?$/i;

const prefix = z
  .string()
  .regex(
    prefixPattern,
    "lower-case letters, digits and _; a letter first; at most 40 characters, for example hospital_b",
  );

const portNumber = z.int().min(1).max(65535);
export const portAllowed = 'a number from 1024 to 65535, "auto", or { port, address, protocol }';
const privilegedAllowed = "a number from 1024 to 65535; below that say so: { port: 80, privileged: true }";

const port = z.union(
  [
    z.literal("auto"),
    portNumber.min(1024, privilegedAllowed),
    z
      .strictObject({
        port: z.union([portNumber, z.literal("auto")]),
        address: z.union([z.ipv4(), z.ipv6()]).optional(),
        protocol: z.enum(["tcp", "udp"]).optional(),
        privileged: z.boolean().optional(),
      })
      .refine((wish) => wish.port === "auto" || wish.port >= 1024 || wish.privileged === true, privilegedAllowed),
  ],
  { error: (issue) => (issue.input === 80 || isPrivileged(issue.input) ? privilegedAllowed : portAllowed) },
);

function isPrivileged(input: unknown): boolean {
  const value = typeof input === "object" && input !== null && "port" in input ? input.port : input;
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value < 1024;
}

const size = z
  .union([z.string().regex(sizePattern), z.int().min(1)], {
    error: "a size in bytes or with a unit, for example 512M or 2G",
  })
  .describe("bytes, or a number with b, k, m or g");
const cpus = z
  .number({ error: "a number of cores above 0, for example 0.5" })
  .positive("a number of cores above 0, for example 0.5");

const scalar = z.union([z.string(), z.number(), z.boolean()], { error: "text, a number, or true or false" });

const service = z.strictObject({
  cpus: cpus.optional().describe("cores it may use at most"),
  memory: size.optional().describe("memory it may use at most"),
  reservations: z
    .strictObject({ cpus: cpus.optional(), memory: size.optional() }, { error: "{ cpus, memory }" })
    .optional()
    .describe("cores and memory set aside for it"),
});

export const stackSchema = z.strictObject({
  blueprint: z
    .string()
    .min(1)
    .default("equipemed")
    .describe("What the application consists of: a name in `blueprints/`, or the path of a Compose file."),
  prefix: prefix
    .optional()
    .describe(
      "First part of every container, volume and network name. Default: the stack's name, `-` as `_`; where the stack configures nothing at all, the blueprint's own prefix.",
    ),
  environment: z
    .enum(["development", "staging", "production"], { error: "development, staging or production" })
    .default("production")
    .describe(
      "`development`, `staging` or `production`. Services with that Compose profile are part of the deployment.",
    ),
  endpoint: z
    .string()
    .regex(
      /^(?:local|(?:unix|tcp|https?|ssh):\/\/\S+)$/,
      "local, or a URL: unix:///…, tcp://host:2376, ssh://user@host",
    )
    .default("local")
    .describe("The Docker API it runs on. `local`: what DOCKER_HOST or the Docker context says."),
  domain: z
    .string()
    .regex(domainPattern, "a host name in lower case, without scheme, port or spaces, for example b.hospital.example")
    .optional()
    .describe("Server names: it and `www.` before it."),
  ports: z
    .record(z.string().regex(/^[a-zA-Z0-9._-]+(?:\/\d+)?$/, "a service, or service/container-port"), port)
    .default({})
    .describe(
      "Host port by service: a number, `auto`, or `{ port, address, protocol }`; 0.0.0.0 and tcp by default. `service/8443` where a service publishes several.",
    ),
  images: z
    .record(
      z.string().regex(serviceKey),
      z.string().regex(imagePattern, "an image name, for example ghcr.io/org/eqmd:2.1"),
    )
    .default({})
    .describe("Image by service. Services of the blueprint with the same image follow it."),
  settings: z
    .record(z.string().regex(variableName, "a name of letters, digits and _, for example HOSPITAL_NAME"), scalar)
    .default({})
    .describe("Environment of the app. Values reach the container unchanged, `$` and line ends included."),
  secrets: z
    .record(z.string().regex(variableName, "a name of letters, digits and _, for example EMAIL_PASSWORD"), z.unknown())
    .default({})
    .describe(
      "Secret environment, encrypted: `pulumi config set --secret --path berth:secrets.NAME`. Generated where the blueprint says so and none is given.",
    ),
  services: z
    .record(z.string().regex(serviceKey), service)
    .default({})
    .describe("Limits by service, in Compose's words: cpus, memory, reservations."),
  subnets: z
    .record(z.string().regex(serviceKey), z.cidrv4("an IPv4 subnet, for example 10.210.3.64/26"))
    .default({})
    .describe("Subnet by network. Default: a /26 of 10.192.0.0/10 that follows from the deployment's name."),
  adopt: z
    .array(z.string().regex(serviceKey))
    .default([])
    .describe(
      "Volumes (by their key) that exist without berth's label and are this deployment's own; `static` for the files of its static directory.",
    ),
  running: z
    .boolean({ error: "true or false" })
    .default(true)
    .describe("false: everything is kept, nothing runs, the ports are given up."),
  inventory: z
    .enum(["live", "files"], { error: "live or files" })
    .default("live")
    .describe("`files` does not ask the host (for pull requests); the summary says what was not looked at."),
});

/** Keys whose value is text whatever it looks like: `pulumi config set berth:prefix 007` stays text. */
export const textKeys: ReadonlySet<string> = new Set([
  "blueprint",
  "prefix",
  "environment",
  "endpoint",
  "domain",
  "inventory",
]);

/**
 * A value as it was meant: the engine hands over texts, and `pulumi config set berth:running false` writes "false".
 * Texts that are JSON become what they say, except where text is what the key takes.
 */
export function meant(key: string, value: unknown): unknown {
  if (typeof value !== "string" || textKeys.has(key)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
