/** As much of a web server as the app needs: routes, refusals in words, and an end that cuts nobody off. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Environment, reasonOf, setting, wholeNumber } from "./settings.ts";

export interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body: string | Buffer;
}

/** Method, path (its group is handed on), and what answers. */
export type Route = readonly [
  method: string,
  path: RegExp,
  answer: (request: IncomingMessage, part: string) => Promise<Answer>,
];

/** Any answer but the one that was asked for; thrown from anywhere in a request. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export const json = (status: number, value: unknown): Answer => ({
  status,
  type: "application/json",
  body: `${JSON.stringify(value)}\n`,
});

/** 503 with the reason where there is one. */
export const health = (trouble: string | undefined): Answer =>
  trouble === undefined ? json(200, { status: "ok" }) : json(503, { status: "unhealthy", reason: trouble });

/** @throws a refusal where it is larger than the limit, in bytes. */
export async function bodyOf(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk); // the rest is read and forgotten, so that the client gets to the answer
  }
  if (size > limit) throw new Refusal(413, `the body is larger than ${limit} bytes`);
  return Buffer.concat(chunks);
}

/** Listens on PORT until SIGTERM or SIGINT; resolves when the last request is answered. */
export async function listen(environment: Environment, routes: readonly Route[]): Promise<void> {
  const port = wholeNumber(environment, "PORT", 3000, [0, 65535]);
  const host = setting(environment, "HOST") ?? "0.0.0.0";
  const server = createServer((request, response) => {
    respond(routes, request, response).catch(() => response.destroy()); // the client went away
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).once("close", resolve);
    server.listen({ host, port }, () => {
      const address = server.address();
      console.log(`listening on ${host}:${typeof address === "object" ? address?.port : address}`);
    });
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => {
        server.close();
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 8_000).unref(); // within the ten that Docker waits
      });
    }
  });
}

async function respond(routes: readonly Route[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, type = "text/plain; charset=utf-8", body } = await answer(routes, request).catch(refuse);
  response.writeHead(status, { "content-type": type, "x-content-type-options": "nosniff" });
  response.end(body);
}

async function answer(routes: readonly Route[], request: IncomingMessage): Promise<Answer> {
  const [path = "/"] = (request.url ?? "/").split("?", 1);
  const method = request.method === "HEAD" ? "GET" : request.method;
  const here = routes.filter(([, pattern]) => pattern.test(path));
  const route = here.find(([allowed]) => allowed === method);
  if (route !== undefined) return route[2](request, route[1].exec(path)?.[1] ?? "");
  if (here.length > 0) throw new Refusal(405, `allowed here: ${here.map(([allowed]) => allowed).join(", ")}`);
  throw new Refusal(404, "there is no such page");
}

function refuse(error: unknown): Answer {
  if (error instanceof Refusal) return json(error.status, { error: error.message });
  console.error(reasonOf(error));
  return json(500, { error: "internal error; the log says more" });
}
