import type { Finding } from "../findings/finding.ts";
import type { Network } from "../deployment/deployment.ts";
import type { Realization } from "../deployment/realization.ts";
import { networkLabels, withoutHome } from "../deployment/labels.ts";
import { labels } from "../deployment/label-names.ts";
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

/** Labels that Compose adds to what it makes from an export are no difference. */
function networkDifferences(deployment: Realization, network: Network, found: InspectedNetwork): string[] {
  const own = Object.entries(withoutHome(found.Labels ?? {})).filter(
    ([label]) => !label.startsWith("com.docker.compose."),
  );
  const pools = (found.IPAM?.Config ?? []).filter(({ Subnet: subnet }) => !subnet?.includes(":"));
  const differences: Difference[] = [
    ...unequal("driver", found.Driver ?? "bridge", "bridge"),
    ...unequal("subnet", listText(pools.flatMap(({ Subnet }) => Subnet ?? [])), network.subnet),
    ...unequal("gateway", listText(pools.flatMap(({ Gateway }) => Gateway ?? [])), network.gateway),
    ...unequal("internal", String(found.Internal === true), String(network.internal)),
    ...changedEntries("label", Object.fromEntries(own), networkLabels(deployment, network)),
  ];
  return differences.map(({ what }) => what);
}
