/** Keys of a stack file, as findings and `pulumi config` write them. */

/** A key under `berth:`, part by part: `["ports", "app"]`, `["adopt", 0]`. */
export type KeyPath = readonly (string | number)[];

/** A key as `pulumi config set --path` takes it: `berth:ports.app`, `berth:ports["my.app"]`, `berth:adopt[0]`. */
export function configKey(path: KeyPath): string {
  let key = `berth:${path[0] ?? ""}`;
  for (let at = 1; at < path.length; at += 1) key += keyPart(path[at] ?? "");
  return key;
}

const keyPart = (part: string | number): string => {
  if (typeof part === "number") return `[${part}]`;
  return /^(?:\w+|[^.[\]"'\s\p{C}]+)$/u.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
};

/** The key that `configKey` writes so, with `berth:` or without it; undefined where the text is none. */
export function keyPath(text: string): KeyPath | undefined {
  const parts = /^(?:berth:)?([^.:[\]"\s]+)((?:\.[^.[\]"\s]+|\[\d+\]|\["(?:[^"\\]|\\.)*"\])*)$/.exec(text);
  if (parts === null) return undefined;
  const [, first = "", rest = ""] = parts;
  const more = rest.match(/\.[^.[]+|\[\d+\]|\["(?:[^"\\]|\\.)*"\]/g) ?? [];
  return [first, ...more.map((part) => (part.startsWith(".") ? part.slice(1) : (JSON.parse(part) as [string])[0]))];
}

/** Group and name of a key as findings write it: `berth:ports["app/8443"]`, `berth:ports.app.port`, `berth:prefix`. */
export function groupOf(text: string): [group: string, name?: string] | undefined {
  const [group, name, ...more] = text.startsWith("berth:") ? (keyPath(text) ?? []) : [];
  const isDeeper = more.length > 1 || (more.length === 1 && more[0] !== "port");
  if (typeof group !== "string" || typeof name === "number" || isDeeper) return undefined;
  return [group, name];
}
