import * as z from "zod";
import { prefixAllowed, prefixPattern } from "../notation/names.ts";
import { fixedFlag, list, map, name, text, variableName } from "./forms.ts";
import { checklist, derived, groups, profiles, secretRule } from "./tuning-schema.ts";

/** What berth adds to Compose under `x-berth`. */
const healthAllowed = "a path, for example /health/, or false";
const portsAllowed = "a range (8778-8977), or another service's port and a distance (app+1)";

const job = z.strictObject(
  { timeout: text.optional().describe("how long it may run before it is ended, and the `up` fails; default: 15m") },
  { error: "{ timeout }" },
);

/** Both ends are ports that need no privileges, in order. */
const isRange = (written: string): boolean => {
  const [first = 0, last = 0] = written.split("-").map(Number);
  return written.includes("+") || (first >= 1024 && first <= last && last <= 65535);
};

export const extension = z.strictObject(
  {
    hardened: fixedFlag
      .default(false)
      .describe(
        "what a service in production should have and Compose does not give it: `no-new-privileges` where a service has no security options, `restart: unless-stopped` where it says nothing of restarts",
      ),
    prefix: name(prefixAllowed)
      .regex(prefixPattern, prefixAllowed)
      .optional()
      .describe("prefix of a stack that configures nothing"),
    app: name("a service")
      .optional()
      .describe("the service that people reach; default: the first that publishes a port that may speak HTTP"),
    health: z
      .union([z.literal(false), name(healthAllowed).regex(/^\//, healthAllowed)], { error: healthAllowed })
      .optional()
      .describe(
        "path that answers 200 when all is well; false where nothing speaks HTTP; default: /, or false where only ports of databases and the like are published",
      ),
    jobs: z
      .union([list(name("a service"), "services"), map(job, "jobs by service")], {
        error: "a list of services, or a map of services and what is said of them",
      })
      .default([])
      .describe("services that run once and end; a list, or a map that says more of each"),
    ports: map(
      name(portsAllowed)
        .regex(/^(?:\d+-\d+|[A-Za-z0-9._-]+\+\d{1,5})$/, portsAllowed)
        .refine(isRange, "a range from a lower to a higher port, both from 1024 to 65535"),
      "ranges by service",
    )
      .default({})
      .describe("where `auto` looks, or which port another one follows"),
    static: z
      .strictObject(
        { directory: name("an absolute path"), url: name("a path, for example /static/").default("/static/") },
        { error: "{ directory, url }" },
      )
      .optional()
      .describe("the directory that a web server hands out"),
    secrets: z
      .record(
        variableName,
        z.strictObject(
          {
            generate: z
              .int("a length from 16 to 256")
              .min(16, "a length from 16 to 256")
              .max(256, "a length from 16 to 256")
              .optional(),
            optional: fixedFlag.optional(),
            ...secretRule,
            description: name("a sentence").optional(),
          },
          { error: "{ generate, optional, minimum, forbidden, description }" },
        ),
        { error: "secrets by name" },
      )
      .default({})
      .describe("secrets: generated with so many characters, required, or optional"),
    settings: z
      .record(
        variableName,
        z.strictObject(
          { prompt: name("a question").optional(), description: name("a sentence").optional() },
          { error: "{ prompt, description }" },
        ),
        { error: "settings by name" },
      )
      .default({})
      .describe("settings that the application knows, and what `berth new` asks"),
    database: z
      .strictObject(
        {
          server: name("a service")
            .optional()
            .describe("service that is its PostgreSQL; default: that of the platform, with a database of its own"),
          connections: map(text, "numbers by service")
            .default({})
            .describe("sessions that a service opens at most; default: 1 for each that connects directly"),
          clients: text
            .optional()
            .describe("connections that its services may have at the platform's pool; default: as the platform says"),
        },
        { error: "{ server, connections, clients }" },
      )
      .optional()
      .describe("the PostgreSQL that its services use"),
    platform: z
      .strictObject(
        {
          server: name("a service").describe("service that is PostgreSQL"),
          pool: name("a service").describe("service that pools its connections"),
          network: name("a network").describe("network that others join"),
          admin: variableName.describe("secret that is the password of `postgres`"),
          lookup: variableName.describe("secret of the role that looks up passwords for the pool"),
          poolSize: text.describe("sessions that the pool opens at most for one database and role"),
          clients: text.default("100").describe("clients that the pool accepts"),
          tenantClients: text.default("60").describe("clients of the pool that one deployment may have"),
          relay: name("an image name")
            .default("haproxy:3.0")
            .describe("image of the relay through which each deployment reaches the platform"),
        },
        { error: "{ server, pool, network, admin, lookup, poolSize, clients, tenantClients, relay }" },
      )
      .optional()
      .describe("what others use of it: one PostgreSQL with a pool before it"),
    profiles,
    derived,
    groups,
    checklist,
  },
  {
    error:
      "what berth adds to Compose: { hardened, app, health, jobs, ports, static, secrets, settings, database, platform, profiles, derived, groups, checklist }",
  },
);
