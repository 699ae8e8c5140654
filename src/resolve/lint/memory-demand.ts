import type { Finding } from "../../findings/finding.ts";

/** The memory that a process is configured to use, compared with what its container may have. */
export interface Demand {
  readonly severity: Finding["severity"];
  /** `--max-old-space-size`, `shared_buffers` … */
  readonly key: string;
  readonly message: string;
  readonly allowed: string;
  /** Bytes that the container would have to have. */
  readonly needed: number;
}
