import type { Remedy } from "./remedy.ts";

/** Something that was needed could not be reached, read or written. The message is a sentence for the person who must act. */
export class NotReached extends Error {
  constructor(
    message: string,
    /** What helps, where commands do; it stands below the message. */
    readonly remedy?: Remedy,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
