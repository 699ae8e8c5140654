import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { endpointAt } from "../endpoint-at.ts";
import { dockerEndpoint } from "../../src/deployment/endpoint.ts";
import { check } from "../../src/conflicts/check.ts";
import { claimsOf } from "../../src/claims/of-deployment.ts";
import type { Realization } from "../../src/deployment/realization.ts";
import { composeFiles } from "../../src/export/compose.ts";
import { hostClaims } from "../../src/inventory/host-claims.ts";
import { observeHost } from "../../src/host/observe-host.ts";
import { deploymentFrom, inYaml } from "../pure/resolve/sample.ts";
import { compose, runCompose, write } from "./compose.ts";
import { everyWord, testImage, withSecretFile } from "./compose-samples.ts";
import { cleanUp, docker, dockerAnswers, endpoint, tinyImage, uniqueName } from "./docker.ts";
import { freePort } from "./free-port.ts";

if (compose === undefined) console.warn("skipped: neither `docker compose` nor docker-compose is installed");

const evil: Readonly<Record<string, string>> = {
  HOSPITAL_NAME: "São João & Filhos €  日本 🏥",
  HOSPITAL_LINES: "first\nsecond\n\n  indented\n",
  HOSPITAL_QUOTES: `"it's" \`id\``,
  HOSPITAL_VARIABLES: "$HOME ${HOME} ${X:-y} $$ $${X} $",
  HOSPITAL_BACKSLASHES: "C:\\temp\\n \\$HOME \\",
  HOSPITAL_BLANKS: "  both ends\t ",
  HOSPITAL_YAML: "no: #comment, - [x] {y}: &a *b !c %d @e",
  HOSPITAL_BREAKS: "\u0085 \u2028 \u2029 \ufeff \u00a0 \u007f \u0001 \r\n",
  HOSPITAL_BOOLEAN: "yes",
  HOSPITAL_OCTAL: "0755",
  HOSPITAL_EMPTY: "",
};

describe.skipIf(!dockerAnswers || compose === undefined)("a Compose file on a real Docker", () => {
  const undo: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    const failures: unknown[] = [];
    for (const step of undo.splice(0).reverse()) await step().catch((error) => failures.push(error));
    expect(failures).toEqual([]);
  });
  afterAll(cleanUp);

  async function emptyFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "berth-compose-"));
    undo.push(() => rm(folder, { recursive: true }));
    return folder;
  }

  /** Writes the deployment's files, starts them, and takes all of it down after the test, whatever came of it. */
  async function up(deployment: Realization, folder: string, project = ["-p", deployment.prefix]): Promise<void> {
    const file = write(folder, composeFiles(deployment, { SECRET_KEY: "k$".repeat(25) }));
    undo.push(() => runCompose(folder, ...project, "-f", file, "down", "-v"));
    await runCompose(folder, ...project, "-f", file, "up", "-d");
  }

  const healthy = (name: string): Promise<void> =>
    expect
      .poll(async () => (await docker.getContainer(name).inspect()).State.Health?.Status, {
        timeout: 60_000,
        interval: 200,
      })
      .toBe("healthy");

  it("has the names, mounts, networks and settings of the deployment, to the letter", async () => {
    const prefix = uniqueName("berth_export");
    const deployment = equipemed(prefix, await freePort(), evil);
    await up(deployment, await emptyFolder());
    await healthy(`${prefix}_app`);

    const answer = await fetch(`http://127.0.0.1:${deployment.entrance?.port}/api/info`);
    expect((await answer.json()).settings).toMatchObject(evil);
    const app = await docker.getContainer(`${prefix}_app`).inspect();
    expect(app.Config).toMatchObject({ User: "1001:1001", Image: testImage, StopTimeout: 10 });
    expect(app.HostConfig).toMatchObject({
      Memory: 96 * 1024 ** 2,
      MemorySwap: 192 * 1024 ** 2,
      NanoCpus: 5e8,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      RestartPolicy: { Name: "unless-stopped" },
      Init: true,
      LogConfig: { Type: "json-file", Config: { "max-file": "3", "max-size": "10m" } },
    });
    expect(app.Mounts.map(({ Name, Destination }) => `${Name}:${Destination}`).sort()).toEqual([
      `${prefix}_database:/app/database`,
      `${prefix}_media_files:/app/media`,
      `${prefix}_static_files:/app/staticfiles`,
    ]);
    const network = await docker.getNetwork(`${prefix}_default`).inspect();
    const { subnet, gateway } = deployment.networks[0] ?? {};
    expect(network.IPAM?.Config).toEqual([{ Subnet: subnet, Gateway: gateway }]);
    expect(app.NetworkSettings.Networks[`${prefix}_default`]?.Aliases).toContain("app");
    expect((await docker.getContainer(`${prefix}_static_init`).inspect()).State.ExitCode).toBe(0);
    expect(await ownFindings(deployment)).toEqual([]);
  });

  it("says everything that a blueprint can say", async () => {
    const prefix = uniqueName("berth_export");
    const [tcp, udp, folder] = [await freePort(), await freePort(), await emptyFolder()];
    const network = `10.253.${Math.floor(Math.random() * 256)}`;
    const blueprintYaml = everyWord(await tinyImage(), folder, network);
    const stackYaml = `config: { "berth:prefix": ${prefix}, "berth:ports": { db: ${tcp}, db/53: ${udp} } }`;
    await up(deploymentFrom(stackYaml, { stack: "every-word", blueprintYaml }), folder);

    const { Config, HostConfig, Mounts, NetworkSettings } = await docker.getContainer(`${prefix}_db`).inspect();
    expect(Config).toMatchObject({
      Entrypoint: ["/bin/sh", "-c"],
      Cmd: ["echo $HOME; exec sleep 86400"],
      User: "1000:1000",
      WorkingDir: "/data",
      Hostname: "store",
      StopSignal: "SIGINT",
      StopTimeout: 1,
      Labels: { "org.example.price": "5$", "berth.service": "db" },
      Healthcheck: { Test: ["CMD-SHELL", 'test "$HOME"'], Interval: 15e8, Timeout: 1e9, StartPeriod: 2e9, Retries: 7 },
    });
    const bytes = (megabytes: number): number => megabytes * 1024 ** 2;
    expect(HostConfig).toMatchObject({
      Init: true,
      ReadonlyRootfs: true,
      CapAdd: ["CAP_NET_BIND_SERVICE"],
      CapDrop: ["ALL"],
      Tmpfs: { "/run": "size=1m,mode=1777" },
      ExtraHosts: ["far:10.0.0.1"],
      LogConfig: { Type: "local", Config: { "max-size": "1m" } },
      RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
      NanoCpus: 25e7,
      Memory: bytes(32),
      MemorySwap: bytes(64),
      MemoryReservation: bytes(16),
      ShmSize: bytes(8),
      PidMode: "host",
      IpcMode: "shareable",
      UsernsMode: "host",
      GroupAdd: ["5"],
      Devices: [{ PathOnHost: "/dev/null", PathInContainer: "/dev/none", CgroupPermissions: "r" }],
      PortBindings: {
        "5432/tcp": [{ HostIp: "127.0.0.1", HostPort: String(tcp) }],
        "53/udp": [{ HostIp: "0.0.0.0", HostPort: String(udp) }],
      },
    });
    expect(Mounts).toContainEqual(expect.objectContaining({ Name: `${prefix}_data`, Destination: "/data", RW: true }));
    expect(Mounts).toContainEqual(expect.objectContaining({ Source: `${folder}/new`, Destination: "/new", RW: false }));
    const back = NetworkSettings.Networks[`${prefix}_back`];
    expect(back?.IPAMConfig).toMatchObject({ IPv4Address: `${network}.5` });
    expect(back?.Aliases).toEqual(expect.arrayContaining(["db", "depot"]));
    expect((await docker.getNetwork(`${prefix}_back`).inspect()).Internal).toBe(true);
    const { HostConfig: lonely } = await docker.getContainer(`${prefix}_lonely`).inspect();
    expect(lonely.NetworkMode).toBe("bridge");
  });

  it("gives the app's user the files of its secrets", async () => {
    const prefix = uniqueName("berth_export");
    const blueprintYaml = withSecretFile;
    const deployment = deploymentFrom(stackFile(prefix, await freePort(), {}), { stack: "secret-file", blueprintYaml });
    await up(deployment, await emptyFolder());
    await healthy(`${prefix}_app`);
  });

  it("leaves the deployments of other files in its folder alone, also where nobody names a project", async () => {
    const folder = await emptyFolder();
    const blueprintYaml = `services: { app: { image: "${await tinyImage()}", stop_grace_period: 0s } }`;
    const [a, b] = ["a", "b"].map((stack) =>
      deploymentFrom(`config: { "berth:prefix": ${uniqueName("berth_export")} }`, { stack, blueprintYaml }),
    ) as [Realization, Realization];
    const idOf = async ({ prefix }: Realization): Promise<string> =>
      (await docker.getContainer(`${prefix}_app`).inspect()).Id;

    await up(a, folder, []);
    const before = await idOf(a);
    await up(b, folder, []);
    expect(await idOf(a)).toBe(before);
    await runCompose(folder, "-f", "compose.b.yaml", "down", "-v");
    expect(await idOf(a)).toBe(before);
  });

  it("makes volumes and networks, and runs nothing, where the deployment does not run", async () => {
    const prefix = uniqueName("berth_export");
    const deployment = equipemed(prefix, await freePort(), {}, "  berth:running: false\n");
    await up(deployment, await emptyFolder());
    const containers = await docker.listContainers({ all: true });
    expect(containers.filter(({ Names }) => Names.some((name) => name.includes(prefix)))).toEqual([]);
    const { Volumes } = await docker.listVolumes();
    expect(Volumes.map(({ Name }) => Name).filter((name) => name.startsWith(prefix))).toHaveLength(3);
    expect(await ownFindings(deployment)).toEqual([]);
  });

  it("stops what ran, and keeps its data, when the deployment no longer runs", async () => {
    const [prefix, port, folder] = [uniqueName("berth_export"), await freePort(), await emptyFolder()];
    const records = `http://127.0.0.1:${port}/records`;
    await up(equipemed(prefix, port, {}), folder);
    await healthy(`${prefix}_app`);
    await fetch(records, { method: "POST", body: "kept" });
    await up(equipemed(prefix, port, {}, "  berth:running: false\n"), folder);
    await expect(docker.getContainer(`${prefix}_app`).inspect()).rejects.toThrow("no such container");
    await up(equipemed(prefix, port, {}), folder);
    await healthy(`${prefix}_app`);
    expect(await (await fetch(records)).json()).toMatchObject([{ data: "kept" }]);
  });
});

const staticRoot = join(tmpdir(), "berth-compose-static");
afterAll(() => rm(staticRoot, { recursive: true, force: true }));

const equipemed = (
  prefix: string,
  port: number,
  settings: Readonly<Record<string, string>>,
  more = "",
): Realization => {
  const stack = prefix.replaceAll("_", "-");
  return deploymentFrom(stackFile(prefix, port, { STATIC_ROOT: staticRoot, ...settings }) + more, { stack });
};

const stackFile = (prefix: string, port: number, settings: Readonly<Record<string, string>>): string =>
  `config:
  berth:blueprint: equipemed
  berth:prefix: ${prefix}
  berth:ports: { app: { port: ${port}, address: 127.0.0.1 } }
  berth:services: { app: { cpus: 0.5, memory: 96M } }
  berth:images: { app: "${testImage}" }
  berth:settings: ${inYaml(settings)}
`;

/** What the conflict check says of a deployment that is live. */
async function ownFindings(deployment: Realization): Promise<unknown[]> {
  const seen = await observeHost(endpointAt(endpoint));
  if (seen.kind !== "seen") throw new Error(JSON.stringify(seen));
  const own = { ...deployment, endpoint: dockerEndpoint("local", endpoint) };
  const inventory = { claims: [...claimsOf(own), ...hostClaims(seen)], capacity: {}, findings: [], notLookedAt: [] };
  return check(inventory, { about: deployment.id });
}
