import type { Network, Subnet } from "./deployment.ts";

/** All subnets of a network: that of IPv4 first. */
export const subnetsOf = ({ key, subnet, gateway, range, auxiliary, source, further = [] }: Network): Subnet[] => [
  { subnet, gateway, range, auxiliary, source, configKey: key },
  ...further,
];
