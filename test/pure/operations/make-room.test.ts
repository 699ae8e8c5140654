import type { ServerResponse } from "node:http";
import { afterEach, expect, it, vi } from "vitest";
import { roomFor } from "../../../src/operations/make-room.ts";
import { deploymentFrom } from "../resolve/sample.ts";
import { type Fake, fakeDocker, status } from "../docker/fake-docker.ts";

let fake: Fake | undefined;
afterEach(() => fake?.close());

it("a container is created once the one of its name, which leaves for another one, is gone", async () => {
  let removal: ServerResponse | undefined;
  fake = await fakeDocker({
    "/containers/old/stop": status(204, ""),
    "/containers/old?force=true&v=true": (response) => void (removal = response),
  });
  const { endpoint } = fake;
  const realization = deploymentFrom(`config: { berth:endpoint: "${endpoint}" }`, {
    blueprintYaml: "services: { one: { image: web:1 }, two: { image: web:1 } }",
  });
  // The new `one` gets a port of the old `two`, which is removed for that, while the engine replaces `two` as well.
  const room = roomFor(realization, {
    containers: { one: [{ id: "old", name: "two", gives: "its port" }] },
    networks: {},
  });
  const events: string[] = [];
  const one = room.forContainer("one").then(() => events.push("room for one"));
  await vi.waitFor(() => expect(removal).toBeDefined());
  const two = room.forContainer("two").then(() => events.push("room for two"));
  await new Promise(setImmediate);
  events.push("the old two is gone");
  removal?.writeHead(204).end();
  await Promise.all([one, two]);
  expect(events[0]).toBe("the old two is gone");
});
