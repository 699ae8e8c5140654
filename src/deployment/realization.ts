import type { Attachment, Deployment, Endpoints, HealthCheck, Job, LongRunning, Restart } from "./deployment.ts";

/**
 * A deployment together with the containers that its services come to: what is declared to the engine, exported, claimed
 * and compared with what is live. src/realize makes it.
 */
export interface Realization extends Deployment {
  /** In the order in which they start. */
  readonly containers: readonly Container[];
}

/** One container: a service's specification with the names that it has on its host. */
export type Container = ServiceContainer | JobContainer;

export type ServiceContainer = Replica<LongRunning>;
export type JobContainer = Replica<Job>;

type Replica<S extends LongRunning | Job> = Omit<S, "attachments" | "replicas"> & {
  /** The key of the service in the blueprint and under `berth:services`, which all its replicas share. */
  readonly service: string;
  /** The service's key; of a further replica that with its number: `worker-2`. The label `berth.service`. */
  readonly key: string;
  /** On the host. */
  readonly name: string;
  /** What the engine's resource is called behind the deployment's name. */
  readonly resource: string;
  readonly attachments: readonly ContainerAttachment[];
};

export interface ContainerAttachment extends Pick<Attachment, "network">, Endpoints {
  readonly aliases: readonly string[];
  readonly address?: string;
  readonly address6?: string;
}

/** Whether a container is its service's first one: what all its replicas share is reported once. */
export const isFirst = ({ key, service }: Pick<Container, "key" | "service">): boolean => key === service;

/** A job has no health check: its exit code says how it ended. */
export const healthOf = (container: Container): HealthCheck | undefined =>
  container.kind === "service" && container.health !== "none" ? container.health : undefined;

/** Whether the health check of its image is switched off. */
export const isHealthOff = (container: Container): boolean =>
  container.kind === "service" && container.health === "none";

/** A job is not started again. */
export const restartOf = (container: Container): Restart =>
  container.kind === "service" ? container.restart : { policy: "no" };
