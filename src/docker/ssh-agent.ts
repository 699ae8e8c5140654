import { spawn, type ChildProcessByStdio } from "node:child_process";
import { Agent, type AgentOptions } from "node:http";
import { Duplex, type Readable, type Writable } from "node:stream";
import { DockerFailure } from "./failure.ts";

/**
 * HTTP connections through `ssh user@host docker system dial-stdio`, as the docker command makes them: so the
 * person's ssh configuration, keys and known hosts count. (dockerode's own ssh accepts every host key.)
 */
export class SshAgent extends Agent {
  constructor(
    private readonly url: string,
    options: AgentOptions,
  ) {
    super(options);
  }

  override createConnection(): Duplex {
    const { username, hostname, port } = new URL(this.url);
    const login = [...(username && ["-l", decodeURIComponent(username)]), ...(port && ["-p", port])];
    // BatchMode: a question for a password or a host key would never be seen.
    const words = ["-T", "-o", "BatchMode=yes", ...login, "--", hostname, "docker", "system", "dial-stdio"];
    return new SshSocket(spawn("ssh", words, { stdio: ["pipe", "pipe", "pipe"] }));
  }
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** The standard input and output of an ssh process as one stream, which says why ssh failed. */
class SshSocket extends Duplex {
  private complaint = "";

  constructor(private readonly child: Child) {
    super();
    child.stdout.on("data", (chunk: Buffer) => void (this.push(chunk) || child.stdout.pause()));
    child.stderr.on("data", (chunk: Buffer) => (this.complaint += chunk.toString()));
    // A broken pipe is followed by the end of the process, which has the reason.
    child.stdin.on("error", () => undefined);
    child.on("error", (error: NodeJS.ErrnoException) => this.fail(error.code ?? error.message));
    // Only now: the end of standard output comes before the reason is known.
    child.on("close", (code) =>
      code === 0 ? this.push(null) : this.fail(this.lastComplaint() || `exit code ${code}`),
    );
  }

  override _read(): void {
    this.child.stdout.resume();
  }
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.child.stdin.write(chunk, () => done());
  }
  override _final(done: () => void): void {
    this.child.stdin.end(() => done());
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.child.kill();
    done(error);
  }

  // What Node's http does with a socket that it keeps for later.
  setKeepAlive = () => this;
  setNoDelay = () => this;
  setTimeout = () => this;
  ref = () => this.eachHandle("ref");
  unref = () => this.eachHandle("unref");

  private eachHandle(verb: "ref" | "unref"): this {
    const { child } = this;
    for (const handle of [child, child.stdin, child.stdout, child.stderr]) (handle as unknown as Handle)[verb]();
    return this;
  }

  private fail(message: string): void {
    this.destroy(new DockerFailure({ kind: "ssh", message }));
  }

  private lastComplaint(): string {
    return this.complaint.trim().split("\n").at(-1)?.trim() ?? "";
  }
}

type Handle = Record<"ref" | "unref", () => void>;
