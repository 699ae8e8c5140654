import { createHash } from "node:crypto";

/** Where a project's files were checked out, as Git knows it. */
export interface Checkout {
  /** Absolute path of its top folder. */
  readonly folder: string;
  /** The repository's name: that of its first checkout, or of where it was cloned from. */
  readonly repository: string;
  /** A worktree beside the first checkout. */
  readonly isLinked: boolean;
  /** Undefined where no branch is checked out. */
  readonly branch?: string;
}

/** The stack of a repository's first checkout. */
const mainStack = "main";

/** Room for a suffix within 63 characters, as of a prefix. */
const longest = 40;

/**
 * The stack's name that follows from where its project is checked out: of a folder `shop-auth-fix` of the repository
 * `shop` it is `auth_fix`; of a worktree under another name the branch decides, without one the folder. `main` for the
 * first checkout, and where Git knows nothing.
 */
export function checkoutStack(checkout: Checkout | undefined): string {
  if (checkout === undefined) return mainStack;
  const { folder, repository, isLinked, branch } = checkout;
  const name = folder.split(/[/\\]/).at(-1) ?? "";
  const own = suffixOf(name, repository);
  if (own !== undefined) return stackNameFrom(own);
  return isLinked ? stackNameFrom(branch ?? name) : mainStack;
}

/** What a folder's name adds to the repository's. */
function suffixOf(name: string, repository: string): string | undefined {
  if (repository === "" || !name.toLowerCase().startsWith(repository.toLowerCase())) return undefined;
  const rest = name.slice(repository.length);
  return /^[-_.]+[^-_.]/.test(rest) ? rest.replace(/^[-_.]+/, "") : undefined;
}

/**
 * A text as a stack's name: in lower case, accents left out, everything but letters and digits as `_`. One that is too
 * long is cut, and one of which nothing is left is named by a hash, so that two texts never come to the same.
 */
export function stackNameFrom(text: string): string {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 6);
  const words = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  if (words === "") return `d_${hash}`;
  const name = /^[a-z]/.test(words) ? words : `d_${words}`;
  return name.length <= longest ? name : `${name.slice(0, longest - 7).replace(/_+$/, "")}_${hash}`;
}
