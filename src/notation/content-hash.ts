import { createHash } from "node:crypto";

/** As Live.files has it. */
export const hash = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");
