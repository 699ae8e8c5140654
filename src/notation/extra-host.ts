/** A name and the address that it stands for in a container. */
export interface ExtraHost {
  readonly host: string;
  /** An IPv4 or IPv6 address without brackets, or `host-gateway`. */
  readonly address: string;
}

/** An entry as its parts: `name:address`, `name=address` with more addresses behind commas, IPv6 with or without brackets. */
export function extraHostsIn(entry: string): ExtraHost[] {
  const at = entry.includes("=") ? entry.indexOf("=") : entry.indexOf(":");
  const host = entry.slice(0, at);
  const addresses = entry.slice(at + 1).split(",");
  return addresses.map((address) => ({ host, address: address.trim().replace(/^\[(.*)\]$/, "$1") }));
}

/** As Docker and Compose take it: `db:10.1.2.3`. */
export const extraHostText = ({ host, address }: ExtraHost): string => `${host}:${address}`;
