import { secretOf } from "../deployment/value.ts";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Container, Realization } from "../deployment/realization.ts";
import { type Labels, networkLabels, volumeLabels } from "../deployment/labels.ts";
import type { Kept } from "./kept.ts";
import { labelList } from "../deployment/canonical.ts";
import { makeContainer } from "./container.ts";
import { DatabaseServer } from "./database-server.ts";
import { jobSuccess } from "./job.ts";
import { addedToNetwork, networkArgs } from "./network.ts";
import type { JobHost } from "./job-watch.ts";
import { type Outputs, outputsOf } from "./outputs.ts";
import { type RuntimeName, runtimes } from "../deployment/runtime.ts";
import { makingRoom, type Room } from "./room.ts";
import { type RunStatements, whereReachable } from "./statements.ts";
import { type DatabaseAdoption, TenantDatabase } from "./tenant-database.ts";
import { allUp, serviceFailure, type ServiceHost } from "./upkeep.ts";
import { secretTexts } from "./values.ts";
import { ownValue } from "../notation/own-value.ts";

export interface DeploymentArgs {
  /** What is to be there: see `resolve`. */
  readonly deployment: Realization;
  /** Texts of the secrets that the deployment expects as given. */
  readonly secrets?: pulumi.Input<Readonly<Record<string, string>>>;
  /** By service: the value of its label `berth.attempt`; see `attemptsOf`. */
  readonly attempts?: Readonly<Record<string, string>>;
  /** By name of volumes that are there already: what distinguishes each from others; see `identitiesOf`. */
  readonly identities?: Readonly<Record<string, string | undefined>>;
  /** Docker's ids of images whose names are gone while the containers that were created from them are there, by name. */
  readonly heldImages?: Readonly<Record<string, string>>;
  /** Labels that say where the state is, for new volumes, networks and containers; by service for the latter. */
  readonly marks?: { readonly all: Labels; readonly services: Readonly<Record<string, Labels>> };
  /** What the state holds already under names that are not to change: see `Known`. */
  readonly kept?: Kept;
  /** What runs its containers; Docker if not given. */
  readonly runtime?: RuntimeName;
  /** Of a platform: what it has at PostgreSQL stays while it is stopped. */
  readonly keepsDatabases?: boolean;
  /** Ends jobs whose time is over; without it, the provider gives up on them and they run on. */
  readonly jobHost?: JobHost;
  /** Watches services until they stay up; without it, one without a health check counts as soon as it is started. */
  readonly serviceHost?: ServiceHost;
  /** Removes what holds something that moves within the deployment; without it, such an `up` fails. */
  readonly room?: Room;
  /** The password of `berth_admin` on the platform that carries its database, if it has one. */
  readonly platformPassword?: pulumi.Input<string>;
  /** Which of its database and role are there already and adopted. */
  readonly adoption?: DatabaseAdoption;
  /** Runs statements at PostgreSQL, for a platform and for deployments with a database on one: `runStatements`. */
  readonly statements?: RunStatements;
}

interface VolumeWish {
  readonly identities: NonNullable<DeploymentArgs["identities"]>;
  readonly marks: Labels;
  /** Names in the state, by names on the host. */
  readonly kept: Kept["volumes"];
}

/** Whether a service uses the deployment's database. */
const joins = ({ attachments }: Container, { database }: Realization): boolean =>
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
      heldImages = {},
      marks = { all: {}, services: {} },
      kept = { passwords: {}, volumes: {} },
      runtime: runtimeName = "docker",
      keepsDatabases = false,
      jobHost,
      serviceHost,
      room,
      platformPassword = "",
      adoption,
      statements,
    }: DeploymentArgs,
    options: pulumi.ComponentResourceOptions = {},
  ) {
    super("berth:index:Deployment", name, {}, options);
    const runtime = runtimes[runtimeName];
    const given =
      (options.providers as Record<string, pulumi.ProviderResource> | undefined)?.["docker"] ?? options.provider;
    const provider =
      given ?? new docker.Provider(`${name}-endpoint`, { host: deployment.endpoint.url }, { parent: this });
    const child: pulumi.CustomResourceOptions = { parent: this, provider };
    const keepsData =
      deployment.volumes.length + Object.keys(kept.volumes).length > 0 || deployment.database !== undefined;
    const texts = secretTexts(
      name,
      { secrets: deployment.secrets, given: secrets, generated: kept.passwords, protect: keepsData },
      { parent: this },
    );
    const images = this.images(name, deployment, heldImages, child);
    const place: pulumi.CustomResourceOptions = { ...child, hooks: room && makingRoom(name, room) };
    const networks = this.networks(name, deployment, marks.all, {
      ...place,
      ignoreChanges: [...runtime.misreportedOfNetworks],
    });
    const volumes = this.volumes(name, deployment, { identities, marks: marks.all, kept: kept.volumes }, child);
    const containers = new Map<string, docker.Container>();
    const context = {
      deployment,
      secrets: texts,
      images,
      networks,
      containers,
      volumes,
      attempts,
      runtime,
      marks: marks.services,
    };
    const run = deployment.running ? statements : whereReachable(statements);
    const database =
      deployment.database &&
      new TenantDatabase(
        `${name}-database`,
        {
          database: deployment.database,
          password: secretOf(texts, deployment.database.secret),
          admin: platformPassword,
          adoption,
          statements: run,
        },
        { parent: this },
      );
    const results: pulumi.Output<number>[] = [];
    const failures = new Map<string, pulumi.Output<string | undefined>>();
    for (const service of deployment.containers) {
      const uses = database !== undefined && joins(service, deployment) ? [database] : [];
      const dependsOn = [
        ...service.dependsOn.flatMap(({ service: key }) => containers.get(key) ?? []),
        ...uses.map(({ data }) => data),
        ...service.mounts.flatMap((mount) => (mount.kind === "volume" ? (ownValue(volumes, mount.volume) ?? []) : [])),
      ];
      const needed = service.dependsOn.flatMap(({ service: key, condition }) =>
        condition === "service_healthy" ? (failures.get(key) ?? []) : [],
      );
      const gate = pulumi
        .all<unknown>([...results, allUp(needed), ...uses.map(({ closed }) => closed)])
        .apply(() => dependsOn);
      const container = makeContainer(`${name}-${service.resource}`, service, context, { ...place, dependsOn: gate });
      containers.set(service.key, container);
      if (!deployment.running) continue;
      if (service.kind === "job") results.push(jobSuccess(service, container, texts, jobHost));
      else if (serviceHost) failures.set(service.key, serviceFailure(service, container, texts, serviceHost));
    }
    if (deployment.platform !== undefined && (deployment.running || keepsDatabases))
      new DatabaseServer(
        `${name}-databases`,
        { platform: deployment.platform, secrets: texts, statements: run },
        { parent: this, dependsOn: [...containers.values()] },
      );
    this.outputs = outputsOf(deployment, texts);
    this.registerOutputs({ ...this.outputs, jobs: pulumi.all(results), services: allUp([...failures.values()]) });
  }

  /**
   * Images are looked for on the host first and pulled only where they are missing; they are never removed, but for those
   * that were built for the deployment, whose names nobody else has. One without a
   * name has no resource: a refresh would drop it, and pull another one in its place.
   */
  private images(
    name: string,
    deployment: Realization,
    held: Readonly<Record<string, string>>,
    child: pulumi.CustomResourceOptions,
  ): Record<string, pulumi.Output<string>> {
    const images = [...new Set(deployment.services.map(({ image }) => image))];
    const built = new Set(deployment.services.flatMap(({ image, build }) => (build === undefined ? [] : [image])));
    return Object.fromEntries(
      images.map((image) => {
        const id = ownValue(held, image);
        if (id !== undefined) return [image, pulumi.output(id)];
        const keepLocally = !built.has(image);
        return [image, new docker.RemoteImage(`${name}-${image}`, { name: image, keepLocally }, child).imageId];
      }),
    );
  }

  /** Labels say whose a network was when it was created; for another one it would be replaced, with all containers in it. */
  private networks(
    name: string,
    deployment: Realization,
    marks: Labels,
    child: pulumi.CustomResourceOptions,
  ): Record<string, pulumi.Output<string>> {
    return Object.fromEntries(
      deployment.networks.map((network) => {
        const resource = new docker.Network(
          `${name}-${network.key}`,
          {
            name: network.name,
            internal: network.internal,
            ...networkArgs(network),
            labels: labelList({ ...network.labels, ...networkLabels(deployment, network), ...marks }),
          },
          {
            ...child,
            deleteBeforeReplace: true,
            ignoreChanges: [...addedToNetwork(network), ...(child.ignoreChanges ?? [])],
          },
        );
        return [network.name, resource.id];
      }),
    );
  }

  /**
   * Volumes hold data: protected, and kept when their resource goes. A changed label would replace a volume, so labels
   * are fixed and never looked at again. A random one distinguishes a volume that was recreated with the other labels;
   * one that the engine takes over keeps its own, which the provider would not read. A volume keeps its resource under
   * whatever key the blueprint has it, and without one as well: otherwise the engine would try to delete it.
   */
  private volumes(
    name: string,
    deployment: Realization,
    { identities: found, marks, kept }: VolumeWish,
    child: pulumi.CustomResourceOptions,
  ): Record<string, docker.Volume> {
    const options = {
      ...child,
      protect: true,
      retainOnDelete: true,
      ignoreChanges: ["labels", "driver", "driverOpts"],
    };
    const wanted = new Set(deployment.volumes.map((volume) => volume.name));
    const taken = new Set(Object.values(kept));
    for (const [hostName, logicalName] of Object.entries(kept)) {
      if (!wanted.has(hostName)) new docker.Volume(logicalName, { name: hostName }, options);
    }
    const identity = deployment.volumes.some(({ adopted }) => !adopted)
      ? new random.RandomUuid(`${name}-volumes`, {}, { parent: this }).result
      : undefined;
    return Object.fromEntries(
      deployment.volumes.map((volume) => {
        const id = Object.hasOwn(found, volume.name) ? found[volume.name] : identity;
        const usual = `${name}-${volume.key}`;
        const free = taken.has(usual) ? `${name}-${volume.name}` : usual;
        const labels = volume.adopted ? {} : { ...volumeLabels(deployment, volume, id), ...marks };
        const resource = new docker.Volume(
          ownValue(kept, volume.name) ?? free,
          {
            name: volume.name,
            labels: labelList(labels),
            ...(volume.driver !== undefined && { driver: volume.driver }),
            ...(volume.driverOptions && { driverOpts: { ...volume.driverOptions } }),
          },
          options,
        );
        return [volume.name, resource];
      }),
    );
  }
}
