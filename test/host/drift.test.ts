import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endpointAt } from "../endpoint-at.ts";
import type { Realization } from "../../src/deployment/realization.ts";
import { compare } from "../../src/drift/compare.ts";
import type { Live } from "../../src/host/inspected.ts";
import { liveReport, type LiveReport } from "../../src/host/live-report.ts";
import { observeHost } from "../../src/host/observe-host.ts";
import { composeFiles } from "../../src/export/compose.ts";
import { deploymentFrom } from "../pure/resolve/sample.ts";
import { compose, runCompose, write } from "./compose.ts";
import { everyWord } from "./compose-samples.ts";
import { cleanUp, docker, dockerAnswers, endpoint, tinyImage, uniqueName } from "./docker.ts";
import { freePort } from "./free-port.ts";

const secrets = { SECRET_KEY: "k$".repeat(25) };

/** Containers that Docker made from a deployment, by the way of its Compose file, and what a person does to them. */
describe.skipIf(!dockerAnswers || compose === undefined)("drift on a real Docker", () => {
  const prefix = uniqueName("berth_drift");
  const other = uniqueName("berth_drift_other");
  let folder = "";
  let deployment: Realization;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "berth-drift-"));
    const subnet = `10.253.${Math.floor(Math.random() * 256)}`;
    const blueprintYaml = withOthers(everyWord(await tinyImage(), folder, subnet), await tinyImage());
    const ports = `{ db: ${await freePort()}, db/53: ${await freePort()} }`;
    const stackYaml = `config: { "berth:prefix": ${prefix}, "berth:ports": ${ports} }`;
    deployment = deploymentFrom(stackYaml, { stack: "drift", blueprintYaml });
    await runCompose(folder, "-p", prefix, "-f", write(folder, composeFiles(deployment, secrets)), "up", "-d");
    await docker.createNetwork({ Name: other });
  });
  afterAll(async () => {
    await cleanUp();
    await rm(folder, { recursive: true });
  });

  const observed = async (url: string, files = {}): Promise<LiveReport> =>
    liveReport(await observeHost(endpointAt(url), { about: [deployment], scope: "about", files }), [deployment]);
  const look = async (): Promise<Live> => {
    const live = await observed(endpoint, { [deployment.id]: Object.keys(secrets) });
    if (live.kind === "unreachable") throw new Error(live.reason);
    return live;
  };
  const found = async (): Promise<Record<string, string | undefined>> =>
    Object.fromEntries(compare(deployment, await look(), { secrets }).map(({ key, message }) => [key, message]));
  const name = (service: string): string => `${prefix}_${service}`;
  const container = (service: string) => docker.getContainer(name(service));

  it("shows none where Docker made what the deployment says, with every word of Compose", async () => {
    expect(await found()).toEqual({});
    expect((await look()).notLookedAt).toEqual([]);
  });

  it("finds each thing that was changed by hand, and only that", async () => {
    const bytes = 24 * 1024 ** 2;
    await container("db").update({ Memory: bytes, MemorySwap: 64 * 1024 ** 2, RestartPolicy: { Name: "always" } });
    await container("lonely").update({ PidsLimit: 50, CpuShares: 512, Memory: bytes, MemorySwap: -1, CpusetCpus: "0" });
    await docker.getNetwork(other).connect({ Container: name("keeper") });
    await docker.getNetwork(name("front")).disconnect({ Container: name("talker") });
    await docker.getNetwork(name("front")).connect({ Container: name("talker") });
    await docker.getNetwork(name("front")).disconnect({ Container: name("loner") });
    await container("sleeper").pause();
    await container("quitter").stop({ t: 0 });
    await container("lost").remove({ force: true });
    await container("moved").rename({ name: name("elsewhere") });
    await remade("remade", (options) => ({ ...options, Env: ["COLOUR=red"] }));
    await remade("foreign", (options) => ({ ...options, Labels: {} }));
    expect(await found()).toEqual({
      [name("db")]: "memory is 24 MB, should be 32 MB; restart policy is always, should be on-failure:3",
      [name("lonely")]:
        "memory is 24 MB, should be unlimited; process limit is 50, should be none; CPU shares are 512, should be none; CPU set is 0, should be all",
      [name("keeper")]: `is attached to the foreign network ${other}`,
      [name("talker")]: `has lost its alias talker on the network ${name("front")}`,
      [name("loner")]: `is not attached to the network ${name("front")}`,
      [name("sleeper")]: "is paused",
      [name("quitter")]: "is stopped (exit code 137)",
      [name("lost")]: "was never created",
      [name("moved")]: `was renamed to ${name("elsewhere")}`,
      [name("remade")]: "environment COLOUR was changed",
      [name("foreign")]: "was not created for this deployment: its label berth.stack is missing or differs",
    });
  });

  it("looks into containers for secret files, running or not", async () => {
    const keeper = container("keeper");
    const file = "/run/secrets/key";
    const live = await look();
    expect(Object.values(live.files)).toEqual([{ [file]: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(compare(deployment, live, { secrets: { SECRET_KEY: "another" } })).toContainEqual(
      expect.objectContaining({
        key: name("keeper"),
        message: expect.stringContaining(`secret file ${file} was changed`),
      }),
    );
    await keeper.stop({ t: 0 });
    expect(Object.values((await look()).files)).toEqual([{ [file]: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  });

  it("finds volumes and networks that were made anew", async () => {
    await Promise.all(["db", "remade"].map((service) => container(service).remove({ force: true, v: true })));
    await docker.getVolume(name("data")).remove();
    await docker.createVolume({ Name: name("data"), DriverOpts: { type: "tmpfs", device: "tmpfs" } });
    await docker.getNetwork(name("back")).remove();
    const { Labels } = await docker.getNetwork(name("front")).inspect();
    const subnet = "10.254.253.0/28";
    await docker.createNetwork({
      Name: name("back"),
      IPAM: { Config: [{ Subnet: subnet, Gateway: "10.254.253.1" }] },
      Labels: Labels ?? {},
    });
    const { [name("data")]: volume, [name("back")]: network } = await found();
    expect(volume).toBe("was not created for this deployment, so its data may be lost");
    expect(network).toContain(`was recreated outside Pulumi: subnet is ${subnet}, should be`);
    expect(network).toContain("internal is false, should be true; label berth.network was changed");
  });

  it("is no finding but the reason where Docker does not answer", async () => {
    expect(await observed("unix:///nowhere/docker.sock")).toMatchObject({
      kind: "unreachable",
      reason: "the Docker daemon is not running: there is no /nowhere/docker.sock",
    });
  });

  /** Removes a container and makes it again under its name, as a person with `docker run` does. */
  async function remade(service: string, change: (options: Options) => Options): Promise<void> {
    const { Config, HostConfig, NetworkSettings } = await container(service).inspect();
    await container(service).remove({ force: true });
    const { Hostname: _, ...config } = Config;
    const networks = Object.fromEntries(
      Object.keys(NetworkSettings.Networks).map((network) => [network, { Aliases: [service] }]),
    );
    const options = { ...config, HostConfig, NetworkingConfig: { EndpointsConfig: networks }, name: name(service) };
    await (await docker.createContainer(change(options))).start();
  }
});

type Options = Parameters<typeof docker.createContainer>[0];

/** More services on the network `front`, each for one thing that is done to it. */
function withOthers(blueprint: string, image: string): string {
  const plain = (key: string): string =>
    `  ${key}: { image: "${image}", networks: [front], environment: { COLOUR: blue }, stop_grace_period: 0s }\n`;
  const keys = ["talker", "loner", "sleeper", "quitter", "lost", "moved", "remade", "foreign"];
  const keeper = plain("keeper").replace(" }\n", ", secrets: [key] }\n");
  const secret = `secrets: { key: { environment: SECRET_KEY } }\nx-berth: { secrets: { SECRET_KEY: { generate: 50 } } }\n`;
  return blueprint.replace("\nvolumes:", `\n${keys.map(plain).join("")}${keeper}volumes:`) + secret;
}
