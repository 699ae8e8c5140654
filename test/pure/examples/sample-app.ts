/** Runs the sample app as a child process in a temporary folder, and asks it. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

export const example = fileURLToPath(new URL("../../../examples/equipemed", import.meta.url));
export const secret = "k".repeat(50);
export const healthy = {
  SECRET_KEY: secret,
  DEBUG: "False",
  DEPLOYMENT_ENVIRONMENT: "production",
  ALLOWED_HOSTS: "a.hospital.example,www.a.hospital.example,localhost,127.0.0.1",
};

export interface App {
  readonly root: string;
  readonly port: number;
  readonly child: ChildProcess;
  readonly errors: () => string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const children: ChildProcess[] = [];
const roots: string[] = [];

/** Ends every app and removes its folder. */
export async function cleanUp(): Promise<void> {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
  for (const root of roots.splice(0)) await rm(root, { recursive: true, force: true });
}

/** A new folder in which the app finds its own. */
export async function makeRoot(): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), "equipemed-"));
  roots.push(root);
  for (const folder of ["database", "media", "staticfiles"]) await mkdir(path.join(root, folder));
  await writeFile(path.join(root, "VERSION"), "2.1\n");
  return root;
}

export interface Start {
  readonly env?: Readonly<Record<string, string>>;
  readonly root?: string;
  readonly program?: string;
  readonly user?: number;
}

/** The app's process; it listens on a port that was free. */
export function run(start: Start, root: string): ChildProcess {
  const env = { ...healthy, PORT: "0", LISTEN_ADDRESS: "127.0.0.1", APP_ROOT: root, ...start.env };
  const user = start.user === undefined ? {} : { uid: start.user, gid: start.user };
  const child = spawn(process.execPath, [start.program ?? path.join(example, "server.mjs")], {
    env,
    cwd: root,
    ...user,
  });
  children.push(child);
  return child;
}

/** An app that answers. */
export async function startApp(start: Start = {}): Promise<App> {
  const root = start.root ?? (await makeRoot());
  const child = run(start, root);
  const errors: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => errors.push(chunk));
  const port = await new Promise<number>((resolve, reject) => {
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      const listening = /listens on 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (listening !== undefined) resolve(Number(listening));
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${errors.join("")}`)));
  });
  return { root, port, child, errors: () => errors.join("") };
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Not fetch, which normalises paths and sets Host itself. */
export async function ask(
  { port }: App,
  where: string,
  { method = "GET", headers = {}, body = "" }: Question = {},
): Promise<Answer> {
  const sent = request({ host: "127.0.0.1", port, path: where, method, headers, agent: false });
  sent.end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) };
}

export const askJson = async (app: App, where: string, question?: Question) =>
  JSON.parse((await ask(app, where, question)).body);
export const postJson = (value: unknown): Question => {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
};

/** Whether anybody accepts connections there. */
export function reachable(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const settle = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.once("connect", () => settle(true)).once("error", () => settle(false));
  });
}
