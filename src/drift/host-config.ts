import { extraHostText } from "../notation/extra-host.ts";
import type { Deployment, Limits, Restart } from "../deployment/deployment.ts";
import { type Container, restartOf } from "../deployment/realization.ts";
import { sizeText } from "../notation/quantities.ts";
import {
  addedOption,
  capability,
  megabytes,
  nanoCores,
  publishedPorts,
  securityOptions,
  swapMegabytes,
  temporaryFileSystems,
} from "../deployment/canonical.ts";
import { changedEntries, type Repair, type Difference, listText, unequal, onOff } from "./difference.ts";
import { hostSettingDifferences } from "./host-settings.ts";
import type { InspectedHostConfig } from "../host/inspected.ts";

/** What a container may use and how it runs on the host. */
export function hostConfigDifferences(
  service: Container,
  deployment: Pick<Deployment, "running" | "networks">,
  live: InspectedHostConfig,
): Difference[] {
  return [
    ...limitDifferences(service.limits, live),
    // That of a stopped deployment has none, or with Podman still its own.
    ...(deployment.running ? unequal("restart policy", liveRestart(live), restart(restartOf(service)), "engine") : []),
    ...unequal("published ports", portsOf(live), listText(publishedPorts(service, deployment).map(portText))),
    ...changedEntries("tmpfs", live.Tmpfs ?? {}, temporaryFileSystems(service.temporary)),
    ...changedEntries("sysctl", live.Sysctls ?? {}, service.sysctls ?? {}),
    ...unequal("extra hosts", listText(live.ExtraHosts), listText(service.extraHosts.map(extraHostText))),
    ...unequal("name servers", listText(live.Dns), listText(service.nameService?.servers)),
    ...unequal("search domains", listText(live.DnsSearch), listText(service.nameService?.searches)),
    ...unequal("options of the resolver", listText(live.DnsOptions), listText(service.nameService?.options)),
    ...unequal("added capabilities", listText(live.CapAdd?.map(capability)), listText(service.capAdd)),
    ...unequal("dropped capabilities", listText(live.CapDrop?.map(capability)), listText(service.capDrop)),
    ...unequal(
      "security options",
      options(liveOptions(service, live)),
      options(securityOptions(service.securityOptions)),
    ),
    ...unequal("root file system", access(live.ReadonlyRootfs), access(service.readOnly)),
    ...unequal("init", onOff(live.Init), onOff(service.init)),
    ...isolationDifferences(service, live),
    ...hostSettingDifferences(service, live),
    ...unequal("log driver", live.LogConfig?.Type ?? "", service.logging.driver),
    ...changedEntries("log option", live.LogConfig?.Config ?? {}, service.logging.options),
    ...(service.sharedMemory === undefined
      ? []
      : unequal("shared memory", near(live.ShmSize, service.sharedMemory), size(wholeMegabytes(service.sharedMemory)))),
  ];
}

/** What the daemon decides by itself differs from daemon to daemon; without a wish only the host's own counts. */
function isolationDifferences(
  { isolation: wanted = {}, namespaces = {} }: Pick<Container, "isolation" | "namespaces">,
  live: InspectedHostConfig,
): Difference[] {
  const shared = (found: string | undefined, wish: string | undefined): [string, string] =>
    wish === undefined ? [found === "host" ? found : "its own", "its own"] : [found || "its own", wish];
  return [
    ...unequal("privileged mode", onOff(live.Privileged), onOff(wanted.privileged)),
    ...unequal("process namespace", ...shared(...ofContainer(live.PidMode, wanted.pid, namespaces.pid))),
    ...unequal("IPC namespace", ...shared(...ofContainer(live.IpcMode, wanted.ipc, namespaces.ipc))),
    ...unequal("user namespace", ...shared(live.UsernsMode, wanted.usersOf)),
    ...(wanted.controlGroups === undefined
      ? []
      : unequal("control group namespace", live.CgroupnsMode ?? "", wanted.controlGroups)),
    ...unequal("parent control group", live.CgroupParent || "Docker's", wanted.parent ?? "Docker's"),
    ...unequal(
      "devices",
      listText(live.Devices?.map((each) => deviceText(each.PathOnHost, each.PathInContainer, each.CgroupPermissions))),
      listText(wanted.devices?.map(({ path, target, access }) => deviceText(path, target, access))),
    ),
    ...unequal("groups", listText(live.GroupAdd), listText(wanted.groups)),
  ];
}

/** Which container it is the engine sees, as it knows it by its id. */
const ofContainer = (
  found: string | undefined,
  wish: string | undefined,
  owner: string | undefined,
): [string | undefined, string | undefined] =>
  owner === undefined ? [found, wish] : [found?.replace(/^container:.*/s, `that of ${owner}`), `that of ${owner}`];

const deviceText = (path: string, target: string, access: string): string => `${path}:${target}:${access}`;

function liveOptions(service: Container, { SecurityOpt: found }: InspectedHostConfig): readonly string[] {
  const added = addedOption(service);
  return (found ?? []).filter((option) => option !== added);
}

/**
 * What `docker update` changes. The provider repairs in place what the deployment sets; what it does not set the
 * provider sees, too, and then sends the daemon a 0, which means: unchanged. Process limits it does not know.
 */
function limitDifferences(limits: Limits, live: InspectedHostConfig): Difference[] {
  const { cpus, memory, reservedMemory } = limits;
  const cure = (set: number | undefined): Repair => (set === undefined ? "replacement" : "engine");
  const wantedMemory = wholeMegabytes(memory ?? 0);
  const wantedSwap = swapMegabytes(limits) ?? 0;
  // -1: the kernel keeps no account of swap, or it is unlimited, which the provider sees.
  const swap = live.MemorySwap === -1 && wantedSwap > 0 ? wantedSwap * 1024 ** 2 : live.MemorySwap;
  return [
    ...unequal("memory", near(live.Memory, memory), size(wantedMemory), cure(memory)),
    ...unequal(
      "memory with swap",
      near(swap, limits.swap ?? 2 * (memory ?? 0), wantedSwap * 1024 ** 2),
      size(wantedSwap * 1024 ** 2),
      cure(memory),
    ),
    ...unequal(
      "reserved memory",
      near(live.MemoryReservation, reservedMemory),
      size(wholeMegabytes(reservedMemory ?? 0)),
      cure(reservedMemory),
    ),
    ...unequal("CPU limit", cores(live.NanoCpus), cores(nanoCores(cpus ?? 0)), "engine"),
    ...unequal("process limit", number(live.PidsLimit), "none"),
  ];
}

/** The engine sets whole MB; what runs from an export has the very size. */
const near = (found: number | undefined, exact = 0, whole = wholeMegabytes(exact)): string =>
  size(found === exact ? whole : found);

const wholeMegabytes = (bytes: number): number => megabytes(bytes) * 1024 ** 2;
const size = (bytes: number | undefined): string => (bytes && bytes > 0 ? sizeText(bytes) : "unlimited");
const cores = (nanoCpus: number | undefined): string => (nanoCpus ? String(nanoCpus / 1e9) : "none");
const number = (count: number | null | undefined): string => (count && count > 0 ? String(count) : "none");
const access = (readOnly: boolean | undefined): string => (readOnly === true ? "read-only" : "writable");

const liveRestart = ({ RestartPolicy: policy }: InspectedHostConfig): string =>
  restart({ policy: policy?.Name || "no", maximumRetries: policy?.MaximumRetryCount ?? 0 } as Restart);

const restart = (policy: Restart): string =>
  policy.policy === "on-failure" ? `on-failure:${policy.maximumRetries}` : policy.policy;

const portText = (port: { address: string; hostPort: number; containerPort: number; protocol: string }): string =>
  `${port.address}:${port.hostPort}->${port.containerPort}/${port.protocol}`;

const portsOf = ({ PortBindings: bindings }: InspectedHostConfig): string =>
  listText(
    Object.entries(bindings ?? {}).flatMap(([key, bound]) => {
      const [containerPort, protocol = "tcp"] = key.split("/");
      return (bound ?? []).map(({ HostIp: address, HostPort: hostPort }) =>
        portText({
          address: address || "0.0.0.0",
          hostPort: Number(hostPort),
          containerPort: Number(containerPort),
          protocol,
        }),
      );
    }),
  );

/** As the daemon has it, whatever way it was written. */
const options = (list: readonly string[] | null | undefined): string =>
  listText(list?.map((option) => (option === "no-new-privileges" ? "no-new-privileges:true" : option)));
