import type { Finding } from "../findings/finding.ts";
import { docker, sequence, up } from "../findings/remedy.ts";
import type { Deployment, Network } from "../deployment/deployment.ts";
import { labels } from "../deployment/label-names.ts";
import { subnetsOf } from "../deployment/subnets.ts";
import { canonicalSubnet } from "../notation/ip-range.ts";
import type { HostSnapshot, LiveContainer, LiveNetwork } from "./snapshot.ts";

/**
 * Networks of a deployment that its next `up` would replace or remove while containers of others are attached to them.
 * Docker keeps such a network, so the `up` would fail after it has removed the deployment's own containers.
 */
export const attachedFindings = (host: HostSnapshot, deployments: readonly Deployment[]): Finding[] =>
  deployments
    .filter(({ endpoint }) => endpoint.id === host.endpoint.id)
    .flatMap((deployment) =>
      host.networks.flatMap((live) =>
        live.labels[labels.stack] === deployment.id ? attachedFinding(deployment, live, host) : [],
      ),
    );

/** The same before a destroy, which removes every network of the deployment. */
export const attachedToRemoved = (host: HostSnapshot, deployment: Deployment): Finding[] =>
  attachedFindings(host, [{ ...deployment, networks: [] }]).map(({ remedyNote: _, ...finding }) => finding);

function attachedFinding(deployment: Deployment, live: LiveNetwork, { containers }: HostSnapshot): Finding[] {
  const wanted = deployment.networks.find(({ key }) => key === live.labels[labels.network]);
  const change = changeOf(live, wanted);
  const others = containers.filter(
    (container) =>
      container.labels[labels.stack] !== deployment.id && isUp(container) && isAttached(container, live.name),
  );
  if (change === undefined || others.length === 0) return [];
  const { url } = deployment.endpoint;
  const stacks = [...new Set(others.flatMap(({ labels: { [labels.stack]: id } }) => id?.split("/").at(-1) ?? []))];
  const strangers = others.filter((container) => container.labels[labels.stack] === undefined);
  const reattached = [
    ...stacks.map(up),
    ...strangers.map(({ name }) => docker(url, "network", "connect", wanted?.name ?? "NETWORK", name)),
  ];
  return [
    {
      code: "network-attached",
      severity: "error",
      kind: "network",
      key: live.name,
      message: `${change}, but Docker keeps it while others are attached to it: ${others.map(inWords).join(", ")}`,
      wanted: { stack: deployment.stack, ...(wanted?.source ?? deployment.sources.blueprint) },
      held: { live: "network", name: live.name },
      remedy: sequence(...others.map(({ name }) => docker(url, "network", "disconnect", "-f", live.name, name))),
      remedyNote: [`after the up of ${deployment.stack}, attach them again:`, ...reattached],
    },
  ];
}

/** Why a live network goes; undefined where it stays as it is. */
function changeOf(live: LiveNetwork, wanted: Network | undefined): string | undefined {
  if (wanted === undefined) return "it is to be removed";
  const pools = subnetsOf(wanted);
  // A daemon may give a network a subnet of IPv6 that nobody asked for.
  const hasVersion6 = pools.some(({ subnet }) => subnet.includes(":"));
  const counted = (texts: readonly string[]): string =>
    [...texts]
      .filter((text) => hasVersion6 || !text.includes(":"))
      .sort()
      .join(", ");
  const { inspect } = live;
  const differences = [
    ...different("name", live.name, wanted.name),
    ...different("subnet", counted(live.subnets), counted(pools.map(({ subnet }) => canonicalSubnet(subnet)))),
    ...different("gateway", counted(live.gateways), counted(pools.flatMap(({ gateway }) => gateway ?? []))),
    ...different("internal", String(live.internal), String(wanted.internal)),
    ...different("driver", inspect.Driver ?? "bridge", wanted.driver ?? "bridge"),
    ...different("attachable", String(inspect.Attachable === true), String(wanted.attachable === true)),
    ...different("IPv6", String(inspect.EnableIPv6 === true), String(wanted.ipv6 === true)),
  ];
  return differences.length === 0 ? undefined : `it is to be replaced (${differences.join(", ")})`;
}

const different = (what: string, found: string, wanted: string): string[] =>
  found === wanted ? [] : [`${what} ${found || "none"} becomes ${wanted}`];

/** Docker removes a network that only stopped containers are attached to. */
const isUp = ({ state }: LiveContainer): boolean => ["running", "paused", "restarting"].includes(state);

const isAttached = ({ addresses }: LiveContainer, network: string): boolean =>
  addresses.some((address) => address.network === network);

const inWords = ({ name, labels: { [labels.stack]: id } }: LiveContainer): string =>
  id === undefined ? name : `${name} of ${id.split("/").at(-1)}`;
