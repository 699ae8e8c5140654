/** A queue of jobs in Redis or what speaks like it; no more of its protocol than a list needs. */
import { once } from "node:events";
import { connect as connectSocket, type Socket } from "node:net";
import { required, type Environment } from "./settings.ts";

const list = "jobs";
/** How long an answer may take beyond what it was asked to wait, in milliseconds. */
const patience = 5_000;

export type Reply = string | number | null | Error | readonly Reply[];

export interface QueueAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** @throws without the text of the address. */
export function readQueueAddress(environment: Environment): QueueAddress {
  const text = required(environment, "REDIS_URL", "where the queue of jobs is");
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "redis:" || !url.hostname) {
    throw new Error("REDIS_URL is no address of a queue: write redis://:PASSWORD@HOST:PORT");
  }
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || 6379),
    user: decodeURIComponent(url.username) || "default",
    password: decodeURIComponent(url.password),
    database: url.pathname.slice(1) || "0",
  };
}

export class Queue {
  private received = Buffer.alloc(0);
  private readonly chunks: AsyncIterator<Buffer>;

  private constructor(private readonly socket: Socket) {
    this.chunks = (socket as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    socket.on("error", () => {}); // the next command fails with the same
  }

  static async open({ host, port, user, password, database }: QueueAddress): Promise<Queue> {
    const socket = connectSocket({ host, port });
    socket.setTimeout(patience, () => socket.destroy(new Error(`${host}:${port} is silent`)));
    await once(socket, "connect");
    const queue = new Queue(socket);
    if (password !== "") await queue.command("AUTH", user, password);
    if (database !== "0") await queue.command("SELECT", database);
    return queue;
  }

  async put(job: string): Promise<void> {
    await this.command("RPUSH", list, job);
  }

  /** Puts a job back to be the next. */
  async putBack(job: string): Promise<void> {
    await this.command("LPUSH", list, job);
  }

  /** The next job; undefined where none came within a second. */
  async take(): Promise<string | undefined> {
    const reply = await this.command("BLPOP", list, "1");
    return Array.isArray(reply) ? String(reply[1]) : undefined;
  }

  close(): void {
    this.socket.destroy();
  }

  /** One after the other: the next may be sent once the reply is there. */
  private async command(...words: readonly string[]): Promise<Reply> {
    this.socket.write(
      `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`,
    );
    for (;;) {
      const parsed = parseReply(this.received);
      if (parsed !== undefined) {
        this.received = this.received.subarray(parsed.end);
        if (parsed.reply instanceof Error) throw parsed.reply;
        return parsed.reply;
      }
      const chunk = await this.chunks.next();
      if (chunk.done === true) throw new Error("the queue hung up");
      this.received = Buffer.concat([this.received, chunk.value]);
    }
  }
}

/** The first reply in what was received, and where it ends; undefined while it is not complete. */
export function parseReply(received: Buffer, start = 0): { readonly reply: Reply; readonly end: number } | undefined {
  const lineEnd = received.indexOf("\r\n", start);
  if (lineEnd < 0) return undefined;
  const [kind, rest] = [received.toString("latin1", start, start + 1), received.toString("utf8", start + 1, lineEnd)];
  const end = lineEnd + 2;
  if (kind === "+") return { reply: rest, end };
  if (kind === "-") return { reply: new Error(rest), end };
  const size = Number(rest);
  if (kind === ":") return { reply: size, end };
  if (size < 0) return { reply: null, end };
  if (kind === "$") {
    if (received.length < end + size + 2) return undefined;
    return { reply: received.toString("utf8", end, end + size), end: end + size + 2 };
  }
  if (kind !== "*") throw new Error("what answers is no Redis");
  const replies: Reply[] = [];
  let next = end;
  for (let count = 0; count < size; count += 1) {
    const item = parseReply(received, next);
    if (item === undefined) return undefined;
    replies.push(item.reply);
    next = item.end;
  }
  return { reply: replies, end: next };
}
