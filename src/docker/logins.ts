import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { RegistryLogin } from "./build-session.ts";

/** Docker's own name for the registry that images without one come from. */
const dockerHub = "https://index.docker.io/v1/";

/**
 * The logins of `docker login` that stand in Docker's configuration itself, by registry; those in a credential helper are
 * left to it, and such an image has to be pulled beforehand.
 */
export async function registryLogins(
  env: NodeJS.ProcessEnv = process.env,
): Promise<Readonly<Record<string, RegistryLogin>>> {
  const folder = env["DOCKER_CONFIG"] ?? join(homedir(), ".docker");
  try {
    const { auths = {} } = JSON.parse(await readFile(join(folder, "config.json"), "utf8")) as Configuration;
    return Object.fromEntries(
      Object.entries(auths).flatMap(([registry, { auth = "" }]) => {
        const [, username = "", password = ""] = /^([^:]+):(.*)$/s.exec(Buffer.from(auth, "base64").toString()) ?? [];
        return username === "" ? [] : [[registry, { username, password }] as const];
      }),
    );
  } catch {
    // Without a configuration that can be read, images are pulled as anybody.
    return {};
  }
}

interface Configuration {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
}

/** The login for a host that BuildKit pulls from. */
export const loginFor = (logins: Readonly<Record<string, RegistryLogin>>, host: string): RegistryLogin | undefined =>
  Object.entries(logins).find(([registry]) =>
    host === "registry-1.docker.io"
      ? registry === dockerHub
      : registry.replace(/^https?:\/\//, "").split("/")[0] === host,
  )?.[1];
