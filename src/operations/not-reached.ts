/** Something that was needed could not be reached, read or written. The message is a sentence for the person who must act. */
export class NotReached extends Error {}
