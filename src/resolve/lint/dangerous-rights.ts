import type { Blueprint } from "../../blueprint/blueprint.ts";
import type { Finding, Source } from "../../findings/finding.ts";
import { instruction } from "../../findings/remedy.ts";
import type { Deployment, Isolation, Mount, Service } from "../../deployment/deployment.ts";
import { ownValue } from "../../notation/own-value.ts";

/** Something a service may do to its host; accepted, and always reported with what it allows. */
interface Right {
  readonly key: string;
  readonly allows: string;
  readonly source: Source;
}

/** Rights over the host that a blueprint gives to its services. */
export const dangerousRights = ({ services, stack }: Deployment, blueprint: Blueprint): Finding[] =>
  services.flatMap((service) =>
    rightsOf(service, blueprint).map(({ key, allows, source }) => ({
      code: "dangerous-right" as const,
      severity: "warning" as const,
      kind: "security",
      key: `${service.key}: ${key}`,
      message: `${key} allows ${service.key} to ${allows}`,
      wanted: { stack, service: service.key, ...source },
      remedy: instruction(
        `remove it from ${source.file}, unless ${service.key} is trusted like an administrator of the host`,
      ),
    })),
  );

const rightsOf = (service: Service, blueprint: Blueprint): Right[] => {
  const at = (...path: (string | number)[]): Source => blueprint.source(["services", service.key, ...path]);
  return [
    ...service.capAdd.flatMap((name): Right[] => {
      const allows = ownValue(capabilities, name);
      return allows === undefined ? [] : [{ key: name, allows, source: at("cap_add") }];
    }),
    ...service.securityOptions.flatMap((option): Right[] => {
      const allows = optionAllows(option);
      return allows === undefined ? [] : [{ key: option, allows, source: at("security_opt") }];
    }),
    ...(service.networkMode?.kind === "host" ? [{ ...hostNetwork, source: at("network_mode") }] : []),
    ...sharedRights(service.isolation).map(({ written, ...right }) => ({ ...right, source: at(written) })),
    ...service.mounts.flatMap(mountRight),
  ];
};

/** What a service shares with its host, by the key where it is written. */
function sharedRights(shared: Isolation = {}): (Omit<Right, "source"> & { readonly written: string })[] {
  const { privileged, pid, ipc, usersOf, controlGroups, parent, devices = [], groups = [] } = shared;
  const all = [
    { given: privileged, written: "privileged", allows: `${root}: every capability and device` },
    { given: pid, written: "pid", allows: "see and signal the host's processes and read their environment" },
    { given: ipc === "host", written: "ipc", allows: "read and write the shared memory of the host's processes" },
    { given: usersOf, written: "userns_mode", allows: "act with the host's own user ids, root among them" },
    { given: controlGroups === "host", written: "cgroup", allows: "see the control groups of the whole host" },
  ];
  return [
    ...all.flatMap(({ given, written, allows }) =>
      given ? [{ key: written === "privileged" ? written : `${written}: host`, written, allows }] : [],
    ),
    ...(parent !== undefined && /^[/.]+$/.test(parent)
      ? [
          {
            key: `cgroup_parent: ${parent}`,
            written: "cgroup_parent",
            allows: "leave the limits that Docker's own group has",
          },
        ]
      : []),
    ...groups.flatMap((group) => {
      const allows = ownValue(hostGroups, group);
      return allows === undefined ? [] : [{ key: `group_add: ${group}`, written: "group_add", allows }];
    }),
    ...devices.map(({ path, access }) => ({
      key: path,
      written: "devices",
      allows: mountAllows(path, false) ?? `use the host's device ${path} (${access})`,
    })),
  ];
}

const root = "act as root on the host";
/** Which ports it takes is not in the blueprint, so no conflict of them is found before it runs. */
const hostNetwork = {
  key: "network_mode: host",
  allows: "reach all that listens on the host's loopback and take any port of it; berth cannot know which ports",
};
const byDaemon = `${root}: start any container by its daemon`;
/** Groups whose members own the files of the host that a mount lets them reach; Docker looks names up in the image. */
const hostGroups: Readonly<Record<string, string>> = {
  "0": "use mounted files and sockets that belong to the group root",
  root: "use mounted files and sockets that belong to the group root",
  docker: byDaemon,
  disk: "read and write the host's disks",
  shadow: "read the host's password hashes",
};
const capabilities: Readonly<Record<string, string>> = {
  ALL: root,
  CAP_SYS_ADMIN: `${root}: mount file systems and leave its container`,
  CAP_SYS_MODULE: `${root}: load kernel modules`,
  CAP_SYS_RAWIO: "read and write the host's memory and devices",
  CAP_SYS_PTRACE: "read and change other processes that it can see",
  CAP_SYS_BOOT: "restart the host",
  CAP_SYS_TIME: "set the host's clock",
  CAP_DAC_READ_SEARCH: "read every file of the host",
  CAP_BPF: "load programs into the host's kernel",
  CAP_PERFMON: "observe the host's kernel and processes",
  CAP_NET_ADMIN: "change the routes and firewall of its network",
  CAP_MAC_ADMIN: "change the host's mandatory access rules",
  CAP_MAC_OVERRIDE: "ignore the host's mandatory access rules",
  CAP_CHECKPOINT_RESTORE: "read the memory of other processes that it can see, and restore processes",
  CAP_LINUX_IMMUTABLE: "make files immutable or append-only, and change those that are",
  CAP_AUDIT_CONTROL: "switch off the host's audit log and change its rules",
  CAP_SYS_RESOURCE: "exceed limits and quotas of the host",
  CAP_SYSLOG: "read the host's kernel log",
};

function optionAllows(option: string): string | undefined {
  const [name = "", value = ""] = option.split(/[:=]/).map((part) => part.trim().toLowerCase());
  if (name === "seccomp" && value === "unconfined") return "make every system call of the host's kernel";
  if (name === "apparmor" && value === "unconfined") return "go without AppArmor's limits";
  if (name === "systempaths" && value === "unconfined") return "read and write all of /proc and /sys";
  if (name === "label" && value === "disable") return "go without SELinux's limits";
  if (name === "no-new-privileges" && value === "false") return "gain privileges by programs with the setuid bit";
  return undefined;
}

function mountRight(mount: Mount): Right[] {
  if (mount.kind !== "directory") return [];
  const allows = mountAllows(mount.path, mount.readOnly);
  return allows === undefined ? [] : [{ key: mount.path, allows, source: mount.source }];
}

/** Directories of the system: who may write there, or read their secrets, owns the host. */
const system = /^\/(?:etc|root|boot|proc|sys|dev|usr|bin|sbin|lib|lib64|home|run|var|var\/run|var\/lib|var\/spool)$/;
const inside =
  /^\/(?:boot|proc|sys|root|usr|bin|sbin|lib|lib64|var\/lib\/(?:docker|containerd)|var\/spool\/cron|(?:var\/)?run\/(?:dbus|systemd)|etc\/(?:ssh|sudoers\.d|cron\.d|systemd|pam\.d|docker))(?:\/|$)/;

function mountAllows(path: string, readOnly: boolean): string | undefined {
  // A socket is a way to its daemon, whether its file may be written or not.
  if (
    /(?:^|\/)(?:docker|containerd|podman|crio|dockershim)\.sock$/.test(path) ||
    /^(?:\/var)?\/run\/(?:docker|containerd)$/.test(path)
  )
    return byDaemon;
  if (path === "/") return readOnly ? "read every file of the host" : root;
  if (/^\/etc\/(?:g?shadow|sudoers)-?$/.test(path)) return readOnly ? "read the host's password hashes or rules" : root;
  if (/^\/etc\/(?:passwd|group|crontab|ld\.so\.preload)$/.test(path)) return readOnly ? undefined : root;
  if (/^\/dev\/(?:mem|kmem|sd|nvme|vd|xvd|dm-|mapper)/.test(path)) return "read and write the host's memory or disks";
  if (/^\/home\/[^/]+\/\.ssh(?:\/|$)/.test(path)) return "read or change keys that log in to this host or others";
  if (/^(?:\/var)?\/run\/(?:dbus\/system_bus_socket|systemd\/private)$/.test(path))
    return `control the host's services by its socket, and change the host's ${path}`;
  // Their folders belong to single applications; only the whole is the host's.
  if (/^\/(?:opt|var\/log)$/.test(path)) return readOnly ? undefined : `change the host's ${path}`;
  if (system.test(path) || inside.test(path))
    return readOnly ? `read the host's ${path}, secrets in it included` : `change the host's ${path}`;
  return undefined;
}
