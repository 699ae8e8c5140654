import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Deployment as DeploymentData, Service } from "../deployment/deployment.ts";
import { networkLabels, volumeLabels } from "../deployment/labels.ts";
import { labelList } from "./canonical.ts";
import { makeContainer } from "./container.ts";
import { DatabaseServer } from "./database-server.ts";
import { jobSuccess } from "./job.ts";
import type { JobHost } from "./job-watch.ts";
import { type Outputs, outputsOf } from "./outputs.ts";
import { podmanOptions } from "./podman.ts";
import { TenantDatabase } from "./tenant-database.ts";
import { secretTexts } from "./values.ts";

export interface DeploymentArgs {
  /** What is to be there: see `resolve`. */
  readonly deployment: DeploymentData;
  /** Texts of the secrets that the deployment expects as given. */
  readonly secrets?: pulumi.Input<Readonly<Record<string, string>>>;
  /** By service: the value of its label `berth.attempt`; see `attemptsOf`. */
  readonly attempts?: Readonly<Record<string, string>>;
  /** By name of volumes that are there already: what tells each from others; see `identitiesOf`. */
  readonly identities?: Readonly<Record<string, string | undefined>>;
  /** True where Podman answers in Docker's place. */
  readonly podman?: boolean;
  /** Ends jobs whose time is over; without it, the provider gives up on them and they run on. */
  readonly jobHost?: JobHost;
  /** The password of `postgres` on the platform that carries its database, if it has one. */
  readonly platformPassword?: pulumi.Input<string>;
}

/** Whether a service uses the deployment's database. */
const joins = ({ attachments }: Service, { database }: DeploymentData): boolean =>
  attachments.some(({ network }) => network === database?.platform.network);

/**
 * All resources of one deployment: its secrets, images, networks, volumes and containers, in the order in which
 * they depend on each other. Without a provider of Docker in the options it makes one for the deployment's endpoint.
 */
export class Deployment extends pulumi.ComponentResource {
  /** Known at preview already, as all of it follows from the configuration. */
  readonly outputs: Outputs;

  constructor(
    name: string,
    {
      deployment,
      secrets = {},
      attempts = {},
      identities = {},
      podman = false,
      jobHost,
      platformPassword = "",
    }: DeploymentArgs,
    options: pulumi.ComponentResourceOptions = {},
  ) {
    super("berth:index:Deployment", name, {}, options);
    const given =
      (options.providers as Record<string, pulumi.ProviderResource> | undefined)?.["docker"] ?? options.provider;
    const provider =
      given ?? new docker.Provider(`${name}-endpoint`, { host: deployment.endpoint.url }, { parent: this });
    const child: pulumi.CustomResourceOptions = { parent: this, provider };
    const texts = secretTexts(name, deployment.secrets, secrets, { parent: this });
    const images = this.images(name, deployment, child);
    const networks = this.networks(name, deployment, podman ? { ...child, ...podmanOptions.network } : child);
    const volumes = this.volumes(name, deployment, identities, child);
    const context = { deployment, secrets: texts, images, networks, volumes, attempts, podman };
    const database =
      deployment.database &&
      new TenantDatabase(
        `${name}-database`,
        {
          database: deployment.database,
          password: texts[deployment.database.secret] ?? "",
          admin: platformPassword,
        },
        { parent: this },
      );
    const containers = new Map<string, docker.Container>();
    const results: pulumi.Output<number>[] = [];
    for (const service of deployment.services) {
      const dependsOn = [
        ...service.dependsOn.flatMap(({ service: key }) => containers.get(key) ?? []),
        ...(database !== undefined && joins(service, deployment) ? [database.ready] : []),
        ...service.mounts.flatMap((mount) => (mount.kind === "volume" ? (volumes[mount.volume] ?? []) : [])),
      ];
      const gate = pulumi.all([...results]).apply(() => dependsOn);
      const container = makeContainer(`${name}-${service.key}`, service, context, { ...child, dependsOn: gate });
      containers.set(service.key, container);
      if (service.kind === "job" && deployment.running) results.push(jobSuccess(service, container, texts, jobHost));
    }
    if (deployment.platform !== undefined && deployment.running)
      new DatabaseServer(`${name}-databases`, deployment.platform, texts, {
        parent: this,
        dependsOn: [...containers.values()],
      });
    this.outputs = outputsOf(deployment, texts);
    this.registerOutputs({ ...this.outputs, jobs: pulumi.all(results) });
  }

  /** Images are looked for on the host first and pulled only where they are missing; they are never removed. */
  private images(
    name: string,
    deployment: DeploymentData,
    child: pulumi.CustomResourceOptions,
  ): Record<string, pulumi.Output<string>> {
    const images = [...new Set(deployment.services.map(({ image }) => image))];
    return Object.fromEntries(
      images.map((image) => [
        image,
        new docker.RemoteImage(`${name}-${image}`, { name: image, keepLocally: true }, child).imageId,
      ]),
    );
  }

  private networks(
    name: string,
    deployment: DeploymentData,
    child: pulumi.CustomResourceOptions,
  ): Record<string, pulumi.Output<string>> {
    return Object.fromEntries(
      deployment.networks.map((network) => {
        const resource = new docker.Network(
          `${name}-${network.key}`,
          {
            name: network.name,
            internal: network.internal,
            ipamConfigs: [{ subnet: network.subnet, gateway: network.gateway }],
            labels: labelList(networkLabels(deployment, network)),
          },
          { ...child, deleteBeforeReplace: true },
        );
        return [network.name, resource.id];
      }),
    );
  }

  /**
   * Volumes hold data: protected, and kept when their resource goes. A changed label would replace a volume, so labels
   * are fixed and never looked at again. A random one tells a volume that was made anew with the others from what it was;
   * one that the engine takes over keeps its own, which the provider would not read.
   */
  private volumes(
    name: string,
    deployment: DeploymentData,
    found: NonNullable<DeploymentArgs["identities"]>,
    child: pulumi.CustomResourceOptions,
  ): Record<string, docker.Volume> {
    const identity = deployment.volumes.some(({ adopted }) => !adopted)
      ? new random.RandomUuid(`${name}-volumes`, {}, { parent: this }).result
      : undefined;
    return Object.fromEntries(
      deployment.volumes.map((volume) => {
        const own = Object.hasOwn(found, volume.name) ? found[volume.name] : identity;
        const resource = new docker.Volume(
          `${name}-${volume.key}`,
          { name: volume.name, labels: labelList(volumeLabels(deployment, volume, own)) },
          { ...child, protect: true, retainOnDelete: true, ignoreChanges: ["labels", "driver", "driverOpts"] },
        );
        return [volume.name, resource];
      }),
    );
  }
}
