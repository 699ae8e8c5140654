import type { Blueprint } from "../../blueprint/blueprint.ts";
import type { Deployment, Service } from "../../deployment/deployment.ts";
import type { ExportOnlyKey } from "../../deployment/host-settings.ts";
import type { Finding } from "../../findings/finding.ts";
import { instruction } from "../../findings/remedy.ts";

/** What runs instead of what a key asks for; keys without an entry change nothing on a host with Linux. */
const instead: Readonly<Partial<Record<Key, string>>> = {
  annotations: "the container has none",
  blkio_config: "it uses block devices with Docker's own weight",
  cpu_rt_period: "it has no share of real time",
  cpu_rt_runtime: "it has no share of real time",
  entrypoint: "the entrypoint of the image runs",
  mem_swappiness: "the host's own vm.swappiness counts",
  oom_kill_disable: "the kernel may kill it where memory runs out",
  oom_score_adj: "its score is Docker's own",
  pids_limit: "the number of its processes is as Docker's own settings limit it",
  pull_policy: "an image is pulled where the host has none of that name",
  uts: "it has a host name of its own",
};

type Key = ExportOnlyKey | "entrypoint" | "pull_policy";

/** Keys of services that an exported Compose file has, and that the engine's provider of Docker cannot set. */
export const exportOnlyFindings = ({ services, stack }: Deployment, blueprint: Blueprint): Finding[] =>
  services.flatMap((service) =>
    keysOf(service).flatMap((key): Finding[] => {
      const consequence = instead[key];
      if (consequence === undefined) return [];
      const source = blueprint.source(["services", service.key, ...placeOf(key, service, blueprint)]);
      return [
        {
          code: "key-not-applied",
          severity: "warning",
          kind: "provider",
          key: `${service.key}: ${key}`,
          message: `the engine's provider of Docker cannot set ${key}: ${consequence}`,
          wanted: { stack, service: service.key, ...source },
          remedy: instruction(
            `remove it from ${source.file}, or run the file of berth export compose where it matters`,
          ),
        },
      ];
    }),
  );

const keysOf = (service: Service): Key[] => [
  ...(Object.keys(service.exportOnly ?? {}) as ExportOnlyKey[]),
  // The provider takes an empty list for none, and Docker then the image's.
  ...(service.entrypoint?.length === 0 && !service.command?.length ? ["entrypoint" as const] : []),
  ...(/^(?:always|refresh|daily|weekly|every_)/.test(service.pullPolicy ?? "") ? ["pull_policy" as const] : []),
];

/** Where the key is written: the limit of processes may be under `deploy:`. */
const placeOf = (key: Key, service: Service, { services }: Blueprint): string[] =>
  key === "pids_limit" && services[service.key]?.pids_limit === undefined
    ? ["deploy", "resources", "limits", "pids"]
    : [key];
