/** Containers that tests start and talk to as people do: docker run, exec, logs. Names are of uniqueName. */
import { text } from "node:stream/consumers";
import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import { vi } from "vitest";
import { docker } from "./docker.ts";

export interface Ended {
  readonly code: number;
  /** What it printed, to both outputs. */
  readonly output: string;
}

export async function start(
  name: string,
  Image: string,
  options: Docker.ContainerCreateOptions = {},
): Promise<Docker.Container> {
  const container = await docker.createContainer({ name, Image, ...options });
  await container.start();
  return container;
}

/** As `docker run --rm`. */
export async function runToEnd(name: string, Image: string, options: Docker.ContainerCreateOptions): Promise<Ended> {
  const container = await start(name, Image, options);
  try {
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return { code: StatusCode, output: await logsOf(container) };
  } finally {
    await container.remove({ force: true, v: true });
  }
}

export async function logsOf(container: Docker.Container): Promise<string> {
  const raw = await container.logs({ stdout: true, stderr: true, follow: false });
  const frames: string[] = [];
  for (let at = 0; at + 8 <= raw.length; at += 8 + raw.readUInt32BE(at + 4)) {
    frames.push(raw.toString("utf8", at + 8, at + 8 + raw.readUInt32BE(at + 4)));
  }
  return frames.join("");
}

/** As `docker exec`, without a terminal. */
export async function exec(
  container: Docker.Container,
  Cmd: readonly string[],
  options: Docker.ExecCreateOptions = {},
): Promise<Ended> {
  const running = await container.exec({ Cmd: [...Cmd], AttachStdout: true, AttachStderr: true, ...options });
  const stream = await running.start({});
  const both = new PassThrough();
  docker.modem.demuxStream(stream, both, both);
  stream.once("end", () => both.end());
  const output = await text(both);
  return { code: (await running.inspect()).ExitCode ?? -1, output };
}

/** Waits until a command in it succeeds. @throws with what it printed last. */
export async function succeeds(container: Docker.Container, ...command: readonly string[]): Promise<void> {
  const attempt = async (): Promise<void> => {
    const { code, output } = await exec(container, command);
    if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${output}`);
  };
  await vi.waitFor(attempt, { timeout: 30_000, interval: 100 });
}
