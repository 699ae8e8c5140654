import { describe, expect, it } from "vitest";
import type { Container } from "../../../src/deployment/realization.ts";
import { specHash } from "../../../src/deployment/spec.ts";
import { stackWith } from "../conflicts/sample.ts";
import { deploymentFrom } from "../resolve/sample.ts";

const web = (written: string, keys = "berth:prefix: a"): Container => {
  const blueprintYaml = `services: { web: { image: web:1, ${written} } }`;
  const service = deploymentFrom(stackWith(keys), { blueprintYaml }).containers[0];
  if (service === undefined) throw new Error("no service");
  return service;
};

describe("the hash of a specification", () => {
  const hash = (written: string, keys?: string): string =>
    specHash(web(written, keys), keys?.includes("prefix: b") ? "b" : "a");
  const plain = hash("ports: ['8080:80'], environment: { A: b }");

  it.each([
    ["the same again", "environment: { A: b }, ports: ['8080:80']", "berth:prefix: a"],
    ["another place in the file", "\n\n ports: ['8080:80'], environment: { A: b }", "berth:prefix: a"],
    [
      "what the provider changes in place: memory",
      "ports: ['8080:80'], environment: { A: b }, mem_limit: 1g",
      "berth:prefix: a",
    ],
    [
      "what the provider changes in place: restart",
      "ports: ['8080:80'], environment: { A: b }, restart: always",
      "berth:prefix: a",
    ],
  ])("is the same for %s", (_, written, keys) => expect(hash(written, keys)).toBe(plain));

  it.each([
    ["a port", "ports: ['8081:80'], environment: { A: b }", "berth:prefix: a"],
    ["a value", "ports: ['8080:80'], environment: { A: c }", "berth:prefix: a"],
    ["CPUs", "ports: ['8080:80'], environment: { A: b }, cpus: 1", "berth:prefix: a"],
    ["a name", "ports: ['8080:80'], environment: { A: b }", "berth:prefix: b"],
    ["a mount", "ports: ['8080:80'], environment: { A: b }, volumes: ['/a:/b']", "berth:prefix: a"],
  ])("is another for %s", (_, written, keys) => expect(hash(written, keys)).not.toBe(plain));

  it("is the same for a job with another time-out: what has run does not run again for it", () => {
    const job = (jobs: string): string => {
      const blueprintYaml = `services: { web: { image: web:1 } }\nx-berth: { jobs: ${jobs} }`;
      const service = deploymentFrom(stackWith("berth:prefix: a"), { blueprintYaml }).containers[0];
      if (service?.kind !== "job") throw new Error("no job");
      return specHash(service, "a");
    };
    expect(job("{ web: { timeout: 1h } }")).toBe(job("[web]"));
  });
});
