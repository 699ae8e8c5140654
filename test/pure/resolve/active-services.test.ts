import { describe, expect, it } from "vitest";
import { deploymentFrom, findingsFrom } from "./sample.ts";

const blueprintYaml = `services:
  app: { image: "a:1" }
  debug: { image: "d:1", profiles: [tools, debug] }
  staging: { image: "s:1", profiles: [staging] }
`;
const stack = (keys: string): string => `config:\n  berth:blueprint: sample\n${keys}`;
const services = (keys: string, text = blueprintYaml): string[] =>
  deploymentFrom(stack(keys), { blueprintYaml: text })
    .services.map(({ key }) => key)
    .sort();
const messages = (keys: string, text: string) =>
  findingsFrom(stack(keys), { blueprintYaml: text }).map(({ severity, message }) => `${severity}: ${message ?? ""}`);

describe("the services of a deployment", () => {
  it.each([
    ["without a profile", "", ["app"]],
    ["and those of a list of profiles", "  berth:profiles: [tools]\n", ["app", "debug"]],
    ["and those of names with commas between them", '  berth:profiles: "x, debug"\n', ["app", "debug"]],
    ["and those of the environment", "  berth:environment: staging\n", ["app", "staging"]],
    ["and all of them", '  berth:profiles: "*"\n', ["app", "debug", "staging"]],
    ["and those of COMPOSE_PROFILES", "  berth:settings: { COMPOSE_PROFILES: 'a,debug' }\n", ["app", "debug"]],
    [
      "and those that the stack names, whatever COMPOSE_PROFILES has",
      "  berth:profiles: []\n  berth:settings: { COMPOSE_PROFILES: debug }\n",
      ["app"],
    ],
  ])("%s", (_, keys, expected) => {
    expect(services(keys)).toEqual(expected);
  });
});

it("a service that needs one that is not active is a finding, unless it is not required", () => {
  const text = (required: boolean): string => `services:
  app: { image: "a:1", depends_on: { debug: { condition: service_started, required: ${required} } } }
  debug: { image: "d:1", profiles: [tools] }
`;
  expect(messages("", text(true))).toContain("error: app needs debug, which is not active: its profiles are tools");
  expect(messages("", text(false)).filter((message) => message.startsWith("error"))).toEqual([]);
  expect(services("  berth:profiles: [tools]\n", text(true))).toEqual(["app", "debug"]);
});

it("a blueprint of which nothing would run is a finding", () => {
  const text = `services: { debug: { image: "d:1", profiles: [tools] } }`;
  expect(messages("", text).join("\n")).toContain("nothing would run");
});

it("a mistake in a service that is not active does not matter", () => {
  const text = `services: { app: { image: "a:1" }, debug: { image: "d:1", profiles: [tools], networks: [none] } }`;
  expect(services("", text)).toEqual(["app"]);
  expect(messages("  berth:profiles: tools\n", text).join("\n")).toContain("there is no network none");
});

it("a limit that the older key and deploy: say differently is a finding", () => {
  const text = (memory: string): string =>
    `services: { app: { image: "a:1", mem_limit: 1g, deploy: { resources: { limits: { memory: ${memory} } } } } }`;
  expect(messages("", text("2g")).join("\n")).toContain("it differs from deploy.resources.limits.memory");
  expect(services("", text("1024m"))).toEqual(["app"]);
});

it("a dependency that is not required stays so", () => {
  const text = `services:
  app: { image: "a:1", depends_on: { db: { condition: service_started, required: false } } }
  db: { image: "d:1" }
`;
  const { services: all } = deploymentFrom(stack(""), { blueprintYaml: text });
  expect(all.find(({ key }) => key === "app")?.dependsOn).toEqual([
    { service: "db", condition: "service_started", optional: true },
  ]);
});

it("a value that x-berth declares is replaced by the stack's, and another one is kept with a warning", () => {
  const text = `services: { app: { image: "a:1", environment: { A: "1", B: "2" } } }
x-berth: { settings: { A: {} } }
`;
  const keys = '  berth:settings: { A: "x", B: "y" }\n';
  const [app] = deploymentFrom(stack(keys), { blueprintYaml: text }).services;
  expect(app?.environment).toEqual({ A: "x", B: "2" });
  expect(messages(keys, text).join("\n")).toContain("warning: B keeps the value of the blueprint");
});
