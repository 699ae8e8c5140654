import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** nginx of this machine, else Debian's package, unpacked but not installed; undefined where there is neither. */
export async function findNginx(): Promise<{ program: string; remove: () => Promise<void> } | undefined> {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin"];
  for (const program of folders.map((folder) => join(folder, "nginx"))) {
    const isThere = await access(program).then(...settled);
    if (isThere) return { program, remove: async () => {} };
  }
  const folder = await mkdtemp(join(tmpdir(), "berth-nginx-"));
  const program = join(folder, "unpacked/usr/sbin/nginx");
  const remove = (): Promise<void> => rm(folder, { recursive: true });
  const runs = await run("apt-get", ["download", "nginx"], { cwd: folder })
    .then(() => run("sh", ["-c", "dpkg-deb -x nginx_*.deb unpacked"], { cwd: folder }))
    .then(() => run(program, ["-v"]))
    .then(...settled);
  if (runs) return { program, remove };
  await remove();
  return undefined;
}

const settled = [() => true, () => false] as const;

/** An nginx whose files are all in one folder, which includes the files `*.conf` of its folder `sites`. */
export class Nginx {
  private child: ChildProcess | undefined;

  constructor(
    private readonly program: string,
    private readonly folder: string,
  ) {}

  /** @throws what nginx says of its configuration, where that is wrong. */
  async check(): Promise<void> {
    await writeFile(join(this.folder, "nginx.conf"), configuration(this.folder));
    await run(this.program, [...this.words(), "-t"]);
  }

  start(): void {
    this.child = spawn(this.program, this.words(), { stdio: "inherit" });
  }

  async stop(): Promise<void> {
    if (this.child === undefined || this.child.exitCode !== null) return;
    this.child.kill("SIGTERM");
    await once(this.child, "exit");
  }

  private words(): string[] {
    return ["-e", "stderr", "-p", this.folder, "-c", join(this.folder, "nginx.conf")];
  }
}

/** As root, workers stay root: they have to read a temporary folder that is root's. */
const configuration = (folder: string): string => `
${process.getuid?.() === 0 ? "user root;" : ""}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr crit;
events {}
http {
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join("\n  ")}
  include ${folder}/sites/*.conf;
}
`;
