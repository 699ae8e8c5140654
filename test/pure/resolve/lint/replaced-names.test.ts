import { describe, expect, it } from "vitest";
import { findingText } from "../../report/shown.ts";
import { deploymentFrom, findingsFrom } from "../sample.ts";

const blueprintYaml = (name: string): string => `services:
  web:
    image: nginx:1.27
    volumes: ["data:/data"]
volumes:
  data: { name: ${name} }`;

describe("a name that a blueprint fixes", () => {
  it("is replaced by the deployment's own", () =>
    expect(deploymentFrom("config: {}", { blueprintYaml: blueprintYaml("company_data") }).volumes).toMatchObject([
      { key: "data", name: "hospital_a_data" },
    ]));

  it("is reported as a note, which says where it stands and what replaces it", () => {
    const [finding, ...more] = findingsFrom("config: {}", { blueprintYaml: blueprintYaml("company_data") });
    expect(more).toEqual([]);
    expect(finding?.severity).toBe("note");
    expect(finding && findingText(finding)).toBe(`· name-replaced  volumes.data.name
  where      hospital-a              blueprints/sample.yaml:6: volumes.data.name
  what       the name company_data is replaced by hospital_a_data, so that several deployments fit on one host`);
  });

  it("is not reported where it is the name on the host", () =>
    expect(findingsFrom("config: {}", { blueprintYaml: blueprintYaml("hospital_a_data") })).toEqual([]));
});
