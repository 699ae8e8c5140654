import { describe, expect, it } from "vitest";
import { errorsOf } from "../../../src/findings/finding.ts";
import { stackWith } from "../conflicts/sample.ts";
import { findingsFrom } from "./sample.ts";
import type { ShownFinding } from "../../../src/report/shown-finding.ts";

const blueprint = (keys: string): string => `services:
  web: { image: "web:1", ${keys} }
volumes: { aa: , bb: }
configs: { page: { content: text }, void: { content: "" } }
secrets: { TOKEN: }
x-berth: { secrets: { TOKEN: { generate: 32 } } }
`;
const errors = (keys: string): readonly ShownFinding[] =>
  errorsOf(findingsFrom(stackWith("berth:prefix: a"), { blueprintYaml: blueprint(keys) }));

/** A value that Docker refuses when it creates or starts the container, the key below the service, and part of the remedy. */
type Row = [keys: string, at: string, remedy?: string];

const refused: Row[] = [
  ["user: '-1'", "user"],
  ["user: 4294967296", "user"],
  ["user: www data", "user"],
  ["user: '1000:2147483648'", "user"],
  ["working_dir: srv/app", "working_dir", "write /srv/app"],
  ["working_dir: ./app", "working_dir", "write /app"],
  ["working_dir: .", "working_dir"],
  [`hostname: ${"h".repeat(65)}`, "hostname"],
  ["entrypoint: ['', x]", "entrypoint"],
  ["command: [run, '']", "command"],
  ["environment: { '': x }", "environment."],
  ["environment: [=x]", "environment."],
  ['environment: { A: "a\\0b" }', "environment.A"],
  ["healthcheck: { test: x, interval: 0s }", "healthcheck.interval"],
  ["healthcheck: { test: x, timeout: 0.5ms }", "healthcheck.timeout"],
  ["healthcheck: { test: x, start_period: 500us }", "healthcheck.start_period"],
  ["healthcheck: { test: x, start_period: 9999999h }", "healthcheck.start_period"],
  ["healthcheck: { test: x, retries: 0 }", "healthcheck.retries"],
  ["restart: on-failure:99999999999", "restart"],
  ["restart: on-failure:-1", "restart"],
  ["restart: always:3", "restart"],
  ["stop_signal: SIGTERMINATE", "stop_signal"],
  ["stop_signal: SIGTREM", "stop_signal", "write SIGTERM for SIGTREM"],
  ["stop_signal: SIGINFO", "stop_signal", "write SIGINT for SIGINFO"],
  ["stop_signal: '0'", "stop_signal"],
  ["stop_signal: '65'", "stop_signal"],
  ["stop_grace_period: 9999999h", "stop_grace_period"],
  ["shm_size: 99999999999g", "shm_size"],
  ["mem_limit: 99999999999g", "deploy.resources.limits.memory"],
  ["mem_limit: 5m", "deploy.resources", "berth:services.web.memory 6M"],
  ["mem_reservation: 1m", "deploy.resources", "berth:services.web.reservations.memory 6M"],
  ["mem_limit: 64m, mem_reservation: 128m", "deploy.resources", "berth:services.web.reservations.memory 64M"],
  ['cpus: "0.001"', "deploy.resources", "berth:services.web.cpus 0.01"],
  ["cap_add: [FOO]", "cap_add[0]"],
  ["cap_add: [NETADMIN]", "cap_add[0]", "write NET_ADMIN for NETADMIN"],
  ["cap_add: [CAP_ALL]", "cap_add[0]", "write ALL for CAP_ALL"],
  ["cap_add: ['']", "cap_add[0]"],
  ["cap_drop: [CHOWN, FOO]", "cap_drop[1]"],
  ["security_opt: [foo]", "security_opt[0]"],
  ["security_opt: [label]", "security_opt[0]"],
  ["security_opt: ['']", "security_opt[0]"],
  ["security_opt: [no-new-privilege:true]", "security_opt[0]", "write no-new-privileges:true for"],
  ["security_opt: ['no-new-privileges:yes']", "security_opt[0]"],
  ["security_opt: [seccomp=/srv/profile.json]", "security_opt[0]"],
  ["security_opt: ['seccomp:profile.json']", "security_opt[0]"],
  ["security_opt: [systempaths=confined]", "security_opt[0]"],
  ["pid: service:db", "pid"],
  ["ipc: container:db", "ipc"],
  ["userns_mode: keep-id", "userns_mode"],
  ["cgroup: shared", "cgroup"],
  ["cgroup_parent: a b", "cgroup_parent"],
  ["devices: [ttyS0]", "devices[0]"],
  ["devices: ['/dev/fuse:/dev/fuse:rx']", "devices[0]"],
  ["devices: ['/dev/fuse:/dev/fuse:rw:x']", "devices[0]"],
  ["devices: [vendor.com/gpu=all]", "devices[0]"],
  ["group_add: ['a:b']", "group_add[0]"],
  ["uts: host", "uts", "the engine's provider of Docker cannot set it"],
  ["device_cgroup_rules: ['c 1:3 mr']", "device_cgroup_rules", "name each device with devices:"],
  ["tmpfs: run", "tmpfs[0]", "write /run for run"],
  ["tmpfs: ['/x:size=abc']", "tmpfs[0]"],
  ["tmpfs: ['/x:size=10mb']", "tmpfs[0]"],
  ["tmpfs: ['/x:size=']", "tmpfs[0]"],
  ["tmpfs: ['/x:mode=9999']", "tmpfs[0]"],
  ["tmpfs: ['/x:uid=bob']", "tmpfs[0]"],
  ["tmpfs: ['/x:noexe']", "tmpfs[0]", "write noexec for noexe"],
  ["tmpfs: ['/x:remount']", "tmpfs[0]"],
  ["tmpfs: /", "tmpfs[0]"],
  ["tmpfs: /proc", "tmpfs[0]"],
  ["tmpfs: /dev", "tmpfs[0]"],
  ["tmpfs: [/x, /x/]", "tmpfs[1]"],
  ["extra_hosts: ['db:']", "extra_hosts[0]"],
  ["extra_hosts: ['db:other']", "extra_hosts[0]"],
  ["extra_hosts: ['db:999.1.1.1']", "extra_hosts[0]"],
  ["extra_hosts: ['db:01.2.3.4']", "extra_hosts[0]"],
  ["extra_hosts: ['db:fe80::1%eth0']", "extra_hosts[0]"],
  ["extra_hosts: ['db:HOST-GATEWAY']", "extra_hosts[0]"],
  ["extra_hosts: { db: [10.1.2.3, other] }", "extra_hosts[1]"],
  ["container_name: x", "container_name"],
  ["container_name: web-1, deploy: { replicas: 2 }", "deploy.replicas"],
  ["extra_hosts: ['db=10.1.2.3,other']", "extra_hosts[0]"],
  ["dns: [9.9.9.9, resolver]", "dns[1]"],
  ["mac_address: 02-42-ac-11-00", "mac_address"],
  [`domainname: ${"d".repeat(65)}`, "domainname"],
  ["network_mode: host, networks: [default]", "network_mode"],
  ["network_mode: service:db", "network_mode"],
  ["network_mode: service:web", "network_mode"],
  ["network_mode: container:db", "network_mode", "declare it as a service"],
  ["network_mode: 'a b'", "network_mode"],
  ["networks: { default: { mac_address: x } }", "networks.default.mac_address"],
  ["networks: { default: { priority: high } }", "networks.default.priority"],
  ["networks: { default: { link_local_ips: [x] } }", "networks.default.link_local_ips[0]"],
  ["networks: { default: { ipv6_address: 'fd00::1' } }", "networks.default.ipv6_address"],
  ["logging: { driver: jsonfile }", "logging.driver", "write json-file for jsonfile"],
  ["logging: { driver: '' }", "logging.driver", "write json-file"],
  ["logging: { options: { max_size: 10m } }", "logging.options.max_size", "rename it to max-size"],
  ["logging: { driver: local, options: { tag: x } }", "logging.options.tag"],
  ["logging: { options: { syslog-address: 'udp://h:1' } }", "logging.options.syslog-address"],
  ["logging: { options: { max-size: abc } }", "logging.options.max-size"],
  ["logging: { options: { max-size: 0 } }", "logging.options.max-size"],
  ["logging: { options: { max-file: 0 } }", "logging.options.max-file"],
  ["logging: { options: { max-size: 1m, max-file: 2, compress: yes } }", "logging.options.compress"],
  ["logging: { options: { compress: true } }", "logging.options.compress"],
  ["logging: { driver: local, options: { max-file: 1 } }", "logging.options.max-file"],
  ["logging: { options: { mode: async } }", "logging.options.mode"],
  ["logging: { options: { max-buffer-size: 4m } }", "logging.options.max-buffer-size"],
  ["logging: { driver: gelf }", "logging.options"],
  ["logging: { driver: awslogs }", "logging.options"],
  ["logging: { driver: splunk, options: { splunk-url: 'https://s:1' } }", "logging.options"],
  ["logging: { driver: syslog, options: { syslog-address: host } }", "logging.options.syslog-address"],
  ["logging: { driver: syslog, options: { syslog-facility: x } }", "logging.options.syslog-facility"],
  ["sysctls: { net.core.rmem_max: 1 }", "sysctls.net.core.rmem_max"],
  ["sysctls: { net.core.somaxcon: 1 }", "sysctls.net.core.somaxcon", "write net.core.somaxconn"],
  ["sysctls: { net.ipv4.tcp_mem: 1 2 3 }", "sysctls.net.ipv4.tcp_mem"],
  ["sysctls: { fs.mqueue.messages: 1 }", "sysctls.fs.mqueue.messages"],
  ["sysctls: { kernel.pid_max: 1 }", "sysctls.kernel.pid_max"],
  ["sysctls: { kernel.shmmax: abc }", "sysctls.kernel.shmmax"],
  ["sysctls: { kernel.shm_rmid_forced: 5 }", "sysctls.kernel.shm_rmid_forced"],
  ["sysctls: { net.ipv4.ip_forward: }", "sysctls.net.ipv4.ip_forward"],
  ["volumes: ['aa:/data'], tmpfs: /data", "tmpfs[0]"],
  ["volumes: ['aa:/']", "volumes[0]"],
  ["volumes: ['aa:/proc/x']", "volumes[0]"],
  ["volumes: ['/srv:/proc']", "volumes[0]"],
  ["volumes: ['aa:/etc/hosts']", "volumes[0]"],
  ["volumes: ['aa:/dev']", "volumes[0]"],
  ["secrets: [TOKEN], volumes: ['aa:/run/secrets/TOKEN']", "secrets[0]"],
  ["secrets: [TOKEN], tmpfs: /run", "secrets[0]"],
  ["secrets: [TOKEN], volumes: ['/srv:/run/secrets:ro']", "secrets[0]"],
  ["secrets: [TOKEN], read_only: true", "secrets[0]"],
  ["configs: [page], read_only: true", "configs[0]"],
  ["configs: [{ source: page, target: / }]", "configs[0]"],
  ["configs: [void]", "configs[0]"],
];

/** Values that Docker takes, as was tried with Docker 20.10. */
const taken: readonly string[] = [
  "user: ''",
  "user: '1000:'",
  "user: 2147483647",
  "user: app:web",
  "working_dir: /a/../b/",
  "working_dir: ''",
  `hostname: ${"h".repeat(64)}`,
  "hostname: under_score",
  "command: ''",
  "command: ['']",
  "entrypoint: [sh, -c], command: [echo, '']",
  "entrypoint: [], command: [sh]",
  "environment: [A B=c, 1=x, D=]",
  "healthcheck: { test: x, interval: 1ms, timeout: 1ms, start_period: 0s }",
  ...["15", "term", "sigterm", "SIGRTMIN+3", "RTMAX-14", "64", "SIGCLD", "''"].map((name) => `stop_signal: ${name}`),
  "stop_grace_period: 0s",
  "shm_size: 1b",
  "mem_limit: 6m, mem_reservation: 6m",
  "cpus: 0.01",
  "cap_add: [all]",
  "cap_add: [net_admin, CAP_BPF, NET_ADMIN]",
  "cap_add: [CHOWN], cap_drop: [ALL, CHOWN]",
  "security_opt: [no-new-privileges, 'no-new-privileges=false', 'seccomp:unconfined', 'seccomp={}', apparmor=mine]",
  "security_opt: [label=disable, label=user:x, 'label:type:t', systempaths=unconfined, writable-cgroups=true]",
  "security_opt: []",
  "privileged: true, pid: host, ipc: shareable, userns_mode: host, cgroup: private, cgroup_parent: /berth.slice",
  "pid: '', ipc: '', userns_mode: '', cgroup: '', cgroup_parent: '', devices: [], group_add: []",
  "devices: ['/dev/fuse:rw', '/dev/a:/dev/b', { source: /dev/c }], group_add: [1001, video]",
  "tmpfs: ['/a:size=10M,mode=1777,uid=5', '/b:size=10%', '/c:noexec,nosuid,rw', '/d:', /dev/shm, /sys, '/e/../f']",
  "extra_hosts: ['a:::1', 'b=[fd00::1]', 'c=10.1.2.3', 'd:host-gateway', 'e_f:1.2.3.4']",
  "extra_hosts: { a: [10.1.2.3, '::1'], b: host-gateway }",
  "dns: '::1', dns_search: ['.'], dns_opt: [ndots:2], domainname: corp.example, mac_address: 02-42-AC-11-00-07",
  "network_mode: bridge, hostname: front, extra_hosts: ['a:10.1.2.3'], ports: ['8080:80']",
  "network_mode: host",
  "network_mode: none",
  "network_mode: edge",
  "network_mode: '', networks: []",
  "networks: { default: { priority: 5, gw_priority: 1, mac_address: '02:42:ac:11:00:07', link_local_ips: [169.254.8.8] } }",
  "logging: { driver: none, options: { any: thing } }",
  "logging: { driver: loki, options: { loki-url: 'http://h' } }",
  "logging: { driver: local, options: { max-size: 1.5m, max-file: 1, compress: false } }",
  "logging: { options: { max-size: 10 mb, max-file: '03', compress: TRUE, tag: '{{.Name}}', env: A, labels-regex: ^x } }",
  "logging: { options: { mode: non-blocking, max-buffer-size: 4m } }",
  "logging: { driver: syslog, options: { syslog-address: 'unix:///dev/log', syslog-facility: 3, syslog-format: rfc5424 } }",
  "logging: { driver: gelf, options: { gelf-address: 'udp://127.0.0.1:12201' } }",
  "logging: { driver: fluentd, options: { fluentd-async: true } }",
  "logging: { driver: journald, options: { tag: x } }",
  "sysctls: { net.core.somaxconn: 1024, net.ipv4.ip_local_port_range: 1024 65000, kernel.sem: 250 32000 32 128 }",
  "sysctls: { net.ipv4.tcp_rmem: 4096 87380 6291456, fs.mqueue.msg_max: 10, kernel.shm_rmid_forced: 1, net.unix.max_dgram_qlen: 9 }",
  "volumes: ['aa:/a', 'aa:/b', '/srv:/proc/meminfo', '/srv/hosts:/etc/hosts:ro', '/dev:/dev', '/srv:/a/c'], tmpfs: /a/b",
  "secrets: [TOKEN], tmpfs: /tmp, volumes: ['aa:/run/secrets']",
  "configs: [{ source: page, target: /srv/page }], volumes: ['/srv:/srv/x:ro', 'aa:/srv/page2']",
];

describe("a value that Docker refuses is found in the blueprint", () => {
  it.each<Row>(refused)("%s", (keys, at, remedy) => {
    const found = errors(keys);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ code: "config-invalid", key: `services.web.${at}` });
    expect(found[0]?.wanted?.line).toBe(2);
    expect(found[0]?.remedy ?? "").toContain(remedy ?? "");
  });
});

describe("a value that Docker takes is no mistake", () => {
  it.each(taken)("%s", (keys) => expect(errors(keys)).toEqual([]));
});

it("a port that Docker leaves out because all networks are internal is a warning", () => {
  const blueprintYaml = `services:
  web: { image: "web:1", ports: ["8080:80"], networks: [inside] }
  both: { image: "web:1", ports: ["8081:80"], networks: [inside, default] }
networks: { inside: { internal: true } }
`;
  const found = findingsFrom(stackWith("berth:prefix: a"), { blueprintYaml });
  expect(found).toMatchObject([
    {
      severity: "warning",
      key: "services.web.ports[0]",
      message: "Docker does not publish the port 8080: all networks of web are internal",
    },
  ]);
});
