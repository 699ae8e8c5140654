import type { Container } from "../deployment/realization.ts";
import { temporaryFileSystems } from "../deployment/canonical.ts";
import type { MisreportedField } from "../deployment/runtime.ts";
import type {
  InspectedAttachment,
  InspectedConfig,
  InspectedContainer,
  InspectedHostConfig,
} from "../host/inspected.ts";

/** What Podman adds to every environment, as far as neither image nor deployment has it. */
const addedVariables = ["HOSTNAME", "TERM", "container"];

/**
 * A container as Docker would describe it, from what Podman reports (seen with Podman 4.3). What Podman reports differently,
 * or not at all, is taken to be as the service wants it (see `misreported`): none of that can change while a container
 * lives, and another container has another id.
 */
export function inDockersWords(
  container: InspectedContainer,
  service: Container,
  image: InspectedConfig,
): InspectedContainer {
  const { Config: config, HostConfig: host, NetworkSettings: settings } = container;
  const own = new Set([...Object.keys(service.environment), ...(image.Env ?? []).map(variable)]);
  const added = new Set(addedVariables.filter((name) => !own.has(name)));
  const { StopSignal, ...asWanted }: Pick<InspectedConfig & InspectedHostConfig, MisreportedField> = {
    CapAdd: service.capAdd,
    CapDrop: service.capDrop,
    LogConfig: { ...host.LogConfig, Config: service.logging.options },
    SecurityOpt: service.securityOptions,
    StopSignal: service.stopSignal ?? image.StopSignal,
    Sysctls: service.sysctls,
    Tmpfs: temporaryFileSystems(service.temporary),
  };
  return {
    ...container,
    Config: {
      ...config,
      StopSignal,
      Env: config.Env?.filter((entry) => !added.has(variable(entry))),
    },
    HostConfig: {
      ...host,
      ...asWanted,
      // NanoCpus in other words.
      CpuQuota: service.cpuQuota ?? 0,
      CpuPeriod: service.cpuPeriod ?? 0,
      Ulimits: Object.entries(service.ulimits ?? {}).map(([Name, { soft, hard }]) => ({
        Name,
        Soft: soft,
        Hard: hard,
      })),
      // Every container has one that Podman's own settings give.
      PidsLimit: null,
    },
    NetworkSettings: {
      Networks: Object.fromEntries(
        Object.entries(settings.Networks ?? {}).map(([name, live]) => [name, attachment(name, live, service)]),
      ),
    },
  };
}

const variable = (entry: string): string => entry.split("=", 1)[0] ?? "";

/** Podman reports a network's name in place of its id, and an address in use, but not whether it was asked for. */
function attachment(network: string, live: InspectedAttachment, { attachments }: Container): InspectedAttachment {
  const { address, address6, linkLocal } = attachments.find((wanted) => wanted.network === network) ?? {};
  return {
    ...live,
    NetworkID: undefined,
    IPAMConfig: {
      ...(address !== undefined && { IPv4Address: live.IPAddress || address }),
      IPv6Address: address6,
      LinkLocalIPs: linkLocal,
    },
  };
}
