import { createServer as createHttpServer, type RequestListener, type ServerResponse } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Fake {
  readonly endpoint: string;
  readonly socketPath: string;
  /** The paths that were asked for, in order. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

/** What a path of the API is answered with: JSON, or whatever the function does. */
export type Replies = Readonly<Record<string, object | ((response: ServerResponse) => void)>>;

/** The API of an empty host, on a unix socket, but for the replies given. What is not known gets 404. */
export function fakeDocker(replies: Replies = {}): Promise<Fake> {
  const asked: string[] = [];
  const answer = answering({ ...emptyHost, ...replies });
  const server = createHttpServer((request, response) => {
    asked.push(request.url ?? "");
    answer(request, response);
  });
  return listening(server, asked);
}

export const answering =
  (replies: Replies): RequestListener =>
  (request, response) => {
    const reply = replies[request.url ?? ""];
    if (typeof reply === "function") return reply(response);
    response.statusCode = reply ? 200 : 404;
    response.end(JSON.stringify(reply ?? { message: `no ${request.url}` }));
  };

export const emptyHost: Replies = {
  "/info": { NCPU: 4, MemTotal: 8_000_000_000, Swarm: { LocalNodeState: "inactive" } },
  "/containers/json?all=1": [],
  "/volumes": { Volumes: null, Warnings: null },
  "/networks": [],
};

/** A unix socket on which anything may be said. */
export const fakeSocket = (talk: (socket: Socket) => void): Promise<Fake> => listening(createServer(talk));

export const status =
  (code: number, body: string) =>
  (response: ServerResponse): void =>
    void response.writeHead(code).end(body);

async function listening(server: Server, asked: readonly string[] = []): Promise<Fake> {
  const directory = await mkdtemp(join(tmpdir(), "berth-fake-docker-"));
  const socketPath = join(directory, "docker.sock");
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket.on("error", () => undefined)));
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const close = async () => {
    sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => server.close(resolve));
    await rm(directory, { recursive: true });
  };
  return { endpoint: `unix://${socketPath}`, socketPath, asked, close };
}
