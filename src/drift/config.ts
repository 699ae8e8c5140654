import { type Container, healthOf, isHealthOff } from "../deployment/realization.ts";
import { withoutHome } from "../deployment/labels.ts";
import { type SecretTexts, valueText } from "../deployment/value.ts";
import { directory, processWords, stopSeconds } from "../deployment/canonical.ts";
import { changed, changedEntries, type Difference, unequal, onOff } from "./difference.ts";
import type { InspectedConfig, InspectedHealthCheck } from "../host/inspected.ts";
import { ownValue } from "../notation/own-value.ts";

/**
 * What a container was made with: command, user, environment, labels, health check. Where the deployment says nothing,
 * the image decides, and where that says nothing either, the daemon.
 */
export function configDifferences(
  service: Container,
  labels: Readonly<Record<string, string>>,
  live: InspectedConfig & { readonly id: string },
  image: InspectedConfig,
  secrets: SecretTexts,
): Difference[] {
  const { entrypoint, command = entrypoint === undefined ? image.Cmd : undefined } = processWords(service);
  return [
    ...changed("entrypoint", live.Entrypoint ?? [], entrypoint ?? image.Entrypoint ?? []),
    ...changed("command", live.Cmd ?? [], command ?? []),
    ...unequal("user", live.User || "root", service.user ?? (image.User || "root")),
    ...unequal(
      "working directory",
      folder(live.WorkingDir),
      folder(directory(service.workingDirectory) ?? image.WorkingDir),
    ),
    ...hostNameDifferences(service, live),
    ...environmentDifferences(service, live, image, secrets),
    ...labelDifferences(live.Labels ?? {}, { ...image.Labels, ...labels }),
    ...changed("health check", health(live.Healthcheck), wantedHealth(service, image.Healthcheck)),
    ...unequal("terminal", onOff(live.Tty), onOff(service.terminal)),
    ...unequal("open input", onOff(live.OpenStdin), onOff(service.openInput)),
    ...unequal("stop signal", live.StopSignal || "SIGTERM", (service.stopSignal ?? image.StopSignal) || "SIGTERM"),
    ...stopDifferences(service, live.StopTimeout ?? 10),
  ];
}

/** Docker counts whole seconds: the engine rounds up, and Docker Compose down. */
const stopDifferences = ({ stopGrace }: Container, found: number): Difference[] =>
  found === Math.floor(stopGrace) ? [] : unequal("stop timeout", `${found} s`, `${stopSeconds(stopGrace)} s`);

/** With the network of its host or of another container, a container has that one's name unless it is given another. */
function hostNameDifferences(
  { hostname, domainname, networkMode: mode }: Container,
  live: InspectedConfig & { readonly id: string },
): Difference[] {
  const isShared = mode?.kind === "host" || mode?.kind === "service";
  if (isShared && hostname === undefined) return [];
  return [
    ...unequal("host name", live.Hostname ?? "", hostname ?? live.id.slice(0, 12)),
    ...unequal("domain", live.Domainname || "none", domainname ?? "none"),
  ];
}

const folder = (path: string | undefined): string => (path || "/").replace(/(.)\/+$/, "$1");

function environmentDifferences(
  { environment }: Container,
  live: InspectedConfig,
  image: InspectedConfig,
  secrets: SecretTexts,
): Difference[] {
  const found = variables(live.Env);
  const wanted = variables(image.Env);
  for (const [name, value] of Object.entries(environment)) {
    // A secret whose text is not known is taken to be right where it is there at all.
    wanted[name] = valueText(value, secrets) ?? ownValue(found, name) ?? "";
  }
  // The daemon gives a PATH to every container that has none.
  if (wanted["PATH"] === undefined) delete found["PATH"];
  return changedEntries("environment", found, wanted, (name) =>
    typeof ownValue(environment, name) === "object" ? "removal" : "replacement",
  );
}

function variables(entries: InspectedConfig["Env"]): Record<string, string> {
  return Object.fromEntries(
    (entries ?? []).map((entry) => {
      const at = entry.indexOf("=");
      return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

/** Labels that Compose adds to what it runs from an export say nothing about what runs. */
function labelDifferences(
  found: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): Difference[] {
  const { "berth.attempt": _attempt, ...own } = withoutHome(found);
  const kept = Object.entries(own).filter(
    ([name]) => !name.startsWith("com.docker.compose.") || Object.hasOwn(wanted, name),
  );
  return changedEntries("label", Object.fromEntries(kept), wanted);
}

interface Health {
  readonly test: readonly string[];
  readonly times: readonly (number | undefined)[];
}

const health = (check: InspectedHealthCheck | null | undefined): Health => ({
  test: check?.Test ?? [],
  times: [check?.Interval, check?.Timeout, check?.StartPeriod, check?.StartInterval, check?.Retries].map(
    (time) => time ?? 0,
  ),
});

/** What is 0 in the deployment's own check is taken from the image's. */
function wantedHealth(service: Container, image: InspectedConfig["Healthcheck"]): Health {
  const ofImage = health(image);
  if (isHealthOff(service)) return { ...ofImage, test: ["NONE"] };
  const own = healthOf(service);
  if (own === undefined) return ofImage;
  const { test = ofImage.test, interval, timeout, startPeriod, startInterval, retries } = own;
  const times = [interval, timeout, startPeriod, startInterval, retries];
  return { test, times: times.map((time, index) => time || ofImage.times[index]) };
}
