import * as z from "zod";
import { protocols } from "../notation/protocol.ts";
import { imagePattern, prefixAllowed, prefixPattern } from "../notation/names.ts";
import { bytes, mostReplicas, replicasAllowed } from "../notation/quantities.ts";

/** What a person may write under `berth:` in a stack file. Descriptions become docs/configuration.md. */

const serviceKey = /^[a-zA-Z0-9._-]+$/;
/** Room for `www.` before it. */
const domainPattern = /^(?=.{1,249}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Text of a form; one sentence says what is allowed, whatever is wrong. */
const text = (form: RegExp, allowed: string) => z.string({ error: allowed }).regex(form, allowed);
/** A map whose keys have a form. */
const group = <T extends z.ZodType>(form: RegExp, names: string, value: T, allowed: string) =>
  z.record(text(form, names), value, { error: allowed });

const service = "a service of the blueprint";
const variable = "a name of letters, digits and _, for example HOSPITAL_NAME";

const portAllowed = 'a number from 1024 to 65535, "auto", or { port, address, protocol }';
const numberAllowed = 'a number from 1024 to 65535, or "auto"';

/** A port below 1024 is often a slip (80 for 8080) and always a decision, so it has to be said. */
const privilegedAllowed = (port: unknown): string =>
  `a number from 1024 to 65535; if ${String(port)} is meant: { port: ${String(port)}, privileged: true }`;

const isPrivileged = (port: unknown): boolean =>
  typeof port === "number" && Number.isInteger(port) && port > 0 && port < 1024;

const portNumber = z.int(numberAllowed).min(1, numberAllowed).max(65535, numberAllowed);
const portError = ({ input }: { input?: unknown }): string =>
  isPrivileged(input) ? privilegedAllowed(input) : portAllowed;

const port = z.union(
  [
    z.literal("auto", { error: portAllowed }),
    z.int(portAllowed).min(1024, { error: portError }).max(65535, portAllowed),
    z
      .strictObject({
        port: z.union([z.literal("auto"), portNumber], { error: numberAllowed }),
        address: z
          .union([z.ipv4(), z.ipv6()], { error: "an address of the host, for example 127.0.0.1 or ::1" })
          .optional(),
        protocol: z.enum(protocols, { error: "tcp, udp or sctp" }).optional(),
        privileged: z.boolean({ error: "true or false" }).optional(),
      })
      .refine((wish) => !isPrivileged(wish.port) || wish.privileged === true, {
        path: ["port"],
        error: ({ input }) => privilegedAllowed((input as { port: unknown }).port),
      }),
  ],
  { error: portError },
);

const sizeAllowed = "a size above 0, for example 512M or 2G";
const size = z
  .union(
    [z.int(sizeAllowed).min(1, sizeAllowed), z.string().refine((written) => bytes(written) !== undefined, sizeAllowed)],
    { error: sizeAllowed },
  )
  .describe("bytes, or a number with b, k, m or g");

const coresAllowed = "a number of cores above 0, for example 0.5";
/** `pulumi config set --path` writes 0.5 as the text "0.5". */
const cpus = z.union(
  [z.number({ error: coresAllowed }).positive(coresAllowed), text(/^(?=.*[1-9])\d+(?:\.\d+)?$/, coresAllowed)],
  { error: coresAllowed },
);

const scalarAllowed = 'text, a number, true or false; "" for nothing';
const scalar = z.union(
  [
    z
      .string()
      .refine((value) => !value.includes("\0"), "text without the character NUL, which no environment can hold"),
    z.number(),
    z.boolean(),
  ],
  { error: scalarAllowed },
);

export const limits = z.strictObject(
  {
    cpus: cpus.optional().describe("cores it may use at most"),
    memory: size.optional().describe("memory it may use at most"),
    reservations: z
      .strictObject({ cpus: cpus.optional(), memory: size.optional() }, { error: "{ cpus, memory }" })
      .optional()
      .describe("cores and memory set aside for it"),
    replicas: z
      .int(replicasAllowed)
      .min(1, replicasAllowed)
      .max(mostReplicas, replicasAllowed)
      .optional()
      .describe("how many containers of it there are; each has these limits"),
  },
  { error: "{ cpus, memory, reservations, replicas }" },
);

const blueprintAllowed = "a name in blueprints/, the path of a Compose file, or a list of them";
const profilesAllowed = "profiles of the blueprint's services, for example [debug]";

const databaseAllowed = "the stack that carries the database, for example platform";

export const stackSchema = z.strictObject({
  blueprint: z
    .union([text(/./, blueprintAllowed), z.array(text(/./, blueprintAllowed)).min(1, blueprintAllowed)], {
      error: blueprintAllowed,
    })
    .default("equipemed")
    .describe(
      "What the application consists of: a name in `blueprints/`, or the path of a Compose file; several in a list are merged in their order, as `docker compose -f` does.",
    ),
  prefix: text(prefixPattern, prefixAllowed)
    .optional()
    .describe(
      "First part of every container, volume and network name. Default: the stack's name, `-` as `_`; where the stack configures nothing at all, the blueprint's own prefix.",
    ),
  environment: z
    .enum(["development", "staging", "production"], { error: "development, staging or production" })
    .default("production")
    .describe(
      "`development`, `staging` or `production`. Services with that Compose profile are part of the deployment, as if `berth:profiles` named it.",
    ),
  profiles: z
    .union(
      [
        z.string({ error: profilesAllowed }).transform((list) => list.split(",").map((one) => one.trim())),
        z.array(z.string({ error: profilesAllowed })),
      ],
      { error: profilesAllowed },
    )
    .transform((list) => list.filter((one) => one !== ""))
    .optional()
    .describe(
      "Compose profiles whose services are part of the deployment, beside those without one and those of its environment; a list, or names with commas between them; `*` for all. Default: COMPOSE_PROFILES of `berth:settings`, else of `.env` beside the blueprint. Sizes of host are `berth:profile`.",
    ),
  profile: text(serviceKey, "a profile of the blueprint")
    .optional()
    .describe(
      "One of the blueprint's profiles: limits and values for one size of host. Default: the blueprint's default profile.",
    ),
  endpoint: text(
    /^(?:local|unix:\/\/\/\S+|(?:tcp|https?|ssh):\/\/[^\s/]\S*)$/,
    "local, or a URL: unix:///…, tcp://host:2376, ssh://user@host",
  )
    .default("local")
    .describe("The Docker API it runs on. `local`: what DOCKER_HOST or the Docker context says."),
  domain: text(
    domainPattern,
    "a host name in lower case, without scheme, port or spaces, for example b.hospital.example",
  )
    .optional()
    .describe("Server names: it and `www.` before it."),
  ports: group(
    /^[a-zA-Z0-9._-]+(?:\/\d+(?:\/(?:tcp|udp|sctp)(?:\/\d+)?)?)?$/,
    "a service, or service/container-port",
    port,
    "ports by service, for example { app: 8778 }",
  )
    .default({})
    .describe(
      "Host port by service: a number, `auto`, or `{ port, address, protocol }`; 0.0.0.0 and tcp by default. `service/8443` where a service publishes several, `service/8443/udp` or `service/8443/tcp/2` where it publishes one of these twice. A range of the blueprint (`8000-8005:9000-9005`) moves as a whole with the key of its first port.",
    ),
  images: group(
    serviceKey,
    service,
    text(imagePattern, "an image name in lower case, for example ghcr.io/org/eqmd:2.1"),
    "images by service, for example { app: ghcr.io/org/eqmd:2.1 }",
  )
    .default({})
    .describe("Image by service. Services of the blueprint with the same image follow it."),
  settings: group(variableName, variable, scalar, "settings by name, for example { HOSPITAL_NAME: Hospital B }")
    .default({})
    .describe("Environment of the app. Values reach the container unchanged, `$` and line ends included."),
  secrets: group(
    variableName,
    "a name of letters, digits and _, for example EMAIL_PASSWORD",
    z.unknown(),
    "encrypted values by name",
  )
    .default({})
    .describe(
      "Secret environment, encrypted: `pulumi config set --secret --path berth:secrets.NAME`. Generated where the blueprint says so and none is given.",
    ),
  services: group(serviceKey, service, limits, "limits by service, for example { app: { cpus: 0.5, memory: 512M } }")
    .default({})
    .describe(
      "Limits by service, in Compose's words: cpus, memory, reservations; and how many containers of it there are: replicas.",
    ),
  subnets: group(
    /^[a-zA-Z0-9._-]+(?:\/ipv6)?$/,
    "a network of the blueprint, or network/ipv6",
    z.union([z.cidrv4(), z.cidrv6()], { error: "an IPv4 subnet, for example 10.210.3.64/26" }),
    "subnets by network, for example { default: 10.210.3.64/26 }",
  )
    .default({})
    .describe(
      "Subnet by network, `network/ipv6` for that of IPv6. Default: what the blueprint says, else a /26 of 10.192.0.0/10, and a /64 of fd62:6572::/32, that follow from the deployment's name.",
    ),
  adopt: z
    .array(text(serviceKey, "a volume of the blueprint"), { error: "a list of volumes, for example [database]" })
    .default([])
    .describe(
      "Volumes (by their key) that exist without berth's label and are this deployment's own; `static` for the files of its static directory, `database` for its database and role on a platform.",
    ),
  volumes: group(
    serviceKey,
    "a volume of the blueprint",
    text(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,200}$/, "the name of a volume on the host, for example hospital_b_database"),
    "names of volumes on the host, for example { database: hospital_b_data }",
  )
    .default({})
    .describe(
      "Name on the host by volume. Default: `<prefix>_<volume>`. Keeps the data where a volume got another key in the blueprint.",
    ),
  database: z
    .union(
      [
        text(/^[A-Za-z0-9._-]+$/, databaseAllowed).transform((platform) => ({ platform })),
        z.strictObject(
          { platform: text(/^[A-Za-z0-9._-]+$/, "the name of a stack").default("platform") },
          { error: databaseAllowed },
        ),
      ],
      { error: databaseAllowed },
    )
    .default({ platform: "platform" })
    .describe(
      "The stack whose PostgreSQL carries its database, where the blueprint asks for one: a name, or `{ platform }`. Default: `platform`.",
    ),
  running: z
    .boolean({ error: "true or false" })
    .default(true)
    .describe("false: everything is kept, nothing runs, the ports are given up."),
  inventory: z
    .enum(["live", "files"], { error: "live or files" })
    .default("live")
    .describe("`files` does not ask the host (for pull requests); the summary says what was not checked."),
});

/** Keys whose value is text whatever it looks like: `pulumi config set berth:prefix 007` stays text. */
export const textKeys: ReadonlySet<string> = new Set([
  "blueprint",
  "prefix",
  "environment",
  "profile",
  "profiles",
  "endpoint",
  "domain",
  "inventory",
]);

/** Of these, the ones that may be a list. */
const listKeys: ReadonlySet<string> = new Set(["blueprint", "profiles"]);

/**
 * A value as it was meant: the engine hands over texts, and `pulumi config set berth:running false` writes "false".
 * Texts that are JSON become what they say, except where text is what the key takes.
 */
export function meant(key: string, value: unknown): unknown {
  if (typeof value !== "string" || (textKeys.has(key) && !(listKeys.has(key) && value.startsWith("[")))) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

export const projectFile = "Pulumi.yaml";
