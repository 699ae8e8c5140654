import type { Restart } from "../deployment/deployment.ts";
import type { Container, Realization, ServiceContainer } from "../deployment/realization.ts";
import { loopText } from "../deployment/settling.ts";
import { restartsInLoop } from "../deployment/restart-loop.ts";
import { type Look, type Seen, type SeenContainer } from "../host/seen.ts";
import { foreignId } from "../notation/home.ts";

type State = "online" | "stopped" | "errored" | "never started" | "unknown";

/** How a deployment is, and why where it is not simply online. */
export interface Status {
  readonly state: State;
  readonly reason?: string;
  readonly services: readonly ServiceStatus[];
}

/** How the container of one service is; a job that ended well is done. */
interface ServiceStatus {
  readonly service: string;
  readonly container?: string;
  readonly state: "online" | "done" | "stopped" | "errored" | "absent";
  readonly reason?: string;
}

/** How a deployment is, from what is live with its label; what a person named alike is not its own. */
export function statusOf(deployment: Realization, look: Look): Status {
  if (look.kind === "unreachable") return { state: "unknown", reason: look.reason, services: [] };
  const own = look.containers.filter((container) => container.deployment === deployment.id);
  const hidden = look.unseen.filter((container) => container.deployment === deployment.id);
  const services = deployment.containers.map((service) => serviceStatus(service, own, look));
  if (own.length + hidden.length === 0 && !look.volumesOf.includes(deployment.id)) {
    const places = placesOf(deployment.id, look);
    const reason = `another state manages what is there under this name: ${list(places)}`;
    return { state: "never started", ...(places.length > 0 && { reason }), services };
  }
  const unknown = hidden.map(({ name, why }) => `${name} could not be looked at: ${why}`);
  return { ...whole(deployment, own, unknown, services), services };
}

/** Whether the state is what the stack file asks for; what cannot be seen is unknown. */
export const isAsConfigured = ({ running }: Realization, { state }: Status): boolean =>
  state === "never started" || state === (running ? "online" : "stopped");

function whole(
  { running, containers: all }: Realization,
  own: readonly SeenContainer[],
  unknown: readonly string[],
  services: readonly ServiceStatus[],
): Omit<Status, "services"> {
  if (own.length + unknown.length === 0) return { state: "stopped", reason: "it has volumes and no container" };
  if (!running) {
    const active = own.filter(isActive).map(({ name }) => name);
    if (active.length > 0) return said("online", [`${list(active)} runs, although berth:running is false`]);
    return unknown.length > 0 ? said("unknown", unknown) : said("stopped", ["berth:running is false"]);
  }
  const reasons = (...states: ServiceStatus["state"][]): string[] =>
    services.flatMap(({ state, reason }) => (states.includes(state) && reason !== undefined ? [reason] : []));
  if (reasons("errored").length > 0) return said("errored", reasons("errored"));
  if (unknown.length > 0) return said("unknown", unknown);
  const lasting = services.filter((_, index) => all[index]?.kind === "service");
  if (lasting.every(({ state }) => state === "online")) return said("online", reasons("online"));
  const missing = lasting.flatMap(({ state, reason }) => (state === "online" ? [] : (reason ?? [])));
  return lasting.some(({ state }) => state === "online")
    ? said("errored", [`only a part runs: ${list(missing)}`])
    : said("stopped", missing);
}

/** Where else what has the deployment's id is managed from, such as another clone of the project. */
const placesOf = (id: string, { containers, volumesOf }: Seen): string[] => {
  const prefix = foreignId(id, "");
  const others = [...containers.map(({ deployment }) => deployment), ...volumesOf];
  return [...new Set(others.filter((other) => other.startsWith(prefix)).map((other) => other.slice(prefix.length)))];
};

const said = (state: State, reasons: readonly string[]): Omit<Status, "services"> =>
  reasons.length === 0 ? { state } : { state, reason: list(reasons) };

const list = (texts: readonly string[]): string => texts.join("; ");

const isActive = ({ state }: SeenContainer): boolean => ["running", "paused", "restarting"].includes(state);

/** While one container takes another's place there are two: the better one serves. */
function serviceStatus(service: Container, own: readonly SeenContainer[], { at }: Seen): ServiceStatus {
  const found = own
    .filter((container) => container.service === service.key)
    .map((container): ServiceStatus => {
      const { state, reason } = service.kind === "job" ? job(container) : lasting(container, service, at);
      return {
        service: service.key,
        container: container.name,
        state,
        ...(reason !== undefined && { reason: `${container.name} ${reason}` }),
      };
    })
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return found[0] ?? { service: service.key, state: "absent", reason: `${service.name} is not there` };
}

const order: readonly ServiceStatus["state"][] = ["online", "done", "errored", "stopped", "absent"];

type One = Pick<ServiceStatus, "state" | "reason">;

function lasting(container: SeenContainer, { restart, attachments }: ServiceContainer, at: number): One {
  const { state, exitCode, error, health } = container;
  // Its own health check knows better than one restart a moment ago.
  const isWell = health?.status === "healthy" && container.restarts < 3;
  if (!isWell && restartsInLoop(container, at)) return { state: "errored", reason: loopText(state, exitCode) };
  if (state === "paused") return { state: "stopped", reason: "is paused" };
  if (state === "created" && error !== "") return { state: "errored", reason: `could not be started: ${error}` };
  if (state === "created") return { state: "stopped", reason: "was never started" };
  if (state !== "running") return ended(container, restart);
  if (health?.status === "unhealthy")
    return { state: "errored", reason: `is unhealthy${health.output === "" ? "" : `: ${health.output}`}` };
  const { networks } = container;
  const cutOff = attachments.find(({ network }) => networks !== undefined && !networks.includes(network));
  if (cutOff !== undefined) return { state: "errored", reason: `is not attached to the network ${cutOff.network}` };
  return health?.status === "starting" ? { state: "online", reason: "is starting" } : { state: "online" };
}

/**
 * Docker does not keep who ended a container. It starts again what ends by itself where the policy says so; so there, only
 * a person's stop is left, whatever the signal. Elsewhere the exit codes of the usual signals show it, but not that of a
 * kill, which the kernel sends, too.
 */
function ended({ exitCode, error, outOfMemory }: SeenContainer, { policy }: Restart): One {
  const code = `(exit code ${exitCode})`;
  if (outOfMemory) return { state: "errored", reason: `ended because it wanted more memory than it may have ${code}` };
  if (error !== "") return { state: "errored", reason: `could not be started: ${error}` };
  const startedAgain = policy === "always" || policy === "unless-stopped";
  const isStop = [0, 130, 143].includes(exitCode) || (exitCode === 137 && startedAgain);
  return isStop
    ? { state: "stopped", reason: `is stopped ${code}` }
    : { state: "errored", reason: `ended with exit code ${exitCode}` };
}

function job({ state, exitCode, error }: SeenContainer): One {
  if (state === "running" || state === "restarting") return { state: "online", reason: "is at work" };
  if (error !== "") return { state: "errored", reason: `could not be started: ${error}` };
  if (state === "created") return { state: "absent", reason: "has not run" };
  return exitCode === 0 ? { state: "done" } : { state: "errored", reason: `failed with exit code ${exitCode}` };
}
