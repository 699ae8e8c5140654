import type { LockStores } from "../../../src/operations/lock.ts";
import type { LockStore } from "../../../src/operations/lock-store.ts";

/** Locks of endpoints that are kept in memory: each endpoint's own, as Docker keeps them. */
export function memoryLocks(): LockStores & { readonly held: Map<string, string> } {
  const held = new Map<string, string>();
  const stores: LockStores = ({ id }) => {
    const key = (name: string): string => `${id} ${name}`;
    return {
      claim: (name, text) => {
        if (!held.has(key(name))) held.set(key(name), text);
        return Promise.resolve(held.get(key(name)) ?? "");
      },
      read: (name) => Promise.resolve(held.get(key(name))),
      remove: (name) => Promise.resolve(void held.delete(key(name))),
    } satisfies LockStore;
  };
  return Object.assign(stores, { held });
}
