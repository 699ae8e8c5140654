import type { FindingClass } from "./finding.ts";
import type { Remedy } from "./remedy.ts";

/**
 * Why a command ends before it has done what it was to do, where no finding says so. The message is a sentence for the
 * person who must act. Its class decides the exit status, as that of a finding does: one situation ends with one status.
 */
export class Stopped extends Error {
  readonly class: FindingClass;
  /** What helps; it stands below the message. */
  readonly remedy?: Remedy;

  constructor(of: FindingClass, message: string, remedy?: Remedy, options?: ErrorOptions) {
    super(message, options);
    this.class = of;
    if (remedy !== undefined) this.remedy = remedy;
  }
}

/** Something that was needed could not be reached, read or written. */
export class NotReached extends Stopped {
  constructor(message: string, remedy?: Remedy, options?: ErrorOptions) {
    super("unreachable", message, remedy, options);
  }
}
