import type { JobContainer } from "../deployment/realization.ts";
import { patience } from "../deployment/job-end.ts";

/** Looks after jobs on the host where they run. Never throws. */
export interface JobHost {
  /** How long a job's container has been running; undefined where it does not run. */
  readonly secondsRunning: (container: string) => Promise<number | undefined>;
  readonly end: (container: string) => Promise<void>;
}

/** Waits for a job while the engine makes its container, and ends it when its time is over. It keeps no process alive. */
export class JobWatch {
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;
  private ended = false;

  constructor(
    private readonly job: Pick<JobContainer, "name" | "timeout">,
    private readonly host: JobHost,
  ) {
    this.wait(job.timeout);
  }

  /** @returns whether the job was ended because its time was over. */
  end(): boolean {
    this.isOver = true;
    clearTimeout(this.timer);
    return this.ended;
  }

  private wait(seconds: number): void {
    this.timer = setTimeout(() => void this.look(), patience(seconds)).unref();
  }

  /** The container may have come up later than the engine learned of it. */
  private async look(): Promise<void> {
    const { name, timeout } = this.job;
    const running = (await this.host.secondsRunning(name)) ?? 0;
    if (this.isOver) return;
    if (running < timeout) return this.wait(timeout - running);
    this.ended = true;
    await this.host.end(name);
  }
}
