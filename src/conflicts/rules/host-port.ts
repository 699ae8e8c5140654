import { beforePort, covers } from "../../notation/address.ts";
import { instruction, setKey } from "../../findings/remedy.ts";
import type { ClaimOf } from "../../claims/claim.ts";
import { put } from "../../notation/group-by.ts";
import type { Allocator } from "../allocator.ts";
import type { ExclusiveRule } from "../rule.ts";

/** Two claims on one port of one endpoint meet when protocol and number agree and either address covers the other. */
export const hostPort: ExclusiveRule<"hostPort"> = {
  kind: "hostPort",
  code: "port-in-use",
  givenUp: true,
  place: (claim) => `${claim.protocol}/${claim.port}`,
  meet: (a, b) => a.protocol === b.protocol && a.port === b.port && covers(a.address, b.address),
  key: (claim) => `${beforePort(claim.address)}:${claim.port}/${claim.protocol}`,
  followsFromPrefix: () => false,
  remedy: (wanted, free, stack) => {
    const port = free.of(FreePorts).next(wanted);
    const path = wanted.configPath ?? ["ports", wanted.configKey ?? ""];
    if (port === undefined)
      return {
        remedy: instruction(
          `no port from 1024 to 65535 is free on this host: free one, and set berth:${path.join(".")}`,
        ),
      };
    return { remedy: setKey(path, port, stack), remedyNote: "free on this host" };
  },
};

type Port = ClaimOf<"hostPort">;

/** Ports that nobody holds. */
export class FreePorts {
  readonly #free: Allocator;
  readonly #held = new Map<number, Port[]>();

  constructor(free: Allocator) {
    this.#free = free;
    for (const claim of free.claims("hostPort")) put(this.#held, claim.port, claim);
  }

  /** The next free port after the wanted one, in its range first; undefined where all are held. */
  next(wanted: Port): number | undefined {
    const [first, last] = wanted.range ?? [1024, 65535];
    const { port } = wanted;
    return (
      this.#search(Math.max(first, port + 1), last, wanted) ??
      this.#search(first, Math.min(last, port - 1), wanted) ??
      this.#search(Math.max(1024, port + 1), 65535, wanted) ??
      this.#search(1024, port - 1, wanted)
    );
  }

  /** Whether nobody holds the port. */
  isFree({ address, protocol, port }: Pick<Port, "address" | "protocol" | "port">): boolean {
    const held = this.#held.get(port) ?? [];
    return !held.some((other) => other.protocol === protocol && covers(other.address, address));
  }

  /** A port that is free with all that follow it. */
  #search(from: number, to: number, { protocol, address, led = [] }: Port): number | undefined {
    const moved = [{ protocol, address, distance: 0 }, ...led];
    const name = (port: number, of: string): string => `port ${of} ${port}`;
    return this.#free.goOn(`port ${JSON.stringify(moved)}`, from, to, (first) => {
      const ports = moved.map(({ distance, ...port }) => ({ ...port, port: first + distance }));
      const isOffered = ports.some(({ port, protocol: of }) => this.#free.isOffered(name(port, of)));
      if (isOffered || !ports.every((port) => port.port <= 65535 && this.isFree(port))) return undefined;
      for (const { port, protocol: of } of ports) this.#free.offer(name(port, of));
      return first;
    });
  }
}
