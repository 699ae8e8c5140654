/** The matrix of drift: what a person does to a container, and who finds it. */
export interface Row {
  /** The service. */
  readonly key: string;
  readonly what: string;
  /** The service's own lines in the blueprint, beside those of all. */
  readonly blueprint?: string;
  readonly job?: true;
  readonly byHand: (place: Place) => string;
  /** When what was done has had its effect. */
  readonly settles?: { readonly health?: string; readonly restarts?: boolean };
  /** What the engine's refresh wants to do; undefined where it sees nothing. */
  readonly refresh?: "update" | "delete";
  /** The preview of the program tells it, because the refresh does not or could not repair it. */
  readonly told?: true;
  /** What the comparison says. */
  readonly ours: RegExp;
  /** With NAME for the container; `pulumi up` where nothing is said. */
  readonly remedy?: string;
}

interface Place {
  readonly name: (key: string) => string;
  readonly network: string;
  /** One of the network that nobody has. */
  readonly address: string;
  /** Of the image of `tagged`. */
  readonly tag: string;
}

const on =
  (key: string, ...commands: string[]) =>
  ({ name, network, address, tag }: Place): string =>
    commands
      .join(" && ")
      .replaceAll("NAME", name(key))
      .replaceAll("NETWORK", network)
      .replaceAll("ADDRESS", address)
      .replaceAll("TAG", tag);

const removal = "docker rm -f NAME && pulumi up -y -s main";

export const rows: readonly Row[] = [
  {
    key: "stopped",
    what: "docker stop",
    byHand: on("stopped", "docker stop NAME"),
    refresh: "update",
    ours: /^is stopped/,
  },
  {
    key: "listening",
    what: "docker stop, with a published port",
    blueprint: `ports: ["20000:80"]`,
    byHand: on("listening", "docker stop NAME"),
    refresh: "update",
    ours: /^is stopped/,
  },
  {
    key: "killed",
    what: "docker kill",
    byHand: on("killed", "docker kill NAME"),
    refresh: "update",
    ours: /^is stopped \(exit code 137\)$/,
  },
  {
    key: "crashed",
    what: "a crash that nobody restarts",
    blueprint: `restart: "no"\n    init: false\n    command: [sh, -c, "trap 'exit 3' USR1; trap 'exit 0' TERM; while :; do sleep 3600 & wait; done"]`,
    byHand: on("crashed", "docker kill -s USR1 NAME", "docker wait NAME"),
    refresh: "update",
    ours: /^is stopped \(exit code 3\)$/,
  },
  {
    key: "removed",
    what: "docker rm",
    byHand: on("removed", "docker rm -f NAME"),
    refresh: "delete",
    ours: /^is gone$/,
  },
  {
    key: "renamed",
    what: "docker rename",
    byHand: on("renamed", "docker rename NAME NAME_old"),
    refresh: "update",
    ours: /^was renamed to \S+_old$/,
  },
  {
    key: "memory",
    what: "docker update --memory, where the deployment limits it",
    blueprint: "mem_limit: 64m",
    byHand: on("memory", "docker update --memory 96m --memory-swap 200m NAME"),
    refresh: "update",
    ours: /^memory is 96 MB, should be 64 MB; memory with swap is 200 MB, should be 128 MB$/,
  },
  {
    key: "memory-free",
    what: "docker update --memory, where the deployment sets no limit",
    byHand: on("memory-free", "docker update --memory 96m --memory-swap 192m NAME"),
    refresh: "update",
    told: true,
    ours: /^memory is 96 MB, should be unlimited/,
  },
  {
    key: "shares-free",
    what: "docker update --cpu-shares",
    byHand: on("shares-free", "docker update --cpu-shares 512 NAME"),
    refresh: "update",
    told: true,
    ours: /^CPU shares are 512, should be none$/,
  },
  {
    key: "cpus",
    what: "docker update --cpus, where the deployment limits them",
    blueprint: "cpus: 0.5",
    byHand: on("cpus", "docker update --cpus 0.25 NAME"),
    refresh: "update",
    ours: /^CPU limit is 0.25, should be 0.5$/,
  },
  {
    key: "cpus-free",
    what: "docker update --cpus, where the deployment sets no limit",
    byHand: on("cpus-free", "docker update --cpus 0.25 NAME"),
    refresh: "update",
    ours: /^CPU limit is 0.25, should be none$/,
  },
  {
    key: "restart",
    what: "docker update --restart",
    byHand: on("restart", "docker update --restart no NAME"),
    refresh: "update",
    ours: /^restart policy is no, should be unless-stopped$/,
  },
  {
    key: "pids",
    what: "docker update --pids-limit",
    byHand: on("pids", "docker update --pids-limit 50 NAME"),
    told: true,
    ours: /^process limit is 50/,
  },
  {
    key: "disconnected",
    what: "docker network disconnect",
    byHand: on("disconnected", "docker network disconnect NETWORK NAME"),
    told: true,
    ours: /^is not attached to the network \S+_front$/,
  },
  {
    key: "office",
    what: "docker network connect, to a foreign network",
    byHand: on("office", "docker network create NAME", "docker network connect NAME NAME"),
    told: true,
    ours: /^is attached to the foreign network \S+_office$/,
  },
  {
    key: "nameless",
    what: "detached and attached again, without its alias",
    byHand: on("nameless", "docker network disconnect NETWORK NAME", "docker network connect NETWORK NAME"),
    told: true,
    ours: /^has lost its alias nameless/,
  },
  {
    key: "placed",
    what: "detached and attached again, with a fixed address",
    byHand: on(
      "placed",
      "docker network disconnect NETWORK NAME",
      "docker network connect --alias placed --ip ADDRESS NETWORK NAME",
    ),
    told: true,
    ours: /^fixed address on the network \S+ is 10\.\S+, should be none$/,
  },
  {
    key: "paused",
    what: "docker pause",
    byHand: on("paused", "docker pause NAME"),
    told: true,
    ours: /^is paused$/,
    remedy: "docker unpause NAME",
  },
  {
    key: "unhealthy",
    what: "a health check that fails",
    blueprint: `command: [sh, -c, "rm -f /sick; exec sleep 86400"]\n    healthcheck: { test: [CMD, test, "!", -e, /sick], interval: 1s, retries: 1 }`,
    byHand: on("unhealthy", "docker exec NAME touch /sick"),
    settles: { health: "unhealthy" },
    told: true,
    ours: /^is unhealthy$/,
    remedy: "docker restart NAME",
  },
  {
    key: "looping",
    what: "a crash after each start",
    blueprint: `init: false\n    command: [sh, -c, "[ -e /broken ] && exit 3; trap 'exit 3' USR1; trap 'exit 0' TERM; while :; do sleep 3600 & wait; done"]`,
    byHand: on("looping", "docker exec NAME touch /broken", "docker exec -d NAME kill -USR1 1"),
    settles: { restarts: true },
    told: true,
    ours: /^restarts again and again( \(exit code 3\))?$/,
    remedy: removal,
  },
  {
    key: "file",
    what: "a secret file is changed",
    blueprint: "secrets: [TOKEN]",
    byHand: on("file", "docker exec NAME sh -c 'echo guessed > /run/secrets/TOKEN'"),
    ours: /^secret file \/run\/secrets\/TOKEN was changed$/,
    remedy: removal,
  },
  {
    key: "fileless",
    what: "a secret file is removed",
    blueprint: "secrets: [TOKEN]",
    byHand: on("fileless", "docker exec NAME rm /run/secrets/TOKEN"),
    ours: /^secret file \/run\/secrets\/TOKEN was removed$/,
    remedy: removal,
  },
  {
    key: "tagged",
    what: "the tag of its image moves",
    blueprint: "image: TAG",
    byHand: on("tagged", "printf 'FROM TAG\\nLABEL moved=yes\\n' | docker build -q -t TAG -"),
    ours: /^runs image [0-9a-f]{12}, \S+ means [0-9a-f]{12} now$/,
  },
  {
    key: "job",
    what: "a job is run again by hand, and fails",
    job: true,
    blueprint: `volumes: ["data:/data"]\n    command: [test, "!", -e, /data/fail]`,
    byHand: ({ name }) =>
      `docker exec ${name("keeper")} touch /data/fail && docker start ${name("job")} && docker wait ${name("job")} && docker exec ${name("keeper")} rm /data/fail`,
    told: true,
    ours: /^ended with exit code 1$/,
  },
  {
    key: "hollow",
    what: "its volume is removed",
    blueprint: `volumes: ["lost:/data"]`,
    byHand: ({ name }) => `docker rm -f ${name("hollow")} && docker volume rm ${name("lost")}`,
    refresh: "delete",
    ours: /^is gone$/,
  },
  {
    key: "netless",
    what: "its network is removed",
    blueprint: "networks: [gone]",
    byHand: ({ name }) => `docker rm -f ${name("netless")} && docker network rm ${name("gone")}`,
    refresh: "delete",
    ours: /^is gone$/,
  },
];

/** One service for each row; `keeper` shares the volume of the job. */
export function blueprintOf(image: string, tag: string): string {
  const service = (key: string, own = ""): string => {
    const all = { image: `"${image}"`, init: "true", networks: "[front]", stop_grace_period: "1s" };
    const shared = Object.entries(all).filter(([word]) => !new RegExp(`^ *${word}:`, "m").test(own));
    return `  ${key}:\n${shared.map(([word, value]) => `    ${word}: ${value}\n`).join("")}    ${own}\n`;
  };
  return `services:
${rows.map(({ key, blueprint }) => service(key, blueprint?.replaceAll("TAG", tag))).join("")}
${service("keeper", `volumes: ["data:/data"]`)}
volumes: { data: , lost: }
networks: { front: , gone: }
secrets: { TOKEN: }
x-berth:
  hardened: true
  jobs: [job]
  secrets: { TOKEN: { generate: 32 } }
`;
}
