import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../../src/deployment/deployment.ts";
import { claimsOf } from "../../../src/claims/of-deployment.ts";
import { check } from "../../../src/conflicts/check.ts";
import { hostClaims } from "../../../src/inventory/host-claims.ts";
import { deploymentFrom } from "../resolve/sample.ts";
import { noteOf, remedyOf } from "../report/shown.ts";
import { container, hostWith, type Live, of, stackWith } from "./sample.ts";

/** Its id says nothing of how it is reached: a kind of endpoint that serves several hosts has such ids. */
const far: Endpoint = { id: "portainer:7", kind: "docker", name: "far", url: "ssh://ops@far" };
const about = "organization/berth/a";
const blueprintYaml = `services:
  web: { image: web:1, networks: { net: { ipv4_address: 10.1.2.5 } }, volumes: ["data:/data"] }
networks: { net: { ipam: { config: [{ subnet: 10.1.2.0/24 }] } } }
volumes: { data: }
`;

/** The findings of a deployment on an endpoint elsewhere, by code: their remedies and notes. */
function found(live: Live, known?: ReadonlySet<string>): Record<string, string> {
  const keys = `berth:prefix: a\nberth:endpoint: ${far.url}`;
  const deployment = { ...deploymentFrom(stackWith(keys), { stack: "a", blueprintYaml }), endpoint: far };
  const claims = [...claimsOf(deployment), ...hostClaims(hostWith({ endpoint: far, ...live }))];
  const findings = check({ claims, capacity: {}, findings: [], notLookedAt: [] }, { about, known });
  return Object.fromEntries(findings.map((finding) => [finding.code, `${remedyOf(finding)}\n${noteOf(finding)}`]));
}

describe("a docker command in a remedy connects to the endpoint of the finding, whatever its id", () => {
  const network = { id: "net", labels: of("a"), subnets: [], gateways: [], internal: false };

  it("against a stray container", () => {
    const { "container-name-in-use": told } = found(
      { containers: [container("a_web", { labels: of("a") })] },
      new Set(),
    );
    expect(told).toContain("docker -H ssh://ops@far rm -f a_web\n");
  });

  it("against a stray network, in every part of the command", () => {
    const { "network-in-use": told } = found({ networks: [{ ...network, name: "a_net" }] }, new Set());
    expect(told).toContain(
      "docker -H ssh://ops@far network inspect -f '{{range $id, $_ := .Containers}}{{println $id}}{{end}}' a_net" +
        " | xargs -rn1 docker -H ssh://ops@far network disconnect -f a_net && docker -H ssh://ops@far network rm a_net\n",
    );
  });

  it("against a guest with a fixed address", () => {
    const guest = container("guest", { addresses: [{ network: "a_net", address: "10.1.2.5" }] });
    expect(found({ containers: [guest] })["address-in-use"]).toContain(
      "docker -H ssh://ops@far network disconnect a_net guest\n",
    );
  });

  it("for a volume that is no longer in use", () => {
    const labels = { ...of("a"), "berth.volume": "old" };
    const own = { name: "a_data", labels: { ...of("a"), "berth.volume": "data" } };
    expect(found({ volumes: [{ name: "a_old", labels }, own] })["volume-left-behind"]).toContain(
      "if its data is no longer needed:\ndocker -H ssh://ops@far volume rm a_old",
    );
  });
});
