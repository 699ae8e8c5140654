export const nameOf = (name: string): string => name.replace(/^\//, "");

/** As Docker shows ids. */
export const short = (id: string): string => id.replace(/^sha256:/, "").slice(0, 12);
