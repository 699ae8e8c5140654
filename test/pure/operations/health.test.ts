import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { healthOfEntrance, healthText, verifyHealth } from "../../../src/operations/health.ts";
import { deploymentFrom } from "../resolve/sample.ts";

/** No pause between tries: what is tested is what is asked and told. */
const at = { tries: 10, interval: 0 };
let server: Server | undefined;

async function answering(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/health/`;
}
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

describe("a health page", () => {
  it("is asked until it answers, and no longer", async () => {
    let asked = 0;
    const url = await answering((_, response) => response.writeHead(++asked < 4 ? 503 : 204).end());
    expect(await verifyHealth(url, at)).toEqual({ kind: "healthy", tries: 4 });
    expect(asked).toBe(4);
  });

  it("that complains ten times is unhealthy, with its own words, cut where they are long", async () => {
    let asked = 0;
    const url = await answering((_, response) => {
      asked += 1;
      response.writeHead(503).end(`no database${"!".repeat(1000)}`);
    });
    const health = await verifyHealth(url, at);
    expect(asked).toBe(10);
    expect(health).toEqual({
      kind: "unhealthy",
      reason: `${url} answered 503: no database${"!".repeat(489)} (10 tries)`,
    });
  });

  it("that sends elsewhere is not one", async () => {
    const url = await answering((_, response) => response.writeHead(302, { location: "/login" }).end());
    expect(await verifyHealth(url, at)).toMatchObject({ kind: "unhealthy", reason: `${url} answered 302 (10 tries)` });
  });

  it("where nothing listens, or that hangs up, says so", async () => {
    const url = await answering((request) => request.socket.destroy());
    expect(await verifyHealth(url, at)).toMatchObject({ reason: expect.stringContaining("did not answer: ") });
    server?.close();
    const nobody = "http://127.0.0.1:1/";
    expect(await verifyHealth(nobody, at)).toMatchObject({
      reason: `${nobody} did not answer: connect ECONNREFUSED 127.0.0.1:1 (10 tries)`,
    });
    const everywhere = "http://localhost:1/";
    expect(await verifyHealth(everywhere, at)).toMatchObject({ reason: expect.stringContaining("ECONNREFUSED") });
  });

  it.each([6000, 10_080])("on port %i, which browsers refuse, is asked like any other", async (port) => {
    const health = await verifyHealth(`http://127.0.0.1:${port}/`, { tries: 1, interval: 0 });
    expect(JSON.stringify(health)).not.toContain("bad port");
  });

  it.each<[string, RequestListener]>([
    ["never answers", () => undefined],
    ["never ends its answer", (_, response) => void response.writeHead(200).write("…")],
  ])("that %s is given up", async (_, listener) => {
    const url = await answering(listener);
    expect(await verifyHealth(url, { tries: 1, interval: 0 })).toMatchObject({
      reason: `${url} did not answer in time (1 tries)`,
    });
  });
});

describe("the entrance of a deployment", () => {
  const asked = async (url: string, extension: string) => {
    const blueprintYaml = `services: { web: { image: "web:1", ports: ["80"] } }\nx-berth: { ${extension} }\n`;
    const keys = `config:\n  berth:ports: { web: { port: ${new URL(url).port}, address: 127.0.0.1 } }\n`;
    return healthOfEntrance(deploymentFrom(keys, { blueprintYaml }), undefined, { tries: 2, interval: 0 });
  };

  it.each([200, 302, 401, 404])("is well with status %i where the blueprint names no page", async (status) => {
    const url = await answering((_, response) => response.writeHead(status).end());
    expect(await asked(url, "")).toEqual({ kind: "healthy", tries: 1 });
  });

  it.each<[string, RequestListener]>([
    ["an error", (_, response) => response.writeHead(503).end()],
    ["nothing", (request) => request.socket.destroy()],
  ])("that answers %s there is reported, and is no failure", async (_, listener) => {
    const health = await asked(await answering(listener), "");
    expect(health).toMatchObject({ kind: "silent" });
    expect(healthText(health)).toMatch(/^is up; http.*x-berth.health$/);
  });

  it("is unhealthy with the same answers where the blueprint names the page", async () => {
    const url = await answering((_, response) => response.writeHead(404).end());
    expect(await asked(url, "health: /health/")).toMatchObject({ kind: "unhealthy" });
  });
});
