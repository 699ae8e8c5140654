import type { Realization } from "../../../../src/deployment/realization.ts";
import type { Memory } from "../../../../src/engine/state.ts";
import type { Event, Host } from "../../../../src/operations/host.ts";
import type { DatabaseCourse, KeptResource } from "../../../../src/operations/database-course.ts";
import type { RemovePorts } from "../../../../src/operations/remove/facts.ts";
import { deploymentFrom } from "../../resolve/sample.ts";

/** An application with two volumes, brought up. */
export const deployment: Realization = deploymentFrom("config:\n  berth:prefix: a\n", {
  stack: "a",
  blueprintYaml: `services:
  app: { image: "app:1", volumes: ["data:/data", "media:/media"] }
volumes: { data: , media: }
`,
});

export const resource = (type: string, name: string, more: object = {}): KeptResource => ({
  type,
  urn: `urn:pulumi:a::berth::${type}::${name}`,
  outputs: { name, id: name },
  ...more,
});

export const container = resource("docker:index/container:Container", "a_app");
export const network = resource("docker:index/network:Network", "a_default");
export const volume = (name: string): KeptResource => resource("docker:index/volume:Volume", name, { protect: true });
export const password = (protect = false): KeptResource =>
  resource("random:index/randomPassword:RandomPassword", "a-SECRET", { protect });

export interface World {
  /** Undefined where the engine does not know the stack. */
  resources: KeptResource[] | undefined;
  /** Names on the host. */
  readonly volumes: Set<string>;
  /** Names of volumes that something else uses. */
  readonly used: Set<string>;
  course: DatabaseCourse;
  /** All that was changed, in order. */
  readonly effects: string[];
  /** Called when a change has taken effect. */
  after: (effect: string) => void;
}

export const world = (over: Partial<World> = {}): World => ({
  resources: [container, network, volume("a_data"), volume("a_media"), password()],
  volumes: new Set(["a_data", "a_media"]),
  used: new Set(),
  course: { kind: "usual" },
  effects: [],
  after: () => {},
  ...over,
});

/** Docker and the engine as far as a removal notices them. Volumes have no label: only a state says whose they are. */
export function portsOf(state: World): RemovePorts {
  const effect = (name: string, change: () => void): Promise<void> =>
    Promise.resolve().then(() => {
      change();
      state.effects.push(name);
      state.after(name);
    });
  const protect = (isWanted: (urn: string) => boolean, value: boolean): void => {
    state.resources = state.resources?.map((each) => (isWanted(each.urn) ? { ...each, protect: value } : each));
  };
  return {
    inUse: () => Promise.resolve([]),
    resources: () => Promise.resolve(state.resources),
    course: () => Promise.resolve(state.course),
    ownedData: (known: Memory | undefined) => {
      const volumes = [...state.volumes].filter((name) => Object.hasOwn(known?.volumes ?? {}, name));
      return Promise.resolve({ volumes, directories: [], kept: [] });
    },
    protect: (urns) => effect("protect", () => protect((urn) => urns.includes(urn), true)),
    unprotect: () => effect("unprotect", () => protect(() => true, false)),
    destroy: async () => {
      await effect("destroy", () => {
        state.resources = state.resources?.filter(({ protect: stays = false }) => stays);
      });
      return { stack: "a", operation: "destroy", ok: true, changes: {}, problems: [] };
    },
    removeVolume: (name) =>
      effect(`remove ${name}`, () => {
        if (state.used.has(name)) throw new Error("volume is in use");
        state.volumes.delete(name);
      }),
    removeDirectory: (path) => effect(`remove ${path}`, () => {}),
    removeStack: (force) =>
      effect(force ? "force the stack's removal" : "remove the stack", () => {
        if (!force && state.resources?.length !== 0) throw new Error("the stack still has resources");
        state.resources = undefined;
      }),
  };
}

/** A host that agrees, and keeps what it was told. */
export function silentHost(): Host & { readonly events: Event[]; readonly questions: string[] } {
  const events: Event[] = [];
  const questions: string[] = [];
  return {
    events,
    questions,
    notify: (event) => void events.push(event),
    ask: ({ text }) => Promise.resolve(void questions.push(text)),
    during: (_, work) => work(),
  };
}
