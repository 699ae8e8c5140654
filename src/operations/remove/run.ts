import type { RemoveFacts, RemovePorts } from "./facts.ts";
import type { Runner, StepOutcome } from "../operation.ts";
import type { RemoveKind } from "./plan.ts";

type RemoveRunner = Runner<RemovePorts, RemoveFacts, RemoveKind>;

const done: StepOutcome = { ok: true };

export const removeRunners: Readonly<Record<RemoveKind, RemoveRunner>> = {
  protect: async (_, ports, { state }) => {
    await ports.protect([...(state?.unguarded ?? []), ...(state?.guarded ?? [])]);
    return done;
  },
  unprotect: async (_, ports) => {
    await ports.unprotect();
    return done;
  },
  destroy: async (_, ports, { state }) => {
    const result = await ports.destroy(state?.course ?? { kind: "usual" });
    return result.ok ? { ok: true, result } : { ok: false, problems: result.problems, result };
  },
  "remove-volume": ({ target }, ports) => attempt(`volume ${target}`, () => ports.removeVolume(target)),
  "remove-directory": ({ target }, ports) => attempt(`directory ${target}`, () => ports.removeDirectory(target)),
  "remove-stack": async (_, ports) => {
    await ports.removeStack(false);
    return done;
  },
  "force-remove-stack": async (_, ports) => {
    await ports.removeStack(true);
    return done;
  },
};

async function attempt(what: string, removal: () => Promise<void>): Promise<StepOutcome> {
  try {
    await removal();
    return { ok: true, text: `removed the ${what}` };
  } catch (error) {
    const text = `the ${what} could not be removed: ${reasonOf(error)}`;
    return { ok: false, problems: [text], text };
  }
}

/** Docker's own words, where it has any: `volume is in use - [4f1c…]`. */
function reasonOf(error: unknown): string {
  const { json, message } = error as { json?: { message?: string }; message?: string };
  return json?.message ?? message ?? String(error);
}
