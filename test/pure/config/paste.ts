/** A stack file as data. */
export interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
}

/** What a pasted `pulumi config set` or `rm` does to a stack file: as the engine does it, path by path. */
export function paste(file: StackFile, command: string): StackFile {
  const words = (command.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'|'$/g, ""));
  const [program, config, verb, ...given] = words.filter((word) => word !== "--path" && word !== "--plaintext");
  // `-s STACK -- KEY VALUE` where the value begins with a dash.
  const rest = given[0] === "-s" && given[2] === "--" ? given.slice(3) : given;
  if (`${program} ${config}` !== "pulumi config" || (verb !== "set" && verb !== "rm")) {
    throw new Error(`no command to paste: ${command}`);
  }
  const [key = "", value = ""] = rest;
  const path = [...key.matchAll(/\[(\d+)\]|\["([^"]+)"\]|\.?([^.[\]]+)/g)].map(([, index, quoted, plain]) =>
    index === undefined ? (quoted ?? plain ?? "") : Number(index),
  );
  return { config: changed(file.config, path, verb === "rm" ? undefined : meant(value)) as StackFile["config"] };
}

/** Whole numbers and truths are written as such; everything else, also 0.5, as text. */
function meant(value: string): unknown {
  if (value === "true" || value === "false") return value === "true";
  return /^(?:0|-?[1-9]\d*)$/.test(value) ? Number(value) : value;
}

function changed(at: unknown, [key = "", ...rest]: readonly (string | number)[], value: unknown): unknown {
  const inner = rest.length === 0 ? value : changed((at as Record<string, unknown> | undefined)?.[key], rest, value);
  if (typeof key === "number") return Object.assign([...((at as unknown[] | undefined) ?? [])], { [key]: inner });
  const entries = Object.entries({ ...(at as object), [key]: inner });
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}
