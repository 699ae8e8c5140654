import { type ComposeDocument, readComposeYaml } from "../yaml/compose-yaml.ts";
import type { YamlProblem } from "../yaml/yaml-file.ts";

/** How files are read; memory of what was read is up to the giver. */
export interface Files {
  /** @throws UnreadableFile */
  readonly read: (path: string) => string;
  /** A path as findings name it. */
  readonly shown: (path: string) => string;
}

type Read = { readonly documents: readonly ComposeDocument[] } | { readonly problems: readonly YamlProblem[] };

/** The Compose files of a project, each read once. */
export class ComposeFiles {
  private readonly known = new Map<string, Read>();

  constructor(private readonly files: Files) {}

  /** @throws UnreadableFile */
  text(path: string): string {
    return this.files.read(path);
  }

  shown(path: string): string {
    return this.files.shown(path);
  }

  /** @throws UnreadableFile */
  compose(path: string): Read {
    const read = this.known.get(path) ?? readComposeYaml(this.text(path), this.shown(path));
    this.known.set(path, read);
    return read;
  }
}
