import type { Checked } from "../findings/finding.ts";

/** A file as data: the caller of the export writes it. */
export interface ExportFile {
  /** Relative. A folder on the way is made with mode 0700. */
  readonly path: string;
  readonly text: string;
  /** Absent where it is text. */
  readonly encoding?: "base64";
  /** 0600 where secrets are in the text, or in files that come with it. */
  readonly mode: 0o600 | 0o644 | 0o755;
}

/** The files of an export, or what stands in its way. */
export type Exported = Checked<readonly ExportFile[]>;
