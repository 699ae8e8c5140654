import { expect, it } from "vitest";
import { dockerEndpoint } from "../../../src/deployment/endpoint.ts";
import { observe } from "../../../src/inventory/observe.ts";
import { deploymentFrom } from "../resolve/sample.ts";
import { fakeDocker } from "../docker/fake-docker.ts";

it("an endpoint is reached by its URL and known by its id", async () => {
  const fake = await fakeDocker();
  const endpoint = { ...dockerEndpoint("far", fake.endpoint), id: "portainer:7" };
  const deployment = { ...deploymentFrom("config: {}\n", { stack: "a" }), endpoint };
  const { hosts, inventory } = await observe([deployment], { live: true, starting: [], naming: "wanted" }).finally(() =>
    fake.close(),
  );
  expect(hosts).toMatchObject([{ kind: "seen", endpoint }]);
  expect(Object.keys(inventory.capacity)).toEqual(["portainer:7"]);
  expect(new Set(inventory.claims.map((claim) => claim.endpoint.id))).toEqual(new Set(["portainer:7"]));
});
