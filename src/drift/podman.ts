import type { Service } from "../deployment/deployment.ts";
import type { LiveContainer, LiveNetwork } from "./live.ts";

/**
 * A container of Podman's as Docker would tell of it [Podman 4.3.1]. What Podman does not tell (options of a log), or tells
 * as the difference to what is usual there (capabilities), is taken to be as it was asked for: it never changes but with
 * the container, whose label `berth.spec` says from what it was made.
 */
export function inDockersWords(
  container: LiveContainer,
  service: Service,
  networks: readonly LiveNetwork[],
): LiveContainer {
  const { Config: config, HostConfig: host, NetworkSettings: settings } = container;
  const isAsked = (entry: string): boolean => Object.hasOwn(service.environment, entry.split("=")[0] ?? "");
  const ids = new Map(networks.map(({ Name, Id }) => [Name, Id]));
  return {
    ...container,
    Config: {
      ...config,
      Env: config.Env?.filter((entry) => !/^(?:container|HOSTNAME|TERM)=/.test(entry) || isAsked(entry)),
      StopSignal: signals[config.StopSignal ?? ""] ?? config.StopSignal,
    },
    HostConfig: {
      ...host,
      CapAdd: service.capAdd,
      CapDrop: service.capDrop,
      PidsLimit: host.PidsLimit === usualPidsLimit ? 0 : host.PidsLimit,
      LogConfig: { Type: host.LogConfig?.Type, Config: service.logging.options },
    },
    NetworkSettings: {
      Networks: Object.fromEntries(
        Object.entries(settings.Networks ?? {}).map(([name, attachment]) => [
          name,
          { ...attachment, NetworkID: ids.get(attachment.NetworkID ?? "") ?? attachment.NetworkID },
        ]),
      ),
    },
  };
}

/** Processes that Podman allows a container of which nothing else is said. */
const usualPidsLimit = 2048;

/** By their numbers on Linux: those that a blueprint may ask for. */
const signals: Readonly<Record<string, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  9: "SIGKILL",
  10: "SIGUSR1",
  12: "SIGUSR2",
  15: "SIGTERM",
  28: "SIGWINCH",
};
