import { setTimeout as pause } from "node:timers/promises";
import { type Database, databaseTrouble, openDatabase } from "./database.ts";
import { health, listen } from "./http.ts";
import { Queue, readQueueAddress, type QueueAddress } from "./queue.ts";
import { type Environment, reasonOf } from "./settings.ts";

/** Writes a row for each job of the queue, until it is told to stop; /health says whether queue and database answer. */
export async function work(environment: Environment): Promise<void> {
  const database = openDatabase(environment);
  const address = readQueueAddress(environment);
  const worker = new Worker(database, address);
  const working = worker.run();
  await listen(environment, [
    ["GET", /^\/health$/, async () => health(worker.trouble ?? (await databaseTrouble(database)))],
  ]).finally(() => worker.stop());
  await working;
  await database.pool.end();
}

class Worker {
  /** Why no job could be taken or written; undefined while all is well. */
  trouble: string | undefined = "the queue has not answered yet";
  private readonly stopping = new AbortController();

  constructor(
    private readonly database: Database,
    private readonly address: QueueAddress,
  ) {}

  stop(): void {
    this.stopping.abort();
  }

  /** Whatever goes wrong is tried again a second later, on a new connection. */
  async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.takeJobs();
      } catch (error) {
        const { host, port } = this.address;
        const reason = `jobs of ${host}:${port}: ${reasonOf(error)}`;
        if (reason !== this.trouble) console.error(reason);
        this.trouble = reason;
        await pause(1_000, undefined, { signal: this.stopping.signal }).catch(() => {});
      }
    }
  }

  private async takeJobs(): Promise<void> {
    const queue = await Queue.open(this.address);
    try {
      while (!this.stopping.signal.aborted) {
        const job = await queue.take();
        if (job !== undefined) await this.write(job).catch((error: unknown) => this.giveBack(queue, job, error));
        this.trouble = undefined;
      }
    } finally {
      queue.close();
    }
  }

  private async write(job: string): Promise<void> {
    await this.database.pool.query("insert into visits (note, source) values ($1, 'worker')", [job]);
  }

  private async giveBack(queue: Queue, job: string, reason: unknown): Promise<never> {
    await queue.putBack(job);
    throw reason;
  }
}
