/** Programs of this machine with the shared libraries they need: enough for a small image where no registry is reached. */
import { execFile } from "node:child_process";
import { access, constants, realpath } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What the sample image needs beside Node itself. */
const programs = ["sh", "cp", "chown", "mkdir", "cat", "ls", "curl"] as const;

/** A file of this machine, and the absolute path that it has in the image. */
export interface HostFile {
  readonly source: string;
  readonly destination: string;
}

/**
 * Node, a shell, a few tools and curl, each in /bin, and every library in its own place.
 * Installs curl where it is missing and this process may.
 * @throws in words for the person who must act.
 */
export async function hostPrograms(progress: (line: string) => void): Promise<HostFile[]> {
  const found = [{ source: process.execPath, destination: "/bin/node" }];
  for (const name of programs) found.push({ source: await locate(name, progress), destination: `/bin/${name}` });
  const libraries = await Promise.all(found.map(({ source }) => librariesOf(source)));
  // Tells the loader of libraries outside its built-in directories.
  const cache = (await isThere("/etc/ld.so.cache"))
    ? [{ source: "/etc/ld.so.cache", destination: "/etc/ld.so.cache" }]
    : [];
  const files = new Map([...found, ...libraries.flat(), ...cache].map((file) => [file.destination, file]));
  return [...files.values()].sort((a, b) => (a.destination < b.destination ? -1 : 1));
}

async function locate(name: string, progress: (line: string) => void): Promise<string> {
  const known = await which(name);
  if (known !== undefined) return known;
  if (name === "curl" && process.getuid?.() === 0 && (await which("apt-get")) !== undefined) {
    await installCurl(progress);
    const installed = await which(name);
    if (installed !== undefined) return installed;
  }
  const remedy =
    name === "curl" ? "install it (for example: sudo apt-get install curl) and run this again" : "put it on PATH";
  throw new Error(`${name} is not on this machine, and the sample image needs it: ${remedy}, or use --base official`);
}

async function which(name: string): Promise<string | undefined> {
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    const candidate = path.join(folder, name);
    if (path.isAbsolute(folder) && (await isThere(candidate, constants.X_OK))) return realpath(candidate);
  }
  return undefined;
}

const isThere = (file: string, mode = constants.R_OK): Promise<boolean> =>
  access(file, mode).then(
    () => true,
    () => false,
  );

async function installCurl(progress: (line: string) => void): Promise<void> {
  progress("curl is missing: installing it with apt-get");
  const install = () => run("apt-get", ["install", "-y", "--no-install-recommends", "curl"], { env: aptEnvironment() });
  try {
    await install().catch(async () => {
      await run("apt-get", ["update"], { env: aptEnvironment() });
      await install();
    });
  } catch (error) {
    const reason = (error as { stderr?: string }).stderr?.trim() || String(error);
    throw new Error(`curl is missing and apt-get cannot install it: install curl and run this again\n${reason}`, {
      cause: error,
    });
  }
}

const aptEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, DEBIAN_FRONTEND: "noninteractive" });

async function librariesOf(program: string): Promise<HostFile[]> {
  try {
    const { stdout } = await run("ldd", [program], { env: { ...process.env, LC_ALL: "C" } });
    return parseLibraries(program, stdout);
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as { code?: string | number; stdout?: string; stderr?: string };
    const remedy = "ldd is not on this machine: install it (libc-bin), or use --base official";
    if (code === "ENOENT") throw new Error(remedy, { cause: error });
    if (/not a (valid )?dynamic/i.test(stdout + stderr)) return [];
    throw error;
  }
}

/**
 * The libraries in what ldd prints: `libc.so.6 => /lib/libc.so.6 (0x…)` and the loader, `/lib64/ld-linux-x86-64.so.2 (0x…)`.
 * @throws where one is not found.
 */
export function parseLibraries(program: string, output: string): HostFile[] {
  return output.split("\n").flatMap((line) => {
    const missing = /^\s*(\S+) => not found/.exec(line)?.[1];
    if (missing !== undefined)
      throw new Error(`${program} needs ${missing}, which is not on this machine: use --base official`);
    const [, wanted = "", source] = /^\s*(?:(\S+) => )?(\/\S+)/.exec(line) ?? [];
    return source === undefined ? [] : [{ source, destination: wanted.startsWith("/") ? wanted : source }];
  });
}
