import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A port that nobody listened on a moment ago, of those below Linux' range for outgoing connections (32768): of that
 * range, any program of the machine, the engine and its plugins among them, may take one while a test runs.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    const listening = once(server, "listening").then(
      () => true,
      () => false,
    );
    server.listen(port, "0.0.0.0");
    if (!(await listening)) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}
