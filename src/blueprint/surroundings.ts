/** What a path of this machine is, as far as a mount has to know. */
export type Found =
  | { readonly kind: "file" | "directory" | "missing" }
  /** A socket, a device, or what may not be inspected: it is mounted as it is. */
  | { readonly kind: "other" }
  /** It leads out of the folder outside of which nothing may be read. */
  | { readonly kind: "refused"; readonly why: string };

/** A file that is put into containers. */
export interface FoundFile {
  /** Relative to what was asked for; empty for that itself. */
  readonly path: string;
  readonly content: string;
  /** True where it is not text in UTF-8: `content` is base64. */
  readonly isBinary: boolean;
  readonly isExecutable: boolean;
}

/** The files at or below a path, or why they cannot be read. */
type FoundFiles =
  | { readonly kind: "files"; readonly files: readonly FoundFile[] }
  | { readonly kind: "unreadable"; readonly why: string };

/** What lies around a blueprint on this machine, for paths that are relative to its file. */
export interface Surroundings {
  /** The folder of the blueprint's file, absolute. */
  readonly folder: string;
  /** The folder of the Pulumi project that reads it, absolute; undefined where there is none. */
  readonly project?: string;
  /** What `~` means. */
  readonly home: string;
  readonly look: (path: string) => Found;
  readonly read: (path: string) => FoundFiles;
}

/** A blueprint that is not a file: there is nothing around it. */
export const noSurroundings: Surroundings = {
  folder: "/blueprint",
  home: "/root",
  look: () => ({ kind: "missing" }),
  read: () => ({ kind: "unreadable", why: "does not exist" }),
};
