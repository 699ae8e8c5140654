/** Names on the host: everything of a deployment is `<prefix>_<key>`, with `-` and `.` as `_`. */
export const hostName = (prefix: string, key: string): string => `${prefix}_${key.replace(/[-.]/g, "_")}`;

/** The prefix that a stack has when it names none. */
export const prefixOfStack = (stack: string): string => stack.toLowerCase().replace(/[^a-z0-9]/g, "_");

/** An image's name as a piece of a path: every character that is no letter or digit as `_`. */
export const imageSlug = (image: string): string => image.replace(/[^a-zA-Z0-9]/g, "_");

/** The label values by which everything of a deployment is known. */
export const labels = {
  stack: "berth.stack",
  service: "berth.service",
  prefix: "berth.prefix",
  /** Hash of the service's specification; see specHash. */
  spec: "berth.spec",
  /** The container that this one replaces because it failed or was changed by hand; see attemptsOf. */
  attempt: "berth.attempt",
  volume: "berth.volume",
  network: "berth.network",
} as const;
