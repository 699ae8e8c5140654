/** Distinguishes a volume from another one of the same name as far as possible: Docker keeps no id of volumes. */
export const volumeId = (name: string, identity: string | undefined): string => `volume ${name} ${identity ?? ""}`;

/** The label values by which everything of a deployment is known. */
export const labels = {
  stack: "berth.stack",
  service: "berth.service",
  prefix: "berth.prefix",
  /** Hash of the service's specification; see specHash. */
  spec: "berth.spec",
  /** The container that this one replaces because it failed or was changed outside Pulumi; see attemptsOf. */
  attempt: "berth.attempt",
  volume: "berth.volume",
  /**
   * A random value that volumes get when they are made: Docker keeps no id by which a recreated one could be detected.
   */
  identity: "berth.identity",
  network: "berth.network",
  /** Hash of the place where the state of its deployment is, and that place; see `Home`. */
  home: "berth.home",
  place: "berth.place",
  /** On a container that only tries whether Docker takes a deployment's values: see trial.ts. */
  trial: "berth.trial",
} as const;
