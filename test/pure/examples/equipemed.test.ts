import { once } from "node:events";
import { chmod, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { request, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import {
  ask,
  askJson,
  cleanUp,
  example,
  healthy,
  makeRoot,
  postJson,
  reachable,
  run,
  secret,
  startApp,
} from "./sample-app.ts";

afterEach(cleanUp);

describe("health", () => {
  it("is 200 when everything is in order, and nothing is complained about", async () => {
    const app = await startApp();
    const answer = await ask(app, "/health/");
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { status: "ok", version: "2.1" }]);
    expect(app.errors()).toBe("");
  });

  it.each([
    [
      "no secret",
      { SECRET_KEY: "" },
      "SECRET_KEY is not set: set it to 50 random characters, or SECRET_KEY_FILE to a file that holds them",
    ],
    [
      "a short secret",
      { SECRET_KEY: "hunter2" },
      "SECRET_KEY has 7 characters and needs at least 32: set it to 50 random characters",
    ],
    [
      "an unreadable secret",
      { SECRET_KEY: "", SECRET_KEY_FILE: "/nowhere/key" },
      `SECRET_KEY_FILE names /nowhere/key, which cannot be read (ENOENT): mount it so that user ${process.getuid?.()}:${process.getgid?.()} can read it`,
    ],
    [
      "an empty secret",
      { SECRET_KEY: "", SECRET_KEY_FILE: "/dev/null" },
      "SECRET_KEY_FILE names /dev/null, which is empty: put 50 random characters in it",
    ],
    ["debugging in production", { DEBUG: "True" }, 'DEBUG is "True" in production: set DEBUG to False'],
    [
      "debugging where nothing is said of the environment",
      { DEBUG: "1", DEPLOYMENT_ENVIRONMENT: "" },
      'DEBUG is "1" in production: set DEBUG to False',
    ],
  ])("is 503 for %s, and says what to do", async (_, env, problem) => {
    const app = await startApp({ env });
    const answer = await ask(app, "/health/");
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      503,
      { status: "misconfigured", version: "2.1", problems: [problem] },
    ]);
    await expect.poll(app.errors).toBe(`misconfigured: ${problem}\n`);
    expect(answer.body).not.toContain("hunter2");
  });

  it("is 503 when no host is allowed, which is told at the start since nobody can ask", async () => {
    const app = await startApp({ env: { ALLOWED_HOSTS: " , " } });
    expect((await ask(app, "/health/")).status).toBe(400);
    await expect
      .poll(app.errors)
      .toBe(
        "misconfigured: ALLOWED_HOSTS is empty, so every request is refused: list the host names that the app is reached by\n",
      );
  });

  it("lists everything at once, in one order", async () => {
    const app = await startApp({ env: { SECRET_KEY: "", DEBUG: "True" } });
    await rm(path.join(app.root, "database"), { recursive: true });
    await rm(path.join(app.root, "media"), { recursive: true });
    await writeFile(path.join(app.root, "media"), "");
    expect((await askJson(app, "/health/")).problems).toEqual([
      "SECRET_KEY is not set: set it to 50 random characters, or SECRET_KEY_FILE to a file that holds them",
      'DEBUG is "True" in production: set DEBUG to False',
      `${app.root}/database cannot be written (ENOENT): mount a writable volume there`,
      `${app.root}/media cannot be written (ENOTDIR): mount a writable volume there`,
    ]);
  });

  it("is 503 while the app's user may not write, and 200 once it may", async () => {
    const root = await makeRoot();
    const user = process.getuid?.() || 4321; // root may always write
    await chmod(root, 0o755);
    await cp(example, path.join(root, "app"), { recursive: true });
    await chmod(path.join(root, "media"), 0o777);
    await chmod(path.join(root, "database"), 0o555);
    const asUser = process.getuid?.() === 0 ? { user } : {};
    const app = await startApp({ root, program: path.join(root, "app", "server.mjs"), ...asUser });
    const { uid, gid } = await askJson(app, "/api/info");
    expect((await askJson(app, "/health/")).problems).toEqual([
      `${root}/database cannot be written (EACCES): let user ${uid}:${gid} own the volume that is mounted there`,
    ]);
    await chmod(path.join(root, "database"), 0o777);
    expect((await ask(app, "/health/")).status).toBe(200);
  });

  it("takes the secret from a file, and debugging in development", async () => {
    const root = await makeRoot();
    await writeFile(path.join(root, "key"), `${secret}\n`);
    const env = {
      SECRET_KEY: "",
      SECRET_KEY_FILE: path.join(root, "key"),
      DEBUG: "True",
      DEPLOYMENT_ENVIRONMENT: "development",
    };
    const app = await startApp({ root, env });
    expect((await ask(app, "/health/")).status).toBe(200);
    expect((await askJson(app, "/api/info")).secretKeyFingerprint).toBe("57ad0037");
  });
});

describe("settings", () => {
  const awkward = `St. "Mary's" & <Sons>\n$HOME \${X} \\n 50% ünïcode`;

  it("come back verbatim, and nothing else does", async () => {
    const shown = {
      HOSPITAL_NAME: awkward,
      HOSPITAL_ADDRESS: "",
      EMAIL_BACKEND: "django.core.mail.backends.smtp.EmailBackend",
    };
    const app = await startApp({ env: { ...shown, EMAIL_PASSWORD: "not to be seen" } });
    const { SECRET_KEY: _secret, ...settings } = healthy;
    expect(await askJson(app, "/api/info")).toEqual({
      hospital: awkward,
      version: "2.1",
      settings: { ...settings, ...shown },
      uid: process.getuid?.(),
      gid: process.getgid?.(),
      records: 0,
      secretKeyFingerprint: "57ad0037",
    });
  });

  it("give no fingerprint of a secret that could be guessed from it", async () => {
    const app = await startApp({ env: { SECRET_KEY: "hunter2" } });
    expect((await askJson(app, "/api/info")).secretKeyFingerprint).toBeNull();
  });

  it("are escaped on the page, which counts its visits", async () => {
    const app = await startApp({
      env: {
        HOSPITAL_NAME: awkward,
        HOSPITAL_EMAIL: "<script>alert(1)</script>",
        HOSPITAL_PHONE: "+55 11 1",
        HOSPITAL_ADDRESS: "Rua A",
      },
    });
    await ask(app, "/");
    const { headers, body } = await ask(app, "/");
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(body).toContain("<h1>St. &quot;Mary&#39;s&quot; &amp; &lt;Sons&gt;\n$HOME ${X} \\n 50% ünïcode</h1>");
    expect(body).toContain("<p>Rua A</p>\n<p>+55 11 1</p>\n<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
    expect(body).toContain('<link rel="stylesheet" href="/static/app.css">');
    expect(body).toContain("Version 2.1, visit 2 since the start");
  });
});

describe("allowed hosts", () => {
  it.each([
    ["a.hospital.example", healthy.ALLOWED_HOSTS, 200],
    ["A.Hospital.Example:8778", healthy.ALLOWED_HOSTS, 200],
    ["127.0.0.1:8000", healthy.ALLOWED_HOSTS, 200],
    ["b.hospital.example", healthy.ALLOWED_HOSTS, 400],
    ["a.hospital.example.evil.example", healthy.ALLOWED_HOSTS, 400],
    ["a.hospital.example:80:80", healthy.ALLOWED_HOSTS, 400],
    ["evil.example/127.0.0.1", healthy.ALLOWED_HOSTS, 400],
    ["anything.example", "*", 200],
    ["x.hospital.example", ".hospital.example", 200],
    ["hospital.example", ".hospital.example", 200],
    ["otherhospital.example", ".hospital.example", 400],
    ["[::1]:8000", "[::1]", 200],
  ])("host %j with %j is %i", async (host, ALLOWED_HOSTS, status) => {
    const app = await startApp({ env: { ALLOWED_HOSTS } });
    for (const where of ["/", "/health/", "/static/none.css"]) {
      expect((await ask(app, where, { headers: { host } })).status).toBe(
        status === 200 && where.startsWith("/static") ? 404 : status,
      );
    }
  });

  it("are named in the refusal", async () => {
    const app = await startApp();
    expect(await askJson(app, "/", { headers: { host: "evil.example" } })).toEqual({
      error: 'the host "evil.example" is not allowed: add it to ALLOWED_HOSTS if the app is reached by it',
    });
  });

  it("are the local names when debugging without a list", async () => {
    const app = await startApp({ env: { ALLOWED_HOSTS: "", DEBUG: "True", DEPLOYMENT_ENVIRONMENT: "development" } });
    expect((await ask(app, "/health/", { headers: { host: "localhost:8779" } })).status).toBe(200);
    expect((await ask(app, "/health/", { headers: { host: "a.hospital.example" } })).status).toBe(400);
  });
});

describe("records", () => {
  it("are kept over a restart, whatever is in them", async () => {
    const app = await startApp();
    const first = await ask(app, "/records", postJson({ patient: "Zoë", note: "line\nbreak" }));
    const second = await ask(app, "/records", { method: "POST", body: "plain\ntext" });
    expect([first.status, second.status]).toEqual([201, 201]);
    app.child.kill("SIGKILL");
    const again = await startApp({ root: app.root });
    const records = await askJson(again, "/records");
    expect(records).toEqual([JSON.parse(first.body), JSON.parse(second.body)]);
    expect(records.map(({ data }: { data: unknown }) => data)).toEqual([
      { patient: "Zoë", note: "line\nbreak" },
      "plain\ntext",
    ]);
    expect((await askJson(again, "/api/info")).records).toBe(2);
  });

  it("are none lost when many come at once", async () => {
    const app = await startApp();
    await Promise.all(Array.from({ length: 50 }, (_, number) => ask(app, "/records", postJson(number))));
    const kept = (await askJson(app, "/records")).map(({ data }: { data: number }) => data);
    expect(kept.sort((a: number, b: number) => a - b)).toEqual(Array.from({ length: 50 }, (_, number) => number));
  });

  it("survive a line that a crash tore", async () => {
    const app = await startApp();
    await writeFile(path.join(app.root, "database", "records.jsonl"), '{"data":1}\n{"data":');
    await ask(app, "/records", postJson(2));
    expect((await askJson(app, "/records")).map(({ data }: { data: number }) => data)).toEqual([1, 2]);
  });

  it.each([
    ["too large", postJson("x".repeat(64 * 1024)), 413, "the body is larger than 65536 bytes"],
    ["much too large", postJson("x".repeat(8 * 1024 * 1024)), 413, "the body is larger than 65536 bytes"],
    [
      "not JSON",
      { method: "POST", headers: { "content-type": "application/json" }, body: "{" },
      400,
      expect.stringMatching(/^the body is not JSON: /),
    ],
    ["not possible", { method: "DELETE" }, 405, "allowed here: GET, POST"],
  ])("are refused when %s", async (_, question, status, error) => {
    const app = await startApp();
    const answer = await ask(app, "/records", question);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, { error }]);
    expect(await askJson(app, "/records")).toEqual([]);
  });

  it("answer 500 without details while the database cannot be written, and the log has them", async () => {
    const app = await startApp();
    await rm(path.join(app.root, "database"), { recursive: true });
    const answer = await ask(app, "/records", postJson(1));
    expect([answer.status, JSON.parse(answer.body)]).toEqual([500, { error: "internal error; the log says more" }]);
    await expect.poll(app.errors).toContain("ENOENT");
    await mkdir(path.join(app.root, "database"));
    expect((await ask(app, "/records", postJson(1))).status).toBe(201);
  });
});

describe("files", () => {
  it("are stored as media and come back byte for byte", async () => {
    const app = await startApp();
    expect((await ask(app, "/media/scan-1.txt", { method: "PUT", body: "first" })).status).toBe(201);
    expect((await ask(app, "/media/scan-1.txt", { method: "PUT", body: "second\0ü" })).status).toBe(201);
    expect((await ask(app, "/media/scan-1.txt")).body).toBe("second\0ü");
    expect(await readdir(path.join(app.root, "media"))).toEqual(["scan-1.txt"]);
  });

  it.each([
    "..",
    ".hidden",
    "%2e%2e%2fVERSION",
    "..%2fVERSION",
    "a%2fb",
    "a%00b",
    "a%20b",
    "-rf",
    "x".repeat(101),
    "%",
  ])("are not stored as %s", async (name) => {
    const app = await startApp();
    const answer = await ask(app, `/media/${name}`, { method: "PUT", body: "x" });
    expect(answer.status).toBe(400);
    expect(await readdir(path.join(app.root, "media"))).toEqual([]);
    expect(await readFile(path.join(app.root, "VERSION"), "utf8")).toBe("2.1\n");
  });

  it("leave nothing behind when they are too large", async () => {
    const app = await startApp();
    const answer = await ask(app, "/media/large", { method: "PUT", body: "x".repeat(10 * 1024 * 1024 + 1) });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      413,
      { error: "the body is larger than 10485760 bytes" },
    ]);
    expect(await readdir(path.join(app.root, "media"))).toEqual([]);
  });

  it("are served below /static/ with their types", async () => {
    const app = await startApp();
    await cp(path.join(example, "static"), path.join(app.root, "staticfiles"), { recursive: true });
    const { status, headers, body } = await ask(app, "/static/app.css");
    expect([status, headers["content-type"]]).toEqual([200, "text/css"]);
    expect(body).toBe(await readFile(path.join(example, "static", "app.css"), "utf8"));
    expect((await ask(app, "/static/app.css", { method: "HEAD" })).body).toBe("");
  });

  it.each([
    "../VERSION",
    "..%2fVERSION",
    "%2e%2e/VERSION",
    "%2e%2e%2fVERSION",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "link",
    ".hidden",
    "folder/.hidden",
    "folder/../../VERSION",
    "folder",
    "a%00",
  ])("are not served from elsewhere: /static/%s", async (name) => {
    const app = await startApp();
    await mkdir(path.join(app.root, "staticfiles", "folder"));
    for (const name of [".hidden", "folder/.hidden"]) await writeFile(path.join(app.root, "staticfiles", name), "");
    await symlink(path.join(app.root, "VERSION"), path.join(app.root, "staticfiles", "link"));
    const answer = await ask(app, `/static/${name}`);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([404, { error: "there is no such file" }]);
  });
});

describe("the process", () => {
  it("finishes a request that has begun when it is told to stop, accepts none after, and ends with 0", async () => {
    const app = await startApp();
    const headers = { expect: "100-continue", "content-length": "5" };
    const sent = request({ host: "127.0.0.1", port: app.port, path: "/records", method: "POST", headers });
    sent.flushHeaders();
    await once(sent, "continue"); // the app has the request, and waits for its body
    const ended = once(app.child, "exit");
    app.child.kill("SIGTERM");
    await expect.poll(() => reachable(app.port)).toBe(false);
    expect(app.child.exitCode).toBeNull();
    const answered = once(sent, "response") as Promise<[IncomingMessage]>;
    sent.end("after");
    const [answer] = await answered;
    expect([answer.statusCode, answer.headers.connection]).toEqual([201, "close"]);
    expect(JSON.parse(await text(answer)).data).toBe("after");
    expect(await ended).toEqual([0, null]);
    expect(await readFile(path.join(app.root, "database", "records.jsonl"), "utf8")).toContain('"data":"after"');
  });

  it("does not wait for connections that ask nothing", async () => {
    const app = await startApp();
    const idle = connect(app.port, "127.0.0.1");
    idle.on("error", () => {}); // it is cut off
    await once(idle, "connect");
    await ask(app, "/health/", { headers: { connection: "keep-alive" } });
    const ended = once(app.child, "exit");
    app.child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  }, 5_000); // less than the app gives to requests that have begun

  it.each([
    ["a port that is none", "http", 'PORT is "http": set it to a number from 0 to 65535\n'],
    ["a port that is too high", "70000", 'PORT is "70000": set it to a number from 0 to 65535\n'],
  ])("ends with 1 and a remedy for %s", async (_, PORT, message) => {
    const child = run({ env: { PORT } }, await makeRoot());
    const errors = text(child.stderr as NodeJS.ReadableStream);
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(await errors).toBe(message);
  });

  it("ends with 1 and a remedy for a port that is in use", async () => {
    const { port } = await startApp();
    const child = run({ env: { PORT: String(port) } }, await makeRoot());
    const errors = text(child.stderr as NodeJS.ReadableStream);
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(await errors).toBe(`cannot listen on 127.0.0.1:${port} (EADDRINUSE): set PORT to a free port\n`);
  });
});
