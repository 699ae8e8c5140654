import type { Deployment, Network, Subnet } from "../deployment/deployment.ts";
import { networkLabels } from "../deployment/labels.ts";
import { subnetsOf } from "../deployment/subnets.ts";

/** A network in Compose's words; what is undefined is left to Docker. */
export const composeNetwork = (deployment: Deployment, network: Network): object => ({
  name: network.name,
  driver: network.driver ?? "bridge",
  driver_opts: network.options && { ...network.options },
  attachable: network.attachable,
  internal: network.internal,
  enable_ipv4: network.withoutVersion4 && false,
  enable_ipv6: network.ipv6,
  ipam: {
    driver: network.addressing?.driver,
    config: subnetsOf(network)
      .filter(({ subnet }) => !network.withoutVersion4 || subnet.includes(":"))
      .map(pool),
    options: network.addressing && { ...network.addressing.options },
  },
  labels: { ...network.labels, ...networkLabels(deployment, network) },
});

const pool = ({ subnet, gateway, range, auxiliary }: Subnet): object => ({
  subnet,
  gateway,
  ip_range: range,
  aux_addresses: auxiliary && { ...auxiliary },
});
