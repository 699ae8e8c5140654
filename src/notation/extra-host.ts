/** A name and the address that it stands for in a container. */
export interface ExtraHost {
  readonly host: string;
  /** An IPv4 or IPv6 address without brackets, or `host-gateway`. */
  readonly address: string;
}

/** An entry as its two parts: `name:address`, `name=address`, an IPv6 address with or without brackets. */
export function extraHost(entry: string): ExtraHost {
  const at = entry.search(/[:=]/);
  return { host: entry.slice(0, at), address: entry.slice(at + 1).replace(/^\[(.*)\]$/, "$1") };
}

/** As Docker and Compose take it: `db:10.1.2.3`. */
export const extraHostText = ({ host, address }: ExtraHost): string => `${host}:${address}`;
