import { type Connection, withConnection } from "../docker/connection.ts";
import type { Realization } from "../deployment/realization.ts";
import { secretsIn } from "../deployment/value.ts";
import { labels } from "../deployment/label-names.ts";
import { answer } from "../docker/request.ts";
import { explain, failureOf } from "../docker/failure.ts";
import { nameOf } from "../notation/docker-names.ts";
import type { Live, LiveContainer, LiveImage, LiveNetwork, LiveReport, LiveVolume } from "./live.ts";
import { observeFiles } from "./observe-files.ts";
import { ownValue } from "../notation/own-value.ts";

export interface ObserveLiveOptions {
  /** Milliseconds for each request; 10 000 if not given. */
  readonly timeout?: number;
  /** Names of secrets whose files are to be looked at, by the deployment's id. */
  readonly secrets?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Looks once at the containers, volumes, networks and images of some deployments of one endpoint. Never throws: what
 * went wrong is the report. How many requests go at a time is up to the connection.
 */
export async function observeLive(
  deployments: readonly Realization[],
  endpoint: string,
  { timeout = 10_000, secrets = {} }: ObserveLiveOptions = {},
): Promise<LiveReport> {
  try {
    const live = await withConnection(endpoint, (connection) => look(deployments, asker(connection, timeout)));
    const files = await observeFiles(endpoint, timeout, wantedFiles(deployments, live.containers, secrets));
    return { kind: "seen", ...live, ...files };
  } catch (error) {
    return { kind: "unreachable", endpoint, ...explain(endpoint, failureOf(error)) };
  }
}

/** @returns undefined where Docker has no such thing (any more). */
type Ask = <T>(path: string) => Promise<T | undefined>;

const asker =
  (connection: Connection, timeout: number): Ask =>
  async <T>(path: string) => {
    try {
      return (await answer(connection, path, timeout)) as T;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === "status" && failure.status === 404) return undefined;
      throw error;
    }
  };

interface Listed {
  readonly Id: string;
  readonly Names?: readonly string[] | null;
  readonly ImageID: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly NetworkSettings?: { readonly Networks?: Readonly<Record<string, unknown>> | null } | null;
}

async function look(deployments: readonly Realization[], ask: Ask): Promise<Omit<Live, "files" | "notLookedAt">> {
  const [version, listed, volumes, networks] = await Promise.all([
    ask<{ Components?: readonly { readonly Name?: string }[] | null }>("/version"),
    ask<Listed[]>("/containers/json?all=1"),
    ask<{ Volumes?: LiveVolume[] | null }>("/volumes"),
    ask<Omit<LiveNetwork, "attached">[]>("/networks"),
  ]);
  const wanted = (listed ?? []).filter(isConcerned(deployments));
  const images = new Set([
    ...deployments.flatMap(({ services }) => services.map(({ image }) => image)),
    ...wanted.map(({ ImageID }) => ImageID),
  ]);
  const describe = async (name: string) =>
    [name, await ask<LiveImage>(`/images/${encodeURIComponent(name)}/json`)] as const;
  const [containers, described] = await Promise.all([
    Promise.all(wanted.map(({ Id }) => ask<LiveContainer>(`/containers/${Id}/json`))),
    Promise.all([...images].map(describe)),
  ]);
  return {
    at: Date.now(),
    podman: (version?.Components ?? []).some(({ Name }) => Name === "Podman Engine"),
    containers: containers.filter((container) => container !== undefined),
    volumes: volumes?.Volumes ?? [],
    networks: (networks ?? []).map((network) => ({ ...network, attached: attachedTo(network.Name, listed ?? []) })),
    images: Object.fromEntries(described),
  };
}

function isConcerned(deployments: readonly Realization[]): (container: Listed) => boolean {
  const names = new Set(deployments.flatMap(({ containers }) => containers.map(({ name }) => `/${name}`)));
  const ids = new Set(deployments.map(({ id }) => id));
  return ({ Names, Labels }) => (Names ?? []).some((name) => names.has(name)) || ids.has(Labels?.[labels.stack] ?? "");
}

const attachedTo = (network: string, containers: readonly Listed[]): string[] =>
  containers
    .filter(({ NetworkSettings }) => Object.hasOwn(NetworkSettings?.Networks ?? {}, network))
    .map(({ Id, Names }) => nameOf(Names?.[0] ?? Id))
    .sort();

/** The files to look at: those without secrets, and those with secrets whose texts the caller knows. */
function wantedFiles(
  deployments: readonly Realization[],
  live: readonly LiveContainer[],
  secrets: Readonly<Record<string, readonly string[]>>,
): { id: string; paths: string[] }[] {
  return deployments.flatMap(({ id: deployment, containers }) =>
    containers.flatMap(({ name, files }) => {
      const known = new Set(ownValue(secrets, deployment));
      const paths = files.flatMap(({ content, target }) =>
        secretsIn(content).every((secret) => known.has(secret)) ? [target] : [],
      );
      const container = live.find(({ Name }) => nameOf(Name) === name);
      return container === undefined || paths.length === 0 ? [] : [{ id: container.Id, paths }];
    }),
  );
}
