import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { claimsOf } from "../../../src/claims/of-deployment.ts";
import { specHash } from "../../../src/deployment/spec.ts";
import { containerDrifts } from "../../../src/drift/container.ts";
import { composeFiles } from "../../../src/export/compose.ts";
import { realize } from "../../../src/realize/realize.ts";
import type { Rollout } from "../../../src/realize/rollout.ts";
import { stackWith } from "../conflicts/sample.ts";
import { liveOf } from "../drift/sample.ts";
import { declare } from "../resources/declare.ts";
import { deploymentFrom } from "../resolve/sample.ts";

const blueprintYaml = `services:
  queue: { image: q:1 }
  web: { image: w:1, depends_on: [queue], deploy: { replicas: 2 } }
`;
const shop = deploymentFrom(stackWith("berth:prefix: shop"), { blueprintYaml });

/** Two versions of a container side by side: the hash of the specification is part of both names. */
const sideBySide: Rollout = {
  kind: "side by side",
  namesOf: (prefix, key, spec) => ({ name: `${prefix}_${key}_${spec().slice(0, 8)}`, resource: `${key}-${spec()}` }),
};

describe("a realization", () => {
  it("has as many containers of each service as it has replicas, the first one under the service's own key", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), (replicas) => {
        const services = shop.services.map((each) => (each.key === "web" ? { ...each, replicas } : each));
        const { containers } = realize({ ...shop, services });
        expect(containers.map(({ key, service }) => [key, service])).toEqual([
          ["queue", "queue"],
          ...Array.from({ length: replicas }, (_, index) => [index === 0 ? "web" : `web-${index + 1}`, "web"]),
        ]);
      }),
    );
  });

  it("leaves the services as they are: with their number of replicas and without names", () => {
    expect(shop.services.map((service) => [service.key, service.kind === "service" && service.replicas])).toEqual([
      ["queue", 1],
      ["web", 2],
    ]);
    for (const service of shop.services) expect(service).not.toHaveProperty("name");
  });
});

describe("a rollout that puts the hash of the specification into the names", () => {
  const realized = realize(shop, sideBySide);
  const names = realized.containers.map(({ name }) => name);

  it("gives every version a name of its own, which does not depend on itself", () => {
    for (const container of realized.containers)
      expect(container.name).toBe(`shop_${container.key}_${specHash(container, "shop").slice(0, 8)}`);
    const changed = realize(
      { ...shop, services: shop.services.map((each) => ({ ...each, image: "w:2" })) },
      sideBySide,
    ).containers.map(({ name }) => name);
    expect(changed.filter((name) => names.includes(name))).toEqual([]);
  });

  it("needs nothing else of what claims, exports and declares containers", async () => {
    const claimed = claimsOf(realized).flatMap((claim) => (claim.kind === "container" ? [claim.name] : []));
    expect(claimed).toEqual(names);
    const exported = composeFiles(realized, {});
    const text = exported.ok ? exported.value[0]?.text : "";
    for (const name of names) expect(text).toContain(`container_name: "${name}"`);
    const { declared } = await declare(realized);
    const containers = declared.filter(({ type }) => type === "docker:index/container:Container");
    expect(containers.map(({ name, inputs }) => [name, inputs["name"]])).toEqual(
      realized.containers.map(({ name, resource }) => [`hospital-a-${resource}`, name]),
    );
  });

  it("is recognized by labels: what runs under the names of the version before is outdated, not absent", () => {
    const before = realize(
      { ...shop, services: shop.services.map((each) => ({ ...each, image: `${each.image}-old` })) },
      sideBySide,
    );
    expect(containerDrifts(realized, liveOf(before)).map(({ kind }) => kind)).toEqual([
      "outdated",
      "outdated",
      "outdated",
    ]);
    expect(containerDrifts(realized, liveOf(realized)).map(({ kind }) => kind)).toEqual(["own", "own", "own"]);
  });

  it("takes the container of its own specification where both versions run", () => {
    const before = realize(
      { ...shop, services: shop.services.map((each) => ({ ...each, image: `${each.image}-old` })) },
      sideBySide,
    );
    const [old, now] = [liveOf(before, "a"), liveOf(realized, "b")];
    const both = { ...now, containers: [...old.containers, ...now.containers] };
    expect(containerDrifts(realized, both).map(({ kind }) => kind)).toEqual(["own", "own", "own"]);
  });
});
