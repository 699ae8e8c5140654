import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { dockerClient } from "../../../src/docker/client.ts";
import { failureOf } from "../../../src/docker/failure.ts";
import { answering, type Fake, fakeDocker, fakeSocket, type Replies } from "./fake-docker.ts";

const open: Fake[] = [];
async function use(fake: Promise<Fake>): Promise<Fake> {
  open.push(await fake);
  return fake;
}
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

describe("a client of dockerode", () => {
  it("asks the endpoint that it is for, whatever DOCKER_HOST says", async () => {
    vi.stubEnv("DOCKER_HOST", "tcp://192.0.2.1:2375");
    const { endpoint } = await use(fakeDocker());
    const docker = await dockerClient(endpoint);
    expect(await docker.info()).toMatchObject({ NCPU: 4 });
  });

  it("asks a host behind a path", async () => {
    const server = createServer(answering({ "/api/1/docker/info": { NCPU: 4 } }));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const docker = await dockerClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/1/docker`);
    expect(await docker.info()).toEqual({ NCPU: 4 });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const half = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{";
  it.each<[string, (socket: Socket) => void]>([
    ["accepts and says nothing", () => undefined],
    ["says half and hangs", (socket) => socket.on("data", () => socket.write(half))],
    ["says half and closes", (socket) => socket.on("data", () => socket.end(half))],
  ])("gives up on a daemon that %s", async (_, talk) => {
    const { endpoint } = await use(fakeSocket(talk));
    const docker = await dockerClient(endpoint, { timeout: 100 });
    const error = await docker.info().catch((reason: unknown) => reason);
    expect(failureOf(error)).toEqual({ kind: "time-out", asked: "GET /info", milliseconds: 100 });
  });

  it("lets a stream go on for longer than a request may take", async () => {
    const slow: Replies = {
      "/events": (response) => {
        response.write("first");
        setTimeout(() => response.end(" last"), 200);
      },
    };
    const { endpoint } = await use(fakeDocker(slow));
    const docker = await dockerClient(endpoint, { timeout: 100 });
    expect(await text(await docker.getEvents())).toBe("first last");
  });

  it("refuses a URL of something else", async () => {
    const error = await dockerClient("ftp://far").catch((reason: unknown) => reason);
    expect(failureOf(error)).toEqual({ kind: "url" });
  });
});
