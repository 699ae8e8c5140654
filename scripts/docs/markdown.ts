/** A page of parts with an empty line between them; it says that it is made, and from what. */
export const page = (source: string, ...parts: readonly string[]): string =>
  [`<!-- Made from ${source} by \`npm run docs\`; edit that instead. -->`, ...parts].join("\n\n") + "\n";

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export const code = (text: string): string => (text === "" ? "" : `\`${text}\``);

/** A section about completion and validation in editors. */
export function inAnEditor(schema: string, file: string): string[] {
  const path = `${"../".repeat(file.split("/").length - 1)}node_modules/berth/docs/reference/${schema}`;
  return [
    "## In an editor",
    `[${schema}](${schema}) is the JSON Schema of this file, generated from the code. Editors with the YAML language server (VS Code with the extension YAML, Neovim, Helix) complete and validate keys when the first line names the schema, relative to the file. A clone of berth is set up for VS Code.`,
    `\`\`\`yaml\n# yaml-language-server: $schema=${path}\n# ${file}\n\`\`\``,
    "An editor checks the form only. `npx berth check` also checks names, references and conflicts.",
  ];
}

/** Outside of code, `<prefix>` would be taken for HTML. */
const cell = (text: string): string =>
  text
    .replaceAll("|", "\\|")
    .replaceAll("\n", " ")
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "&lt;")))
    .join("");
