import { setKey } from "../../findings/remedy.ts";
import type { Allocator } from "../allocator.ts";
import type { ExclusiveRule } from "../rule.ts";

export const serverName: ExclusiveRule<"serverName"> = {
  kind: "serverName",
  code: "server-name-in-use",
  place: (claim) => claim.serverName,
  key: (claim) => claim.serverName,
  followsFromPrefix: () => false,
  remedy: (wanted, free, stack) => ({
    remedy: setKey(["domain"], free.of(FreeServerNames).below(wanted.serverName, stack), stack),
    remedyNote: "no other stack has it",
  }),
};

/** Server names that nobody has, with `www.` or without. */
class FreeServerNames {
  readonly #free: Allocator;
  readonly #held: ReadonlySet<string>;

  constructor(free: Allocator) {
    this.#free = free;
    this.#held = new Set(free.claims("serverName").map((claim) => claim.serverName));
  }

  /** One below the wanted name, by the stack's. */
  below(wanted: string, stack: string): string {
    const domain = wanted.replace(/^www\./, "");
    const label = stack.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    const name = label.slice(0, 40).replace(/^-|-$/g, "") || "other";
    return this.#free.once(`server name ${domain} ${stack}`, () => {
      for (let count = 1; ; count += 1) {
        const candidate = `${name}${count === 1 ? "" : `-${count}`}.${domain}`;
        const isFree = !this.#held.has(candidate) && !this.#held.has(`www.${candidate}`);
        if (isFree && this.#free.offer(`server name ${candidate}`)) return candidate;
      }
    });
  }
}
