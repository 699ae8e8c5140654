import { createHash } from "node:crypto";
import type { Value } from "../../../src/deployment/deployment.ts";
import { type Container, healthOf, type Realization, restartOf } from "../../../src/deployment/realization.ts";
import { networkLabels, containerLabels, volumeLabels } from "../../../src/deployment/labels.ts";
import type { Live, InspectedContainer, InspectedNetwork, InspectedVolume } from "../../../src/host/inspected.ts";
import type { ShownFinding } from "../../../src/report/shown-finding.ts";
import { compare, type CompareOptions } from "../../../src/drift/compare.ts";
import { deploymentFrom } from "../resolve/sample.ts";
import { shown } from "../report/shown.ts";

/** One service with every property, one with none, and a job. */
const blueprint = `services:
  full:
    image: app:1
    entrypoint: [/entry]
    command: [serve, --all]
    user: "1001:1001"
    working_dir: /srv
    hostname: front
    environment: { DEBUG: "False", TOKEN: "\${TOKEN}", URL: "db://app:\${TOKEN}@db" }
    ports: ["127.0.0.1:28778:8000"]
    volumes: ["data:/data", "/srv/conf:/conf:ro"]
    secrets: [TOKEN]
    networks: { default: { aliases: [web] }, side: { ipv4_address: 10.200.0.5 } }
    healthcheck: { test: [CMD, "true"], interval: 5s, timeout: 2s, retries: 3 }
    restart: on-failure:3
    cpus: 0.5
    mem_limit: 512m
    mem_reservation: 128m
    shm_size: 128m
    labels: { team: blue }
    init: true
    cap_drop: [ALL]
    cap_add: [CHOWN]
    tmpfs: ["/tmp:size=1m"]
    extra_hosts: ["gate=10.0.0.1"]
    stop_signal: SIGINT
    stop_grace_period: 7s
  plain:
    image: app:1
  job:
    image: app:1
volumes:
  data:
networks:
  side: { ipam: { config: [{ subnet: 10.200.0.0/26 }] } }
secrets:
  TOKEN:
x-berth:
  hardened: true
  jobs: [job]
  secrets:
    TOKEN: { generate: 32 }
`;

export const token = "correct-horse-battery-staple";

export const sampleDeployment = (stackYaml = ""): Realization =>
  deploymentFrom(`config:\n  berth:prefix: shop\n${stackYaml}`, { stack: "shop-a", blueprintYaml: blueprint });

export type Writable<T> = T extends string | number | boolean | null | undefined
  ? T
  : { -readonly [K in keyof T]: Writable<T[K]> };

/**
 * What Docker tells of a deployment that is as it should be, as far as is looked at. To be changed at will.
 * @param maker containers of another one have other ids
 */
export function liveOf(deployment: Realization, maker = "c"): Writable<Live> {
  const live: Live = {
    at: Date.parse("2030-01-01T12:00:00Z"),
    runtime: "docker",
    containers: deployment.containers.map((service, index) => containerOf(deployment, service, idOf(index, maker))),
    volumes: deployment.volumes.map((volume): InspectedVolume => ({
      Name: volume.name,
      Driver: "local",
      Labels: volumeLabels(deployment, volume),
      Options: null,
    })),
    networks: deployment.networks.map((network, index): InspectedNetwork => ({
      Id: `n${index}`.padEnd(64, "0"),
      Name: network.name,
      Driver: "bridge",
      Internal: false,
      Labels: networkLabels(deployment, network),
      IPAM: { Config: [{ Subnet: network.subnet, Gateway: network.gateway }] },
      attached: deployment.containers.flatMap(({ name, attachments }) =>
        attachments.some((attachment) => attachment.network === network.name) ? [name] : [],
      ),
    })),
    images: { "app:1": image, [image.Id]: image },
    files: { [idOf(0, maker)]: { "/run/secrets/TOKEN": createHash("sha256").update(token).digest("hex") } },
    notLookedAt: [],
  };
  return structuredClone(live) as Writable<Live>;
}

export const idOf = (index: number, maker = "c"): string => `${maker}${index}`.padEnd(64, "f");

const image = {
  Id: "sha256:1111111111111111",
  Config: {
    Env: ["LANG=C", "DEBUG=True"],
    Cmd: ["start"],
    User: "app",
    Labels: { vendor: "us" },
    Volumes: { "/cache/": {} },
  },
};

function containerOf(deployment: Realization, service: Container, id: string): InspectedContainer {
  const { limits } = service;
  const restart = restartOf(service);
  const health = healthOf(service);
  const text = (value: Value): string =>
    typeof value === "string" ? value : value.parts.map((part) => (typeof part === "string" ? part : token)).join("");
  const environment = { LANG: "C", DEBUG: "True", PATH: "/bin", ...service.environment };
  const isJob = service.kind === "job";
  return {
    Id: id,
    Name: `/${service.name}`,
    Image: image.Id,
    RestartCount: 0,
    State: {
      Status: deployment.running && !isJob ? "running" : "exited",
      ExitCode: 0,
      StartedAt: "2030-01-01T11:59:50Z",
    },
    Config: {
      Hostname: service.hostname ?? id.slice(0, 12),
      User: service.user ?? "app",
      Env: Object.entries(environment).map(([name, value]) => `${name}=${text(value)}`),
      Cmd: service.command ?? (service.entrypoint === undefined ? ["start"] : null),
      Entrypoint: service.entrypoint ?? null,
      WorkingDir: service.workingDirectory ?? "",
      Labels: { vendor: "us", ...containerLabels(deployment, service) },
      Healthcheck: health && {
        Test: health.test,
        Interval: health.interval,
        Timeout: health.timeout,
        StartPeriod: health.startPeriod,
        Retries: health.retries,
      },
      StopSignal: service.stopSignal ?? "",
      StopTimeout: service.stopGrace,
    },
    HostConfig: {
      Memory: limits.memory ?? 0,
      MemorySwap: 2 * (limits.memory ?? 0),
      MemoryReservation: limits.reservedMemory ?? 0,
      NanoCpus: (limits.cpus ?? 0) * 1e9,
      CpuQuota: 0,
      CpuShares: 0,
      CpusetCpus: "",
      PidsLimit: null,
      ShmSize: service.sharedMemory ?? 64 * 1024 ** 2,
      RestartPolicy: {
        Name: restart.policy,
        MaximumRetryCount: restart.policy === "on-failure" ? restart.maximumRetries : 0,
      },
      PortBindings: Object.fromEntries(
        service.ports.map((port) => [
          `${port.containerPort}/${port.protocol}`,
          [{ HostIp: port.address, HostPort: String(port.hostPort) }],
        ]),
      ),
      Tmpfs: service.temporary.length === 0 ? null : { "/tmp": "size=1m" },
      ExtraHosts: service.extraHosts.length === 0 ? null : ["gate:10.0.0.1"],
      CapAdd: service.capAdd,
      CapDrop: service.capDrop,
      SecurityOpt: service.securityOptions,
      ReadonlyRootfs: service.readOnly,
      Init: service.init,
      Privileged: false,
      LogConfig: { Type: service.logging.driver, Config: service.logging.options },
    },
    Mounts: [
      ...service.mounts.map((mount) => ({
        Type: mount.kind === "volume" ? "volume" : "bind",
        Name: mount.kind === "volume" ? mount.volume : undefined,
        Source: mount.kind === "volume" ? `/var/lib/docker/volumes/${mount.volume}/_data` : mount.path,
        Destination: mount.target,
        RW: !mount.readOnly,
      })),
      { Type: "volume", Name: "a".repeat(64), Source: "/var/lib/docker/volumes", Destination: "/cache", RW: true },
    ],
    NetworkSettings: {
      Networks: Object.fromEntries(
        service.attachments.map(({ network, aliases, address }) => [
          network,
          {
            NetworkID: `n${deployment.networks.findIndex(({ name }) => name === network)}`.padEnd(64, "0"),
            Aliases: [...aliases, id.slice(0, 12)],
            IPAMConfig: address === undefined ? null : { IPv4Address: address },
          },
        ]),
      ),
    },
  };
}

/** Does something to what is live. */
export type Change = (live: Writable<Live>) => void;

/** Sets what is given of a service's container, in State, Config and HostConfig key by key. */
export const set =
  (service: string, { State, Config, HostConfig, ...whole }: Patch): Change =>
  (live) => {
    const container = live.containers.find(({ Name }) => Name === `/shop_${service}`);
    if (container === undefined) throw new Error(`there is no ${service}`);
    Object.assign(container.State, State);
    Object.assign(container.Config, Config);
    Object.assign(container.HostConfig, HostConfig);
    Object.assign(container, whole);
  };

type Patch = Readonly<Record<string, unknown>> & {
  readonly State?: Partial<InspectedContainer["State"]>;
  readonly Config?: Partial<InspectedContainer["Config"]>;
  readonly HostConfig?: Partial<InspectedContainer["HostConfig"]>;
};

/** As `set`, with what was there at hand. */
export const change =
  (service: string, patch: (container: InspectedContainer) => Patch): Change =>
  (live) =>
    set(service, patch(live.containers.find(({ Name }) => Name === `/shop_${service}`) as InspectedContainer))(live);

export const sample = sampleDeployment();
export const secrets = { TOKEN: token };

/** What is found of the sample after something was done to it. */
export function findingsAfter(done: Change, options: CompareOptions = { secrets }): ShownFinding[] {
  const live = liveOf(sample);
  done(live);
  return shown(compare(sample, live, options));
}
