import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { endpointAt } from "../../endpoint-at.ts";
import { connect } from "../../../src/docker/connection.ts";
import { answer } from "../../../src/docker/request.ts";
import { observeHost } from "../../../src/host/observe-host.ts";
import { answering, emptyHost, fakeDocker, type Replies } from "./fake-docker.ts";

let directory: string;
const closing: (() => unknown)[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "berth-connection-"));
  vi.unstubAllEnvs();
  for (const name of ["DOCKER_HOST", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"])
    vi.stubEnv(name, undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(closing.splice(0).map((close) => close()));
  rmSync(directory, { recursive: true });
});

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

describe("over tcp", () => {
  it("a host is seen; without TLS nothing else is asked of it", async () => {
    const port = await portOf(createServer(answering(emptyHost)));
    expect(await observeHost(endpointAt(`tcp://127.0.0.1:${port}`))).toMatchObject({
      kind: "seen",
      capacity: { cpus: 4 },
      notLookedAt: [],
    });
  });

  it("DOCKER_HOST does not lead elsewhere", async () => {
    vi.stubEnv("DOCKER_HOST", "tcp://192.0.2.1:2375");
    const fake = await fakeDocker();
    closing.push(fake.close);
    expect(await observeHost(endpointAt(fake.endpoint))).toMatchObject({ kind: "seen" });
  });

  it("a path goes before that of the API", async () => {
    const behindProxy: Replies = Object.fromEntries(
      Object.entries(emptyHost).map(([path, reply]) => [`/api/1/docker${path}`, reply]),
    );
    const port = await portOf(createServer(answering(behindProxy)));
    expect(await observeHost(endpointAt(`http://127.0.0.1:${port}/api/1/docker/`))).toMatchObject({ kind: "seen" });
  });

  it("processes of another machine are not checked, and that is said", async () => {
    const port = await portOf(createServer(answering(emptyHost)));
    const endpoint = `http://127.0.0.1:${port}`;
    expect(await observeHost(endpointAt(endpoint))).toMatchObject({
      listeners: [],
      routes: [],
      notLookedAt: [{ what: `processes and routes of ${endpoint}`, why: "the endpoint is another machine" }],
    });
  });

  it("a question that is given up leaves another one its answer", async () => {
    let answerLate = (): void => undefined;
    const late = (response: ServerResponse) => void (answerLate = () => void response.end("{}"));
    const fake = await fakeDocker({ "/late": late, "/never": () => undefined });
    closing.push(fake.close);
    const connection = await connect(fake.endpoint);
    closing.push(connection.close);
    const asking = (path: string, timeout = 10_000) => answer(connection, path, timeout);
    const answered = asking("/late");
    await expect(asking("/never", 300)).rejects.toMatchObject({ failure: { kind: "time-out" } });
    answerLate();
    expect(await answered).toEqual({});
  });

  it("a closed port is told", async () => {
    const server = createServer();
    const port = await portOf(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await observeHost(endpointAt(`tcp://127.0.0.1:${port}`))).toMatchObject({
      kind: "unreachable",
      reason: `nothing listens on 127.0.0.1:${port}`,
    });
  });
});

describe("over TLS", () => {
  /** A host that lets in only those with a certificate of its own authority; the one certificate is all three. */
  async function securedHost(): Promise<number> {
    const words =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1";
    execFileSync(
      "openssl",
      [...words.split(" "), "-keyout", join(directory, "key.pem"), "-out", join(directory, "cert.pem")],
      { stdio: "ignore" },
    );
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => readFileSync(join(directory, name)));
    writeFileSync(join(directory, "ca.pem"), cert ?? "");
    return portOf(
      createTlsServer({ key, cert, ca: cert, requestCert: true, rejectUnauthorized: true }, answering(emptyHost)),
    );
  }

  it("a host is seen with its certificates", async () => {
    const port = await securedHost();
    vi.stubEnv("DOCKER_TLS_VERIFY", "1");
    vi.stubEnv("DOCKER_CERT_PATH", directory);
    expect(await observeHost(endpointAt(`tcp://127.0.0.1:${port}`))).toMatchObject({ kind: "seen" });
  });

  it("a certificate that nobody vouches for is refused", async () => {
    const port = await securedHost();
    rmSync(join(directory, "ca.pem"));
    vi.stubEnv("DOCKER_TLS_VERIFY", "1");
    vi.stubEnv("HOME", directory);
    expect(await observeHost(endpointAt(`tcp://127.0.0.1:${port}`))).toMatchObject({
      reason: `the TLS connection to 127.0.0.1:${port} failed: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)`,
      remedy: { text: expect.stringContaining("DOCKER_CERT_PATH") as string },
    });
  });

  it("https is verified without being told to", async () => {
    const endpoint = `https://127.0.0.1:${await securedHost()}`;
    expect(await observeHost(endpointAt(endpoint))).toMatchObject({
      reason: expect.stringContaining("DEPTH_ZERO_SELF_SIGNED_CERT"),
    });
    vi.stubEnv("DOCKER_CERT_PATH", directory);
    expect(await observeHost(endpointAt(endpoint))).toMatchObject({ kind: "seen" });
  });

  it("DOCKER_TLS alone trusts whomever answers, as the docker command does", async () => {
    const port = await securedHost();
    writeFileSync(join(directory, "ca.pem"), "");
    vi.stubEnv("DOCKER_TLS", "1");
    vi.stubEnv("DOCKER_CERT_PATH", directory);
    expect(await observeHost(endpointAt(`tcp://127.0.0.1:${port}`))).toMatchObject({ kind: "seen" });
  });

  it("a directory without certificates is told by its file", async () => {
    vi.stubEnv("DOCKER_TLS_VERIFY", "1");
    vi.stubEnv("DOCKER_CERT_PATH", directory);
    expect(await observeHost(endpointAt("tcp://127.0.0.1:2376"))).toMatchObject({
      reason: `the TLS file ${directory}/ca.pem cannot be read (ENOENT)`,
    });
  });
});

describe("over ssh", () => {
  /** An ssh command that runs a program of Node instead of going anywhere. */
  function fakeSsh(program: string): void {
    writeFileSync(join(directory, "ssh"), `#!${process.execPath}\n${program}`);
    chmodSync(join(directory, "ssh"), 0o755);
    vi.stubEnv("PATH", directory);
  }

  it("a host is seen through docker system dial-stdio, by the person's own ssh", async () => {
    const fake = await fakeDocker();
    closing.push(fake.close);
    fakeSsh(`
      const fs = require("node:fs");
      fs.writeFileSync("${directory}/words", process.argv.slice(2).join(" "));
      const socket = require("node:net").connect("${fake.socketPath}");
      process.stdin.pipe(socket).pipe(process.stdout);
    `);
    const endpoint = "ssh://ann@far:2222";
    expect(await observeHost(endpointAt(endpoint))).toMatchObject({
      kind: "seen",
      capacity: { cpus: 4 },
      notLookedAt: [{ what: `processes and routes of ${endpoint}`, why: "the endpoint is another machine" }],
    });
    expect(readFileSync(join(directory, "words"), "utf8")).toBe(
      "-T -o BatchMode=yes -l ann -p 2222 -- far docker system dial-stdio",
    );
  });

  it("reading a host takes no more logins than its sshd lets in at once", async () => {
    const containers = Array.from({ length: 20 }, (_, index) => ({ Id: `c${index}`, Names: [`/c${index}`] }));
    const fake = await fakeDocker({ "/containers/json?all=1": containers });
    closing.push(fake.close);
    fakeSsh(`
      require("node:fs").appendFileSync("${directory}/logins", "one\\n");
      const socket = require("node:net").connect("${fake.socketPath}");
      process.stdin.pipe(socket).pipe(process.stdout);
    `);
    expect(await observeHost(endpointAt("ssh://ann@far"))).toMatchObject({ kind: "seen" });
    expect(readFileSync(join(directory, "logins"), "utf8").trim().split("\n").length).toBeLessThanOrEqual(4);
  });

  it.each([
    [
      "a refused key",
      `console.error("Warning: added to known hosts\\nann@far: Permission denied (publickey)."); process.exit(255)`,
      "ssh failed: ann@far: Permission denied (publickey).",
    ],
    ["an end without a word", "process.exit(1)", "ssh failed: exit code 1"],
    [
      "an end without a failure",
      "process.exit(0)",
      expect.stringMatching(/^the connection ended in the middle of the answer to GET /),
    ],
    ["silence", "process.stdin.resume()", expect.stringMatching(/^no answer to GET \S+ within 1 s$/)],
  ])("%s is told", async (_, program, reason) => {
    fakeSsh(program);
    expect(await observeHost(endpointAt("ssh://ann@far"), { timeout: 1000 })).toMatchObject({
      kind: "unreachable",
      reason,
    });
  });

  it("a missing ssh command is told", async () => {
    vi.stubEnv("PATH", directory);
    expect(await observeHost(endpointAt("ssh://ann@far"))).toMatchObject({
      kind: "unreachable",
      reason: "there is no ssh command",
    });
  });
});
