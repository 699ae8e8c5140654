import type { KeyPath } from "../findings/config-key.ts";
import type { Finding, Source } from "../findings/finding.ts";

/** What a reader (of a file or of the engine) hands over: the keys under `berth:` without it, as plain data. */
export interface RawStack {
  readonly stack: string;
  readonly file: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Whether the value at a path (`["secrets", "TOKEN"]`, or `["secrets"]` for the whole) is encrypted; none is without it. */
  readonly encrypted?: (path: KeyPath) => boolean;
  readonly line?: (path: KeyPath) => number | undefined;
  /** A value as it was typed without quotes: `007`, which YAML takes for 7. */
  readonly typed?: (path: KeyPath) => string | undefined;
  /** What the project says for every stack. */
  readonly defaults?: ProjectDefaults;
  /** What is wrong with the file's keys, whatever their values are. */
  readonly findings?: readonly Finding[];
}

/** What Pulumi.yaml says for every stack: the keys under `berth:` without it, as plain data, and where they stand. */
export interface ProjectDefaults {
  /** The project's name, which is the namespace of keys that are written without one. */
  readonly project?: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly line?: (path: KeyPath) => number | undefined;
  readonly typed?: (path: KeyPath) => string | undefined;
  readonly findings?: readonly Finding[];
}

/** Where a key is written. */
export type SourceOf = (...path: KeyPath) => Source;
