import { createHash } from "node:crypto";
import { hostName } from "../notation/names.ts";
import type { Mount } from "./deployment.ts";
import type { Container } from "./realization.ts";

/**
 * Hash of what a container is made from, in the label `berth.spec`: a container with another hash was made from another
 * specification. Left out: what its image is built from (the image's name says it) and when it is pulled, what the provider
 * changes in place (restart policy, memory), settings that only an export has, what is no part of the container (a job's
 * time-out), where things were written, and secrets' texts, which the specification does not hold. A deployment
 * that is stopped keeps its containers, so whether it runs is no part of it, either.
 * The name counts as it follows from prefix and key alone: a rollout may put the hash into it.
 */
export function specHash(container: Omit<Container, "name" | "resource">, prefix: string): string {
  const { source: _source, dependsOn: _dependsOn, service: _service, build: _build, ...made } = container;
  const { limits, ports, mounts, temporary, files, pullPolicy: _pulled, exportOnly: _exported, ...rest } = made;
  const spec = {
    ...rest,
    name: hostName(prefix, container.key),
    resource: undefined,
    restart: undefined,
    timeout: undefined,
    written: undefined,
    files: files.map(({ source: _written, isExact: _isExact, ...file }) => file),
    cpus: limits.cpus,
    ports: ports.map(({ address, protocol, hostPort, containerPort }) => [address, protocol, hostPort, containerPort]),
    mounts: mounts.map((mount) => [
      mount.kind,
      mount.kind === "volume" ? mount.volume : mount.path,
      mount.target,
      mount.readOnly,
      ...mountOptions(mount),
    ]),
    temporary: temporary.map(({ target, options }) => ({ target, options })),
  };
  return createHash("sha256").update(JSON.stringify(spec, sorted)).digest("hex").slice(0, 16);
}

/** What a mount has beyond the usual: nothing for most, whose hash it must not change. */
function mountOptions(mount: Mount): object[] {
  const options =
    mount.kind === "volume"
      ? { noCopy: mount.noCopy, subpath: mount.subpath, labels: mount.labels }
      : { relabel: mount.relabel, propagation: mount.propagation, recursive: mount.recursive };
  return Object.values(options).every((value) => value === undefined) ? [] : [options];
}

/** Keys in order, so that equal specifications have equal texts. */
const sorted = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
