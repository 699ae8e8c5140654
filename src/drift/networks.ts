import type { Finding } from "../findings/finding.ts";
import type { Network } from "../deployment/deployment.ts";
import type { Realization } from "../deployment/realization.ts";
import { networkLabels, withoutHome } from "../deployment/labels.ts";
import { labels } from "../deployment/label-names.ts";
import { subnetsOf } from "../deployment/subnets.ts";
import { canonicalSubnet } from "../notation/ip-range.ts";
import { canonicalAddress } from "../notation/subnet.ts";
import { changedEntries, type Difference, listText, unequal } from "./difference.ts";
import { isOwnLabel, type Known } from "../engine/state.ts";
import type { Live, InspectedNetwork } from "../host/inspected.ts";
import type { Remedy } from "../findings/remedy.ts";
import { Remedies } from "./remedy.ts";
import { ownValue } from "../notation/own-value.ts";

/** Networks that are gone (the engine repairs that), or were recreated outside Pulumi (then its `up` would fail). */
export function networkFindings(deployment: Realization, live: Live, known?: Known): Finding[] {
  const remedies = new Remedies(deployment);
  return deployment.networks.flatMap((network): Finding[] => {
    const { name, source } = network;
    const finding = (severity: Finding["severity"], message: string, remedy: Remedy): Finding => ({
      code: "network-drifted",
      severity,
      kind: "drift",
      key: name,
      message,
      wanted: { stack: deployment.stack, ...source },
      held: { live: "network", name },
      remedy,
    });
    const found = networkOf(network, live, known);
    if (found === undefined) return [finding("warning", "does not exist", remedies.up)];
    const id = known?.ids.find((former) => former === found.Labels?.[labels.stack]) ?? deployment.id;
    const differences = networkDifferences({ ...deployment, id }, network, found);
    const foreign = !isOwnLabel(found.Labels?.[labels.stack], deployment, known);
    const copy = known !== undefined && ownValue(known.networks, name) !== found.Id;
    if (!foreign && !copy && differences.length === 0) return [];
    const what = foreign ? "was not created for this deployment" : "was recreated outside Pulumi";
    const message = foreign || differences.length === 0 ? what : `${what}: ${differences.join("; ")}`;
    const own = new Set(deployment.containers.map(({ name }) => name));
    const remedy = remedies.networkRemoval(
      found.Id.slice(0, 12),
      found.attached.filter((container) => own.has(container)),
      found.attached.filter((container) => !own.has(container)),
    );
    return [finding("error", message, remedy)];
  });
}

/** Docker lets several networks have one name; the one that the engine made counts. */
function networkOf({ name }: Network, live: Live, known: Known | undefined): InspectedNetwork | undefined {
  const named = live.networks.filter(({ Name }) => Name === name);
  return named.find(({ Id }) => Id === ownValue(known?.networks, name)) ?? named[0];
}

/** Of labels only berth's own count: others may come from Compose, or have left the blueprint since. */
function networkDifferences(deployment: Realization, network: Network, found: InspectedNetwork): string[] {
  const own = Object.entries(withoutHome(found.Labels ?? {})).filter(([label]) => label.startsWith("berth."));
  const wanted = subnetsOf(network);
  const hasVersion6 = wanted.some(({ subnet }) => subnet.includes(":"));
  // A daemon may give a network a subnet of IPv6 that nobody asked for.
  const pools = (found.IPAM?.Config ?? []).filter(({ Subnet: subnet }) => hasVersion6 || !subnet?.includes(":"));
  const differences: Difference[] = [
    ...unequal("driver", found.Driver ?? "bridge", network.driver ?? "bridge"),
    ...unequal(
      "subnet",
      listText(pools.flatMap(({ Subnet }) => cidr(Subnet))),
      listText(wanted.flatMap((pool) => cidr(pool.subnet))),
    ),
    ...unequal(
      "gateway",
      listText(pools.flatMap(({ Gateway }) => ip(Gateway))),
      listText(wanted.flatMap((pool) => ip(pool.gateway))),
    ),
    ...unequal(
      "range of addresses",
      listText(pools.flatMap(({ IPRange }) => cidr(IPRange))),
      listText(wanted.flatMap(({ range }) => cidr(range))),
    ),
    ...changedEntries(
      "reserved address",
      Object.assign({}, ...pools.map(({ AuxiliaryAddresses: some }) => some)) as Texts,
      Object.assign({}, ...wanted.map(({ auxiliary }) => auxiliary)) as Texts,
    ),
    ...unequal("internal", String(found.Internal === true), String(network.internal)),
    // Only a swarm's networks are ever not attachable: docker-compose 1.29 says it of all.
    ...(network.attachable === true ? unequal("attachable", String(found.Attachable === true), "true") : []),
    ...unequal("IPv6", String(found.EnableIPv6 === true), String(network.ipv6 === true)),
    ...optionDifferences(network.options ?? {}, found.Options ?? {}),
    ...changedEntries("label", Object.fromEntries(own), networkLabels(deployment, network)),
  ];
  return differences.map(({ what }) => what);
}

type Texts = Readonly<Record<string, string>>;

/** In the form that equal subnets and addresses share. */
const cidr = (subnet: string | undefined): string[] => (subnet ? [canonicalSubnet(subnet)] : []);
const ip = (address: string | undefined): string[] => (address ? [canonicalAddress(address) ?? address] : []);

/** A daemon adds options of its own. */
const optionDifferences = (wanted: Texts, found: Texts): Difference[] =>
  changedEntries(
    "option",
    Object.fromEntries(Object.entries(found).filter(([name]) => Object.hasOwn(wanted, name))),
    wanted,
  );
