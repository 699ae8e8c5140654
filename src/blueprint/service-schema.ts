import * as z from "zod";
import { build } from "./build-schema.ts";
import { deploySchema } from "./deploy-schema.ts";
import { flag, list, map, name, pairs, text, words } from "./forms.ts";
import { grant } from "./file-schema.ts";
import { hostKeys } from "./host-schema.ts";
import { mount } from "./mount-schema.ts";
import { networking } from "./network-schema.ts";

/** The part of a Compose service that a blueprint may use. */
const port = z.union(
  [
    text,
    z.strictObject({
      target: text,
      published: text.optional(),
      host_ip: name("an address of the host").optional(),
      protocol: name("tcp, udp or sctp").optional(),
      mode: name("host or ingress").optional(),
      name: name("a name").optional(),
      app_protocol: name("a protocol").optional(),
    }),
  ],
  { error: '"8778:8000", "8000-8005:9000-9005", or { target, published, host_ip, protocol }' },
);

const conditions = ["service_started", "service_healthy", "service_completed_successfully"] as const;

const dependencies = z.union(
  [
    z
      .array(name("a service"))
      .transform((keys) => Object.fromEntries(keys.map((key) => [key, { condition: "service_started" as const }]))),
    z.record(
      z.string(),
      z.strictObject(
        {
          condition: z.enum(conditions, { error: conditions.join(", ") }),
          restart: flag.optional(),
          required: flag.optional(),
        },
        { error: "{ condition }" },
      ),
    ),
  ],
  { error: "a list of services, or a map of services and conditions" },
);

const healthcheck = z.strictObject(
  {
    test: words.optional(),
    interval: text.optional(),
    timeout: text.optional(),
    retries: text.optional(),
    start_period: text.optional(),
    start_interval: text.optional(),
    disable: flag.optional(),
  },
  { error: "{ test, interval, timeout, retries, start_period, start_interval, disable }" },
);

const device = z.union(
  [
    z.string(),
    z.strictObject({
      source: name("a device of the host"),
      target: name("a path in the container").optional(),
      permissions: name("of r, w and m").optional(),
    }),
  ],
  { error: "/dev/name:/dev/name:rwm, or { source, target, permissions }" },
);

/** A process without words has those of its image. */
const process = words.nullish().transform((written) => written ?? undefined);

export const service = z.strictObject(
  {
    image: name("an image name").optional(),
    build: build.optional(),
    entrypoint: process,
    command: process,
    user: text.optional(),
    working_dir: name("a path in the container").optional(),
    ...networking,
    environment: pairs.optional(),
    ports: list(port, "ports").optional(),
    expose: list(text, "ports").optional(),
    volumes: list(mount, "mounts").optional(),
    volumes_from: list(name("a service"), "services").optional(),
    secrets: list(grant("a secret"), "secrets").optional(),
    configs: list(grant("a config"), "configs").optional(),
    depends_on: dependencies.optional(),
    healthcheck: healthcheck.optional(),
    restart: text.optional(),
    profiles: list(name("an environment"), "environments: development, staging, production").optional(),
    labels: pairs.optional(),
    deploy: deploySchema.nullish().transform((deploy) => deploy ?? undefined),
    scale: text.optional(),
    ...hostKeys,
    platform: name("a platform, for example linux/arm64").optional(),
    pull_policy: text.optional(),
    attach: flag.optional(),
    develop: map(z.unknown(), "what docker compose watch does").optional(),
    init: flag.optional(),
    read_only: flag.optional(),
    cap_add: list(name("a capability"), "capabilities").optional(),
    cap_drop: list(name("a capability"), "capabilities").optional(),
    security_opt: list(name("an option"), "options").optional(),
    privileged: flag.optional(),
    pid: name("host, service:NAME or container:NAME").nullish(),
    ipc: name("host, private, shareable, none, service:NAME or container:NAME").optional(),
    userns_mode: name("host").optional(),
    cgroup: name("host, private").optional(),
    cgroup_parent: name("a control group").optional(),
    devices: list(device, "devices").optional(),
    group_add: list(text, "groups").optional(),
    tmpfs: z
      .union([z.string().transform((one) => [one]), z.array(name("a path"))], { error: "a path, or a list of paths" })
      .optional(),
    logging: z
      .strictObject(
        { driver: name("a log driver").optional(), options: map(text, "options by name").optional() },
        { error: "{ driver, options }" },
      )
      .optional(),
    stop_grace_period: text.optional(),
    stop_signal: text.optional(),
  },
  { error: "a service: at least { image: … }" },
);
