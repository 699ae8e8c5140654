/**
 * Commands that change a stack file, as people of Pulumi know them. They are made here and nowhere else, and need a stack
 * that the backend knows, as it does while the engine runs; the command `berth` tells its own (src/cli/told.ts).
 */

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

/** The command that writes one value into a stack file. */
export const setCommand = (path: KeyPath, value: string | number, stack: string): string =>
  `pulumi config set ${argument(path)} ${shellWord(String(value))} -s ${shellWord(stack)}`;

/** The command that asks for a value and writes it into a stack file. */
export const askCommand = (path: KeyPath, stack: string): string =>
  `pulumi config set ${argument(path)} -s ${shellWord(stack)}`;

/** The command that writes a secret into a stack file; it asks for the text, so that none stands in the shell's history. */
export const secretCommand = (name: string, stack: string): string =>
  `pulumi config set --secret ${argument(["secrets", name])} -s ${shellWord(stack)}`;

/** The command that takes a key out of a stack file. */
export const removeCommand = (path: KeyPath, stack: string): string =>
  `pulumi config rm ${argument(path)} -s ${shellWord(stack)}`;

const argument = (path: KeyPath): string => `${path.length > 1 ? "--path " : ""}${shellWord(configKey(path))}`;

const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
