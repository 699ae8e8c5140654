import { describe, expect, it } from "vitest";
import type { Realization } from "../../../src/deployment/realization.ts";
import { attachedFindings, attachedToRemoved } from "../../../src/host/attached.ts";
import type { LiveContainer, LiveNetwork } from "../../../src/host/snapshot.ts";
import { findingText } from "../report/shown.ts";
import { container, hostWith, of, stackWith } from "../conflicts/sample.ts";
import { deploymentFrom } from "../resolve/sample.ts";
import { remedyOf } from "../report/shown.ts";

const blueprintYaml = "services: { web: { image: a:1 } }";
const deployment = (keys = "berth:subnets: { default: 10.1.2.0/26 }", blueprint = blueprintYaml): Realization =>
  deploymentFrom(stackWith(`berth:prefix: a\n${keys}`), { stack: "a", blueprintYaml: blueprint });
const network = (parts: Partial<LiveNetwork> = {}): Omit<LiveNetwork, "inspect"> => ({
  id: "1",
  name: "a_default",
  labels: { ...of("a"), "berth.network": "default" },
  subnets: ["10.1.2.0/26"],
  gateways: ["10.1.2.1"],
  internal: false,
  ...parts,
});
const addresses = [{ network: "a_default", address: "10.1.2.9" }];
const stranger = container("grafana", { addresses });
const tenant = container("b_web", { addresses, labels: of("b") });
const own = container("a_web", { addresses, labels: of("a") });

const found = (live: Omit<LiveNetwork, "inspect">, containers: readonly LiveContainer[], wanted = deployment()) =>
  attachedFindings(hostWith({ containers, networks: [live] }), [wanted]);

describe("a network that others are attached to", () => {
  it.each<[string, Partial<LiveNetwork>, string]>([
    ["subnet", { subnets: ["10.1.3.0/26"] }, "it is to be replaced (subnet 10.1.3.0/26 becomes 10.1.2.0/26)"],
    ["gateway", { gateways: ["10.1.2.9"] }, "it is to be replaced (gateway 10.1.2.9 becomes 10.1.2.1)"],
    ["way out", { internal: true }, "it is to be replaced (internal true becomes false)"],
    ["name", { name: "b_default" }, "it is to be replaced (name b_default becomes a_default)"],
    ["key", { labels: { ...of("a"), "berth.network": "old" } }, "it is to be removed"],
  ])("is not replaced for another %s", (_, parts, message) => {
    const others = [{ ...stranger, addresses: [{ network: parts.name ?? "a_default", address: "10.1.2.9" }] }];
    const [finding, ...more] = found(network(parts), others);
    expect(finding).toMatchObject({ code: "network-attached", severity: "error" });
    expect(finding?.message).toBe(`${message}, but Docker keeps it while others are attached to it: grafana`);
    expect(more).toEqual([]);
  });

  it("is not removed, and what is attached then stays detached", () => {
    const [finding, ...more] = attachedToRemoved(
      hostWith({ containers: [own, stranger], networks: [network()] }),
      deployment(),
    );
    expect(finding?.message).toBe("it is to be removed, but Docker keeps it while others are attached to it: grafana");
    expect(remedyOf(finding)).toBe("docker network disconnect -f a_default grafana");
    expect(finding?.remedyNote).toBeUndefined();
    expect(more).toEqual([]);
    expect(attachedToRemoved(hostWith({ containers: [own], networks: [network()] }), deployment())).toEqual([]);
  });

  it("is a finding that names each of them, what detaches it and what attaches it again", () => {
    const [finding] = found(network({ subnets: ["10.1.3.0/26"] }), [own, stranger, tenant]);
    expect(finding && findingText(finding)).toBe(
      `
✗ network-attached  a_default
  wanted by  a                       Pulumi.a.yaml:3: berth:subnets.default
  held by    network a_default
  what       it is to be replaced (subnet 10.1.3.0/26 becomes 10.1.2.0/26), but Docker keeps it while others are attached to it: grafana, b_web of b
  remedy     docker network disconnect -f a_default grafana && docker network disconnect -f a_default b_web
             after the up of a, attach them again:
             pulumi up -s b
             docker network connect a_default grafana`.slice(1),
    );
  });

  it.each<[string, Omit<LiveNetwork, "inspect">, readonly LiveContainer[]]>([
    ["where it stays as it is", network(), [stranger, tenant]],
    ["where only the deployment's own containers are attached", network({ internal: true }), [own]],
    ["where the others are stopped", network({ internal: true }), [{ ...stranger, state: "exited" }]],
    ["where it is somebody else's", network({ internal: true, labels: of("b") }), [stranger]],
    ["where nobody else is attached", network({ internal: true }), [container("other")]],
  ])("is no finding %s", (_, live, containers) => expect(found(live, containers)).toEqual([]));
});
