/** A page of parts with an empty line between them; it says that it is made, and from what. */
export const page = (source: string, ...parts: readonly string[]): string =>
  [`<!-- Made from ${source} by \`npm run docs\`; edit that instead. -->`, ...parts].join("\n\n") + "\n";

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export const code = (text: string): string => (text === "" ? "" : `\`${text}\``);

/** Outside of code, `<prefix>` would be taken for HTML. */
const cell = (text: string): string =>
  text
    .replaceAll("|", "\\|")
    .replaceAll("\n", " ")
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "&lt;")))
    .join("");
