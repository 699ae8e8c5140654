import { type Advice, setKey } from "../../findings/remedy.ts";
import { hostName, nearestPrefix, prefixOfStack, prefixPattern } from "../../notation/names.ts";
import { autoSubnet } from "../../notation/stable-slot.ts";
import type { Allocator } from "../allocator.ts";
import type { ExclusiveRule } from "../rule.ts";
import { FreeSubnets } from "./subnet.ts";

export const prefix: ExclusiveRule<"prefix"> = {
  kind: "prefix",
  code: "prefix-in-use",
  place: (claim) => claim.prefix,
  key: (claim) => claim.prefix,
  followsFromPrefix: () => false,
  remedy: (_, free, stack) => otherPrefix(free, stack),
};

/** Names follow from the prefix, so another prefix is what helps against a stranger's container, volume or network. */
export function otherPrefix(free: Allocator, stack: string): Advice {
  return {
    remedy: setKey(["prefix"], free.of(FreePrefixes).next(stack), stack),
    remedyNote: "no name under it exists on this host",
  };
}

/** Prefixes under which nothing exists. */
export class FreePrefixes {
  readonly #free: Allocator;
  readonly #prefixes = new Map<string, string>();
  readonly #held = new Set<string>();
  /** Of every name on the host, the parts that end before an underscore. */
  readonly #names = new Set<string>();

  constructor(free: Allocator) {
    this.#free = free;
    for (const { owner, prefix: held } of free.claims("prefix")) {
      if (owner.kind !== "deployment") continue;
      this.#prefixes.set(owner.stack, held);
      this.#held.add(held);
    }
    for (const name of free.namesUnderPrefixes())
      for (let end = name.indexOf("_"); end >= 0; end = name.indexOf("_", end + 1)) this.#names.add(name.slice(0, end));
  }

  /** The stack's own name, or its present prefix with a number. */
  next(stack: string): string {
    const free = this.#free;
    const wanted = this.#prefixes.get(stack) ?? prefixOfStack(stack);
    const isUnused = (candidate: string): boolean =>
      candidate !== wanted &&
      prefixPattern.test(candidate) &&
      !this.#held.has(candidate) &&
      !this.#names.has(candidate);
    const isFree = (candidate: string): boolean => isUnused(candidate) && this.#hasSubnets(stack, candidate);
    const numbered =
      (accepts: (candidate: string) => boolean) =>
      (count: number): string | undefined => {
        const number = `_${count}`;
        const candidate = `${nearestPrefix(wanted).slice(0, 40 - Math.max(4, number.length))}${number}`;
        return accepts(candidate) ? this.#offered(stack, candidate) : undefined;
      };
    return free.once(`prefix ${stack}`, () => {
      const own = prefixOfStack(stack);
      return (
        (isFree(own) ? this.#offered(stack, own) : undefined) ??
        free.goOn(`prefix ${wanted}`, 2, 10_000, numbered(isFree)) ??
        // A VPN may route all of the automatic subnets: then the network needs one of its own, which is another finding.
        free.goOn(`unused prefix ${wanted}`, 2, 10_000, numbered(isUnused)) ??
        nearestPrefix(wanted)
      );
    });
  }

  /** The prefix, unless it was offered before; with it go the subnets that follow from it. */
  #offered(stack: string, candidate: string): string | undefined {
    if (!this.#free.offer(`prefix ${candidate}`)) return undefined;
    const subnets = this.#free.of(FreeSubnets);
    for (const key of subnets.networksWithAutomatic(stack)) subnets.reserve(autoSubnet(hostName(candidate, key)));
    return candidate;
  }

  /** Whether the networks that a stack would have under another prefix find their automatic subnets free. */
  #hasSubnets(stack: string, candidate: string): boolean {
    const subnets = this.#free.of(FreeSubnets);
    return subnets.networksWithAutomatic(stack).every((key) => subnets.isFree(autoSubnet(hostName(candidate, key))));
  }
}
