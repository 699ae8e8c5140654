/**
 * A sample application that behaves like a small hospital app: a page, records, media and static files, and a health
 * check that says what is misconfigured. Plain Node, no dependencies; configuration.mjs tells what it reads.
 */
import { createServer } from "node:http";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { allowsHost, misconfigurations, readConfiguration, secretFingerprint } from "./configuration.mjs";
import { addRecord, openInside, readRecords, writeMedia } from "./storage.mjs";

const bytesOfRecord = 64 * 1024;
const bytesOfMedia = 10 * 1024 * 1024;
const secondsToFinish = 8; // within the ten that Docker waits before it kills
const contentTypes = { ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain" };

/** Any answer but the one that was asked for; thrown from anywhere in a request. */
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const configuration = readConfiguration(process.env);
let visits = 0;
let stopping = false;

/** Method, path (its group is handed on), and what answers. */
const routes = [
  ["GET", /^\/$/, page],
  ["GET", /^\/health\/$/, health],
  ["GET", /^\/api\/info$/, info],
  ["GET", /^\/records$/, async () => json(200, await readRecords(configuration.database))],
  ["POST", /^\/records$/, postRecord],
  ["GET", /^\/media\/([^/]+)$/, (_request, name) => file(configuration.media, mediaName(name))],
  ["PUT", /^\/media\/([^/]+)$/, putMedia],
  ["GET", /^\/static\/(.+)$/, (_request, name) => file(configuration.staticFiles, name)],
];

async function health() {
  const { version } = configuration;
  const problems = await misconfigurations(configuration);
  return problems.length === 0
    ? json(200, { status: "ok", version })
    : json(503, { status: "misconfigured", version, problems });
}

async function info() {
  const { version, settings, database } = configuration;
  return json(200, {
    hospital: settings.HOSPITAL_NAME ?? "",
    version,
    settings,
    uid: process.getuid(),
    gid: process.getgid(),
    records: (await readRecords(database)).length,
    secretKeyFingerprint: secretFingerprint(configuration),
  });
}

function page() {
  const text = (name) => escapeHtml(configuration.settings[name] ?? "");
  const body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${text("HOSPITAL_NAME")}</title><link rel="stylesheet" href="/static/app.css"></head>
<body>
<h1>${text("HOSPITAL_NAME")}</h1>
<address>
<p>${text("HOSPITAL_ADDRESS")}</p>
<p>${text("HOSPITAL_PHONE")}</p>
<p>${text("HOSPITAL_EMAIL")}</p>
</address>
<footer>Version ${escapeHtml(configuration.version)}, visit ${++visits} since the start</footer>
</body>
</html>
`;
  return {
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": "default-src 'self'" },
    body,
  };
}

const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeHtml = (text) => text.replace(/[&<>"']/g, (character) => entities[character]);
const json = (status, value) => ({
  status,
  headers: { "content-type": "application/json" },
  body: `${JSON.stringify(value)}\n`,
});

async function postRecord(request) {
  const chunks = [];
  for await (const chunk of body(request, bytesOfRecord)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  const isJson = /^application\/json\b/i.test(request.headers["content-type"] ?? "");
  return json(201, await addRecord(configuration.database, isJson ? parseBody(text) : text));
}

function parseBody(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal(400, `the body is not JSON: ${error.message}`);
  }
}

async function putMedia(request, encodedName) {
  const name = mediaName(encodedName);
  await writeMedia(configuration.media, name, body(request, bytesOfMedia));
  return json(201, { name });
}

/** What is sent, no more than the limit of it. The rest is read and forgotten, so that the client gets to the answer. */
async function* body(request, limit) {
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= limit) yield chunk;
  }
  if (size > limit) throw new Refusal(413, `the body is larger than ${limit} bytes`);
}

function mediaName(name) {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return name;
  throw new Refusal(
    400,
    "a media file's name is 1 to 100 letters, digits, dots, dashes or underscores; the first is a letter or digit",
  );
}

async function file(folder, encodedName) {
  const name = decode(encodedName);
  const found = await openInside(folder, name);
  if (found === undefined) throw new Refusal(404, "there is no such file");
  const type = contentTypes[path.extname(name)] ?? "application/octet-stream";
  const headers = { "content-type": type, "content-length": found.size, "x-content-type-options": "nosniff" };
  return { status: 200, headers, body: found.stream };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, "the path is not valid");
  }
}

/** The path as it came, never normalised: `..` stays visible to whoever opens the file. */
const pathOf = (request) => request.url.split("?", 1)[0];

async function answer(request) {
  const { host = "" } = request.headers;
  if (!allowsHost(configuration, host)) {
    throw new Refusal(
      400,
      `the host ${JSON.stringify(host)} is not allowed: add it to ALLOWED_HOSTS if the app is reached by it`,
    );
  }
  const method = request.method === "HEAD" ? "GET" : request.method;
  const here = routes.filter(([, pattern]) => pattern.test(pathOf(request)));
  const route = here.find(([allowed]) => allowed === method);
  if (route !== undefined) return route[2](request, route[1].exec(pathOf(request))[1]);
  if (here.length > 0) throw new Refusal(405, `allowed here: ${here.map(([allowed]) => allowed).join(", ")}`);
  throw new Refusal(404, "there is no such page");
}

function refuse(error) {
  if (error instanceof Refusal) return json(error.status, { error: error.message });
  if (error.code !== "ECONNRESET") console.error(error); // not for a client that went away
  return json(500, { error: "internal error; the log says more" });
}

async function respond(request, response) {
  const { status, headers, body } = await answer(request).catch(refuse);
  response.writeHead(status, { ...headers, ...(stopping ? { connection: "close" } : {}) });
  if (typeof body === "string") response.end(body);
  else await pipeline(body, response);
  if (pathOf(request) !== "/health/") console.log(`${request.method} ${pathOf(request)} ${status}`);
}

async function start() {
  const { port, address, version } = configuration;
  for (const problem of await misconfigurations(configuration)) console.error(`misconfigured: ${problem}`);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    console.error(`PORT is ${JSON.stringify(port)}: set it to a number from 0 to 65535`);
    process.exit(1);
  }
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy()); // the client went away
  });
  const sockets = new Set();
  server.on("connection", (socket) => sockets.add(socket.once("close", () => sockets.delete(socket))));
  server.on("error", (error) => {
    console.error(`cannot listen on ${address}:${port} (${error.code}): set PORT to a free port`);
    process.exit(1);
  });
  server.listen({ host: address, port }, () =>
    console.log(`version ${version} listens on ${address}:${server.address().port}`),
  );
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => stop(server, sockets, signal));
}

/** Accepts nothing more, finishes what has begun, and cuts off what is not finished in time. */
function stop(server, sockets, signal) {
  stopping = true;
  console.log(`${signal}: finishing the requests that have begun`);
  server.close(() => process.exit(0));
  // Connections that were kept alive are closed by now; not those that were opened ahead of any request.
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  setTimeout(() => server.closeAllConnections(), secondsToFinish * 1000).unref();
}

await start();
