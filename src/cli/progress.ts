/** Shows on a terminal that something is under way; elsewhere says nothing. */
export async function withProgress<T>(text: string, work: () => Promise<T>): Promise<T> {
  // Of a terminal without a width, as of some pipelines, the spinner counts lines without end.
  if (!process.stderr.isTTY || !process.stderr.columns) return work();
  // The spinner's library is loaded only when the work is not done at once.
  let stop = (): void => {};
  const timer = setTimeout(() => {
    void import("ora").then(({ default: ora }) => {
      if (done) return;
      const spinner = ora({ text, stream: process.stderr, discardStdin: false }).start();
      stop = () => void spinner.stop();
    });
  }, 300);
  let done = false;
  try {
    return await work();
  } finally {
    done = true;
    clearTimeout(timer);
    stop();
  }
}
