import { z } from "zod";
import { prefixAllowed, prefixPattern } from "../deployment/names.ts";
import { flag, list, map, name } from "./forms.ts";

/** What berth adds to Compose under `x-berth`. */
const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "letters, digits and _; no digit first");
const portsAllowed = "a range (8778-8977), or another service's port and a distance (app+1)";

/** Both ends are ports that need no privileges, in order. */
const isRange = (written: string): boolean => {
  const [first = 0, last = 0] = written.split("-").map(Number);
  return written.includes("+") || (first >= 1024 && first <= last && last <= 65535);
};

export const extension = z.strictObject(
  {
    prefix: name(prefixAllowed)
      .regex(prefixPattern, prefixAllowed)
      .optional()
      .describe("prefix of a stack that configures nothing"),
    app: name("a service")
      .optional()
      .describe("the service that people reach; default: the first that publishes a port"),
    health: name("a path, for example /health/")
      .regex(/^\//, "a path, for example /health/")
      .default("/")
      .describe("path that answers 200 when all is well"),
    jobs: list(name("a service"), "services").default([]).describe("services that run once and end"),
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
            optional: flag.optional(),
            description: name("a sentence").optional(),
          },
          { error: "{ generate, optional, description }" },
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
  },
  { error: "what berth adds to Compose: { app, health, jobs, ports, static, secrets, settings }" },
);
