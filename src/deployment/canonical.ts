import type { Deployment, Isolation, Limits, TemporaryFileSystem, Workload } from "./deployment.ts";
import { type Container, healthOf, isHealthOff } from "./realization.ts";
import { normalPath } from "../notation/path.ts";
import { isInside, publishes } from "./internal-networks.ts";

/**
 * Values as the Docker provider reads them back: anything else drifts by itself on every run. The only place that knows.
 */

/** Cores as the provider reads them back: `1.0`, `0.5`, `10.`. */
export const cores = (cpus: number): string => readBack(nanoCores(cpus));

/**
 * Billionths of a core as Docker counts them, as near to what is wanted as the provider can read them back: it takes
 * 0.05 for 0.1 (nanoInt64ToDecimalString), and not 0.050000001, which the kernel takes for the same share.
 */
export function nanoCores(cpus: number): number {
  const wanted = Math.round(cpus * 1e9);
  return Math.round(Number(readBack(wanted)) * 1e9) === wanted ? wanted : wanted + 1;
}

/** The provider's own text: one digit where there are nine zeros in all, else no zero at the end. */
function readBack(nano: number): string {
  const text = (nano / 1e9).toFixed(9);
  return text.split("0").length - 1 === 9 ? (nano / 1e9).toFixed(1) : text.replace(/0+$/, "");
}

/** Whole MB, rounded up; the provider knows no smaller unit. */
export const megabytes = (bytes: number): number => Math.ceil(bytes / 1024 ** 2);

/** Memory and swap together in whole MB; -1 for no limit, undefined where nothing is limited. */
export function swapMegabytes({ memory, swap }: Limits): number | undefined {
  if (swap === -1) return -1;
  if (memory === undefined) return undefined;
  return swap === undefined ? 2 * megabytes(memory) : Math.max(megabytes(swap), megabytes(memory));
}

/** Go's own form of nanoseconds: `1m30s`, `1.5s`, `500ms`, `0s`. */
export function goDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  if (nanoseconds < 1e3) return `${nanoseconds}ns`;
  if (nanoseconds < 1e6) return `${nanoseconds / 1e3}µs`;
  if (nanoseconds < 1e9) return `${nanoseconds / 1e6}ms`;
  const hours = Math.floor(nanoseconds / 3600e9);
  const minutes = Math.floor(nanoseconds / 60e9) % 60;
  const seconds = Number(((nanoseconds % 60e9) / 1e9).toFixed(9));
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${seconds}s`;
}

/** A directory as the daemon keeps it (filepath.Clean of Go). */
export const directory = (path: string | undefined): string | undefined =>
  path === undefined ? undefined : normalPath(path);

/** Whole seconds until a kill; 0 the provider takes for none given, and Docker then for 10. */
export const stopSeconds = (seconds: number): number => Math.max(1, Math.ceil(seconds));

/**
 * What the process runs. An empty list counts as none given, and none the provider fills in from the image; so the words
 * of a command stand for the image's entrypoint where that is cleared, and beside an entrypoint where one is empty.
 */
export function processWords({ entrypoint, command }: Pick<Workload, "entrypoint" | "command">): {
  readonly entrypoint?: string[];
  readonly command?: string[];
} {
  const words = [...(command ?? [])];
  if (words.length === 0) return entrypoint?.length ? { entrypoint: [...entrypoint] } : {};
  if (entrypoint !== undefined && (entrypoint.length === 0 || words.includes("")))
    return { entrypoint: [...entrypoint, ...words] };
  return { ...(entrypoint && { entrypoint: [...entrypoint] }), command: words };
}

/** Handled by the provider itself and never sent to the daemon. */
const isProviders = (option: string): boolean => option === "systempaths=unconfined";

/** Whether the daemon adds `label=disable` by itself (generateSecurityOpt of moby). */
const isUnlabelled = ({ privileged, pid, ipc }: Isolation = {}): boolean =>
  privileged === true || pid === "host" || ipc === "host";

/** Security options as the daemon keeps them, but for the one that it may add: see `addedOption`. */
export const securityOptions = (options: readonly string[]): string[] =>
  options.filter((option) => !isProviders(option));

/** A security option that the daemon adds by itself, where its host has SELinux or not. */
export const addedOption = ({ isolation, securityOptions: options }: Container): string | undefined =>
  isUnlabelled(isolation) && !options.includes("label=disable") ? "label=disable" : undefined;

/**
 * The properties of a container that the provider reads back in other words than it was given, whatever they are: an IPv6
 * address is cut at its colons, ports of the host that lead to one of the container come in any order, the domain of
 * another container comes with its network, an option of its own is forgotten, one that the daemon adds is not, and a
 * health check without a start period may have got the image's. The engine ignores their changes; the label `berth.spec`
 * makes a new container of each nevertheless.
 */
export function readOtherwise(container: Container): string[] {
  const { extraHosts, ports, networkMode: mode, securityOptions: options, isolation } = container;
  const inside = new Set(ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`));
  return [
    ...(inside.size < ports.length ? ["ports"] : []),
    ...(mode?.kind === "service" || mode?.kind === "host" ? ["domainname"] : []),
    ...(extraHosts.some(({ address }) => address.includes(":")) ? ["hosts"] : []),
    ...(options.some(isProviders) || isUnlabelled(isolation) ? ["securityOpts"] : []),
    ...healthOfImage(container),
  ];
}

/**
 * The networks of a container as the provider takes them: an address of the container itself is that of its interface on
 * its first network, and the name of an interface an option of its driver.
 */
export function interfacesOf({ attachments, hardwareAddress }: Container): Container["attachments"] {
  const [main] = [...attachments].sort(
    (a, b) => (b.priority ?? 0) - (a.priority ?? 0) || (a.network < b.network ? -1 : 1),
  );
  return attachments.map((each) => ({
    ...each,
    ...(each === main && hardwareAddress !== undefined && { hardwareAddress: each.hardwareAddress ?? hardwareAddress }),
    ...(each.interfaceName !== undefined && {
      driverOptions: { ...each.driverOptions, "com.docker.network.endpoint.ifname": each.interfaceName },
    }),
  }));
}

function healthOfImage(container: Container): string[] {
  const check = healthOf(container);
  if (isHealthOff(container) || (check !== undefined && check.test === undefined)) return ["healthcheck"];
  return check?.startPeriod === 0 ? ["healthcheck.startPeriod"] : [];
}

/** The ports that a container really gets: where all its networks are internal, Docker leaves them out without a word. */
export const publishedPorts = (container: Container, { networks }: Pick<Deployment, "networks">): Container["ports"] =>
  publishes(container) && !isInside(container.attachments, networks) ? container.ports : [];

/** Options by path, as Docker takes file systems in memory. */
export const temporaryFileSystems = (entries: readonly TemporaryFileSystem[]): Record<string, string> =>
  Object.fromEntries(entries.map(({ target, options }) => [target, options]));

/** A capability as the daemon has it: CAP_NET_ADMIN; ALL stays ALL. */
export const capability = (name: string): string => {
  const upper = name.toUpperCase();
  return upper === "ALL" || upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
};

/** Labels as the provider takes them, of containers, volumes and networks alike. */
export const labelList = <T>(labels: Readonly<Record<string, T>>): { label: string; value: T }[] =>
  Object.entries(labels).map(([label, value]) => ({ label, value }));
