import { describe, expect, it } from "vitest";
import { findingText } from "../../report/shown.ts";
import { stackWith } from "../../conflicts/sample.ts";
import { findingsFrom } from "../sample.ts";

const found = (keys: string) =>
  findingsFrom(stackWith(""), {
    stack: "clinic",
    blueprintYaml: `services:\n  web:\n    image: web:1\n    ${keys}\n`,
  });

describe("a right over the host is accepted with a warning", () => {
  it.each([
    ["cap_add: [ALL]", "ALL", "act as root on the host"],
    ["cap_add: [sys_admin]", "CAP_SYS_ADMIN", "leave its container"],
    ["cap_add: [CAP_NET_ADMIN]", "CAP_NET_ADMIN", "routes and firewall"],
    ['security_opt: ["seccomp=unconfined"]', "seccomp=unconfined", "every system call"],
    ['security_opt: ["seccomp:unconfined"]', "seccomp:unconfined", "every system call"],
    ['security_opt: ["apparmor=unconfined"]', "apparmor=unconfined", "AppArmor"],
    ['volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]', "/var/run/docker.sock", "start any container"],
    ['volumes: ["/run/docker.sock:/d.sock"]', "/run/docker.sock", "start any container"],
    ['volumes: ["/var/run:/host/run"]', "/var/run", "change the host's /var/run"],
    ['volumes: ["/:/host:ro"]', "/", "read every file of the host"],
    ['volumes: ["/../etc/./shadow:/s:ro"]', "/etc/shadow", "password hashes"],
    ["volumes: [{ type: bind, source: /etc, target: /e, read_only: true }]", "/etc", "read the host's /etc"],
    ["privileged: true", "privileged", "act as root on the host"],
    ["pid: host", "pid: host", "signal the host's processes"],
    ["ipc: host", "ipc: host", "shared memory of the host"],
    ["userns_mode: host", "userns_mode: host", "user ids"],
    ["cgroup: host", "cgroup: host", "control groups"],
    ["devices: [/dev/fuse]", "/dev/fuse", "use the host's device /dev/fuse (rwm)"],
    ["devices: ['/dev/sda:/dev/x:r']", "/dev/sda", "read and write the host's memory or disks"],
    ["devices: [{ source: /dev/kvm, permissions: rw }]", "/dev/kvm", "(rw)"],
    ['volumes: ["/etc/passwd:/p"]', "/etc/passwd", "act as root on the host"],
    ["cgroup_parent: /", "cgroup_parent: /", "limits"],
    ["group_add: [docker]", "group_add: docker", "start any container by its daemon"],
    ['group_add: [tty, "0"]', "group_add: 0", "root"],
    ["group_add: [root]", "group_add: root", "root"],
    ["group_add: [disk]", "group_add: disk", "disks"],
    ["cap_add: [CHECKPOINT_RESTORE]", "CAP_CHECKPOINT_RESTORE", "other processes"],
    ["cap_add: [LINUX_IMMUTABLE]", "CAP_LINUX_IMMUTABLE", "immutable"],
    ["cap_add: [AUDIT_CONTROL]", "CAP_AUDIT_CONTROL", "audit"],
    ["cap_add: [SYS_RESOURCE]", "CAP_SYS_RESOURCE", "limits"],
    ['volumes: ["/var/spool/cron:/c"]', "/var/spool/cron", "change the host's /var/spool/cron"],
    ['volumes: ["/var/spool/cron/crontabs:/c"]', "/var/spool/cron/crontabs", "change the host's"],
    ['volumes: ["/var/spool:/c"]', "/var/spool", "change the host's /var/spool"],
    ['volumes: ["/run/dbus:/d"]', "/run/dbus", "change the host's /run/dbus"],
    ['volumes: ["/var/run/dbus/system_bus_socket:/d:ro"]', "/var/run/dbus/system_bus_socket", "the host's services"],
    ['volumes: ["/run/systemd/private:/d"]', "/run/systemd/private", "change the host's /run/systemd/private"],
    ['volumes: ["/var/lib/containerd:/d"]', "/var/lib/containerd", "change the host's /var/lib/containerd"],
    ['volumes: ["/opt:/o"]', "/opt", "change the host's /opt"],
    ['volumes: ["/var/log:/l"]', "/var/log", "change the host's /var/log"],
    ['volumes: ["/root/.ssh:/k:ro"]', "/root/.ssh", "read the host's /root/.ssh"],
  ])("%s", (keys, key, allows) => {
    const findings = found(keys).filter(({ code }) => code === "dangerous-right");
    expect(findings).toMatchObject([
      { severity: "warning", key: `web: ${key}`, wanted: { stack: "clinic", service: "web" } },
    ]);
    expect(findings[0]?.message).toContain(allows);
  });

  it.each([
    "cap_add: [CHOWN, NET_BIND_SERVICE]",
    "cap_drop: [ALL]",
    "privileged: false\n    ipc: private\n    cgroup: private\n    group_add: [tty]",
    'security_opt: ["no-new-privileges:true"]',
    'volumes: ["/srv/data:/data", "/var/log/web:/log", "/var/www/web:/www", "/opt/app:/opt/app", "/var/spool/web:/s"]',
    'volumes: ["/opt:/opt:ro", "/var/log:/logs:ro"]',
    "cgroup_parent: /berth\n    group_add: [tty, '1000', audio]",
    "cap_add: [SETUID, KILL, SYS_NICE]",
    'volumes: ["/etc/localtime:/etc/localtime:ro", "/etc/letsencrypt:/tls:ro", "/etc/passwd:/etc/passwd:ro"]',
  ])("no warning for %s", (keys) => expect(found(keys)).toEqual([]));

  it("names where it is written and what it allows", () =>
    expect(found("cap_add: [SYS_BOOT]").map(findingText)).toEqual([
      `! dangerous-right  web: CAP_SYS_BOOT
  where      clinic / web            blueprints/sample.yaml:4: services.web.cap_add
  what       CAP_SYS_BOOT allows web to restart the host
  remedy     remove it from blueprints/sample.yaml, unless web is trusted like an administrator of the host`,
    ]));
});
