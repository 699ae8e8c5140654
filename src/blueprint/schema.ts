import { z } from "zod";

/**
 * The part of Compose that a blueprint may use, and x-berth. Texts still hold their variables here, so that
 * numbers may be texts too; what they must be is checked when a deployment is resolved.
 */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const words = z.union([z.string(), z.array(text)]);
const pairs = z.union([
  z.record(z.string(), z.union([text, z.null()])),
  z.array(z.string()).transform((list) =>
    Object.fromEntries(
      list.map((entry) => {
        const at = entry.indexOf("=");
        return at < 0 ? [entry, null] : [entry.slice(0, at), entry.slice(at + 1)];
      }),
    ),
  ),
]);

const port = z.union([
  text,
  z.strictObject({
    target: text,
    published: text.optional(),
    host_ip: text.optional(),
    protocol: z.string().optional(),
    mode: z.string().optional(),
    name: z.string().optional(),
    app_protocol: z.string().optional(),
  }),
]);

const mount = z.union([
  z.string(),
  z.strictObject({
    type: z.enum(["volume", "bind"], { error: "volume or bind" }),
    source: z.string(),
    target: z.string(),
    read_only: z.boolean().optional(),
  }),
]);

export const conditions = ["service_started", "service_healthy", "service_completed_successfully"] as const;

const dependencies = z.union([
  z
    .array(z.string())
    .transform((keys) => Object.fromEntries(keys.map((key) => [key, { condition: "service_started" as const }]))),
  z.record(
    z.string(),
    z.strictObject({
      condition: z.enum(conditions, { error: conditions.join(", ") }),
      restart: z.boolean().optional(),
      required: z.boolean().optional(),
    }),
  ),
]);

const healthcheck = z.strictObject({
  test: words.optional(),
  interval: text.optional(),
  timeout: text.optional(),
  retries: text.optional(),
  start_period: text.optional(),
  disable: z.boolean().optional(),
});

const resources = z.strictObject({ cpus: text.optional(), memory: text.optional() });

export const service = z.strictObject({
  image: z.string({ error: "an image name; berth builds no images" }),
  entrypoint: words.optional(),
  command: words.optional(),
  user: text.optional(),
  working_dir: z.string().optional(),
  hostname: z.string().optional(),
  environment: pairs.optional(),
  ports: z.array(port).optional(),
  expose: z.array(text).optional(),
  volumes: z.array(mount).optional(),
  secrets: z
    .array(z.union([z.string(), z.strictObject({ source: z.string(), target: z.string().optional() })]))
    .optional(),
  networks: z
    .union([
      z.array(z.string()).transform((keys) => Object.fromEntries(keys.map((key) => [key, null]))),
      z.record(
        z.string(),
        z.union([
          z.null(),
          z.strictObject({ aliases: z.array(z.string()).optional(), ipv4_address: z.string().optional() }),
        ]),
      ),
    ])
    .optional(),
  depends_on: dependencies.optional(),
  healthcheck: healthcheck.optional(),
  restart: text.optional(),
  profiles: z.array(z.string()).optional(),
  labels: pairs.optional(),
  deploy: z
    .strictObject({
      resources: z.strictObject({ limits: resources.optional(), reservations: resources.optional() }).optional(),
    })
    .optional(),
  cpus: text.optional(),
  mem_limit: text.optional(),
  mem_reservation: text.optional(),
  init: z.boolean().optional(),
  read_only: z.boolean().optional(),
  cap_add: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  tmpfs: z.union([z.string().transform((one) => [one]), z.array(z.string())]).optional(),
  extra_hosts: z
    .union([
      z.array(z.string()),
      z.record(z.string(), text).transform((map) => Object.entries(map).map(([host, to]) => `${host}:${to}`)),
    ])
    .optional(),
  logging: z.strictObject({ driver: z.string(), options: z.record(z.string(), text).optional() }).optional(),
  stop_grace_period: text.optional(),
  stop_signal: z.string().optional(),
  shm_size: text.optional(),
});

const extension = z.strictObject({
  prefix: z.string().optional().describe("prefix of a stack that configures nothing"),
  app: z.string().optional().describe("the service that people reach; default: the first that publishes a port"),
  health: z.string().startsWith("/").default("/").describe("path that answers 200 when all is well"),
  jobs: z.array(z.string()).default([]).describe("services that run once and end"),
  ports: z
    .record(
      z.string(),
      z
        .string()
        .regex(
          /^(?:\d+-\d+|[A-Za-z0-9._-]+\+\d+)$/,
          "a range (8778-8977) or another service's port and a distance (app+1)",
        ),
    )
    .default({})
    .describe("where `auto` looks, or which port another one follows"),
  static: z
    .strictObject({ directory: z.string(), url: z.string().default("/static/") })
    .optional()
    .describe("the directory that a web server hands out"),
  secrets: z
    .record(
      z.string(),
      z.strictObject({
        generate: z.int().min(16).max(256).optional(),
        optional: z.boolean().optional(),
        description: z.string().optional(),
      }),
    )
    .default({})
    .describe("secrets: generated with so many characters, required, or optional"),
  settings: z
    .record(z.string(), z.strictObject({ prompt: z.string().optional(), description: z.string().optional() }))
    .default({})
    .describe("settings that the application knows, and what `berth new` asks"),
});

export const blueprintSchema = z.looseObject({
  name: z.string().optional(),
  version: text.optional(),
  services: z.record(z.string().regex(/^[a-zA-Z0-9._-]+$/), service),
  volumes: z
    .record(z.string(), z.union([z.null(), z.strictObject({ driver: z.literal("local").optional() })]))
    .default({}),
  networks: z
    .record(
      z.string(),
      z.union([
        z.null(),
        z.strictObject({
          driver: z.literal("bridge").optional(),
          internal: z.boolean().optional(),
          ipam: z
            .strictObject({
              config: z.array(z.strictObject({ subnet: z.string(), gateway: z.string().optional() })).length(1),
            })
            .optional(),
        }),
      ]),
    )
    .default({}),
  secrets: z
    .record(z.string(), z.union([z.null(), z.strictObject({ environment: z.string().optional() })]))
    .default({}),
  "x-berth": extension.prefault({}),
});

/** Keys of Compose that people bring along, and what to do instead. */
export const advice: Readonly<Record<string, string>> = {
  container_name: "remove it: the name is always <prefix>_<key>",
  build: "build the image beforehand and name it with image:",
  env_file: "write the values under environment:, or under berth:settings in the stack file",
  network_mode: "remove it: every deployment has networks of its own",
  privileged: "remove it, and name the capabilities it needs with cap_add:",
  scale: "remove it: a service is one container",
  extends: "write the service out, or use a YAML anchor",
  include: "put everything into one file",
  configs: "mount a directory of the host, or bake the file into the image",
  external: "remove it: volumes and networks belong to their deployment (berth:adopt takes an existing volume over)",
  driver_opts: "remove it: volumes are plain local ones",
  start_interval: "remove it: Docker before 25 refuses it only when the container is created",
};
