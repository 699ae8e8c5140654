import { describe, expect, it } from "vitest";
import { deploymentFrom } from "./sample.ts";

const entrance = (services: string, extension = "") =>
  deploymentFrom("config:\n  berth:domain: a.example\n", {
    blueprintYaml: `services:\n${services}${extension}`,
  }).entrance;

describe("what people reach, in a Compose file that does not say", () => {
  const db = '  db: { image: "postgres:16", ports: ["15432:5432"] }\n';
  const web = '  web: { image: "shop:1", ports: ["8000:8000"] }\n';
  const mail = '  mail: { image: "mail:1", ports: ["1025:25", "8025:8025"] }\n';

  it("is the first service that may speak HTTP, not a database before it", () => {
    expect(entrance(db + web)).toMatchObject({ service: "web", port: 8000, healthPath: "/" });
  });

  it("is the port of a service that may speak HTTP, not its first", () => {
    expect(entrance(mail)).toMatchObject({ service: "mail", port: 8025 });
  });

  it.each<[string, string]>([
    ["a database", db],
    ["a database in the long form", '  db: { image: "m:1", ports: [{ target: 3306, published: "13306" }] }\n'],
    ["UDP", '  dns: { image: "dns:1", ports: ["10053:8053/udp"] }\n'],
  ])("is nothing where only %s is published: no page is asked", (_, services) => {
    expect(entrance(services)).toBeUndefined();
  });

  it("is what x-berth names, whatever its port", () => {
    expect(entrance(db + web, "x-berth: { app: db, health: /ready }\n")).toMatchObject({
      service: "db",
      port: 15432,
      healthPath: "/ready",
    });
  });
});
