import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { nginxFiles } from "../../src/export/nginx.ts";
import { deploymentFrom } from "../pure/resolve/sample.ts";
import { freePort } from "./free-port.ts";
import { findNginx, Nginx } from "./nginx.ts";

const found = await findNginx();
if (found === undefined) console.warn("skipped: nginx is not installed and cannot be downloaded with apt-get");

describe.skipIf(found === undefined)("two virtual hosts on one nginx", () => {
  let folder: string;
  let port: number;
  let nginx: Nginx;
  const backends: Server[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "berth-sites-"));
    await mkdir(join(folder, "sites"));
    port = await freePort();
    for (const name of ["a", "b"]) {
      const backend = await startBackend(name);
      backends.push(backend);
      await writeSite(name, (backend.address() as AddressInfo).port);
    }
    nginx = new Nginx(found?.program ?? "", folder);
    await nginx.check();
    nginx.start();
    await vi.waitFor(() => ask("a.test", "/"), { timeout: 20_000 });
  });

  afterAll(async () => {
    await nginx?.stop();
    for (const backend of backends) backend.closeAllConnections();
    for (const backend of backends) backend.close();
    await rm(folder, { recursive: true });
    await found?.remove();
  });

  /** The exported file, but for the port, and static files among which are some that are nobody's business. */
  async function writeSite(name: string, backendPort: number): Promise<void> {
    const deployment = deploymentFrom(
      `config:
  berth:blueprint: equipemed
  berth:domain: ${name}.test
  berth:ports: { app: { port: ${backendPort}, address: 127.0.0.1 } }
  berth:settings: { STATIC_ROOT: ${folder} }
`,
      { stack: `site-${name}` },
    );
    const exported = nginxFiles(deployment);
    if (!exported.ok) throw new Error(JSON.stringify(exported.findings));
    for (const file of exported.value)
      await writeFile(join(folder, "sites", file.path), file.text.replace("listen 80;", `listen 127.0.0.1:${port};`));
    const directory = deployment.staticDirectory?.path ?? "";
    await mkdir(join(directory, "css/.git"), { recursive: true });
    await writeFile(join(directory, "css/app.css"), `/* ${name} */`);
    await writeFile(join(directory, "css/.git/config"), "hidden");
    await writeFile(join(directory, ".berth"), "hidden");
    await writeFile(join(folder, "outside"), "hidden");
  }

  interface Answer {
    readonly status: number | undefined;
    readonly headers: IncomingMessage["headers"];
    readonly body: string;
  }

  async function ask(host: string, path: string, headers: Record<string, string> = {}, body?: Buffer): Promise<Answer> {
    const method = body === undefined ? "GET" : "POST";
    const asked = request({ host: "127.0.0.1", port, path, method, headers: { host, ...headers }, agent: false });
    asked.end(body);
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
  }

  it.each([
    ["a.test", "a"],
    ["www.a.test", "a"],
    ["b.test", "b"],
    ["www.b.test", "b"],
  ])("leads %s to %s, and says on whose behalf", async (host, name) => {
    const { body } = await ask(host, "/patients?q=1", { "x-forwarded-for": "198.51.100.7" });
    expect(JSON.parse(body)).toMatchObject({
      name,
      url: "/patients?q=1",
      headers: {
        host,
        "x-real-ip": "127.0.0.1",
        "x-forwarded-for": "198.51.100.7, 127.0.0.1",
        "x-forwarded-proto": "http",
      },
    });
  });

  it.each(["a", "b"])("hands out the static files of %s, and asks nobody for them", async (name) => {
    const answer = await ask(`${name}.test`, "/static/css/app.css");
    expect(answer).toMatchObject({ status: 200, body: `/* ${name} */` });
  });

  it.each([
    ["a file that begins with a dot", "/static/.berth"],
    ["a file in a folder that does", "/static/css/.git/config"],
    ["one that is written otherwise", "/static/%2eberth"],
    ["a folder's list", "/static/css/"],
  ])("does not hand out %s", async (_, path) => {
    const { status, body } = await ask("a.test", path);
    expect([403, 404]).toContain(status);
    expect(body).not.toContain("hidden");
  });

  it.each(["/static/../outside", "/static../outside", "/static/..%2foutside", "/static//../../outside"])(
    "leads nowhere outside the static directory by %s",
    async (path) => {
      expect((await ask("a.test", path)).body).not.toContain("hidden");
    },
  );

  it("asks the app for its health", async () => {
    expect(JSON.parse((await ask("b.test", "/health/")).body)).toMatchObject({ name: "b", url: "/health/" });
  });

  it("takes uploads of some size", async () => {
    expect((await ask("a.test", "/media/scan", {}, Buffer.alloc(20 * 1024 ** 2))).status).toBe(200);
  });

  it("lets a websocket through", async () => {
    const headers = { host: "a.test", connection: "Upgrade", upgrade: "websocket" };
    const asked = request({ host: "127.0.0.1", port, path: "/live", headers, agent: false });
    asked.end();
    const [answer, socket] = await once(asked, "upgrade");
    expect(answer.statusCode).toBe(101);
    socket.write("ping");
    expect(String((await once(socket, "data"))[0])).toBe("ping");
    socket.destroy();
  });
});

/** Tells what it was asked, and speaks back what it hears once a connection is upgraded. */
async function startBackend(name: string): Promise<Server> {
  const server = createServer((asked, answer) => {
    asked.resume().on("end", () => answer.end(JSON.stringify({ name, url: asked.url, headers: asked.headers })));
  });
  server.on("upgrade", (_, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
