/** What a port of a host is published by. */
export type Protocol = "tcp" | "udp" | "sctp";

export const protocols = ["tcp", "udp", "sctp"] as const satisfies readonly Protocol[];

/** @returns undefined where the text is none that Docker publishes; upper-case letters are accepted */
export const protocolOf = (text: string): Protocol | undefined =>
  protocols.find((protocol) => protocol === text.toLowerCase());
