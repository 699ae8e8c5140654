/** Something that was not checked, and why; never silently an empty list. */
export interface NotLookedAt {
  readonly what: string;
  readonly why: string;
}
