import type { Realization } from "../../deployment/realization.ts";
import { platformFindings } from "../../inventory/databases.ts";
import type { Question } from "../host.ts";
import type { Plan, Step } from "../operation.ts";
import type { RemoveFacts, RemoveState } from "./facts.ts";

export type RemoveKind =
  | "protect"
  | "unprotect"
  | "destroy"
  | "remove-volume"
  | "remove-directory"
  | "remove-stack"
  /** Although its state still holds what PostgreSQL could not be asked about. */
  | "force-remove-stack";

type RemoveStep = Step<RemoveKind>;

/**
 * Removes a deployment's containers and networks. Its volumes stay, and the generated secrets with which their data was
 * created. With its data, those, its directories and its database go as well, and then its stack in the backend.
 */
export function planRemoval(facts: RemoveFacts): Plan<RemoveKind> {
  const { deployment, data, inUse, state, owned } = facts;
  if (inUse.length > 0) return { kind: "refused", problems: [], findings: inUse };
  const silent = data ? withoutServer(deployment, state) : undefined;
  if (silent !== undefined) return silent;
  const steps = data ? withData(facts) : withoutData(facts);
  const planned = new Set(steps.map(({ id }) => id));
  return {
    kind: "planned",
    steps,
    done: facts.done.filter(({ id }) => !planned.has(id)),
    kept: owned?.kept ?? [],
    question: questionOf(facts),
  };
}

/** Why the data of a deployment stays for now: the server of its database does not answer, so the database would stay. */
function withoutServer({ database, stack, ...rest }: Realization, state: RemoveState | undefined) {
  if (database === undefined || state?.course.kind !== "left out") return undefined;
  return {
    kind: "refused",
    problems: [`the database ${database.name} cannot be deleted now, so nothing of ${stack} was removed`],
    findings: platformFindings({ ...rest, database, stack }, { kind: "unreachable", reason: state.course.why }),
  } as const;
}

const step = (kind: RemoveKind, target: string, cause: string, after: readonly RemoveStep[] = []): RemoveStep => ({
  id: `${kind}:${target}`,
  kind,
  target,
  cause,
  after: after.map(({ id }) => id),
});

function withoutData(facts: RemoveFacts): RemoveStep[] {
  const { deployment, state } = facts;
  if (state === undefined) return [];
  const cause = `its data and secrets would be destroyed as well (${counted(state.unguarded.length, "resource")})`;
  const protection = state.unguarded.length > 0 ? [step("protect", deployment.stack, cause)] : [];
  return [...protection, ...destruction(facts, state, protection)];
}

function withData(facts: RemoveFacts): RemoveStep[] {
  const { deployment, state, owned } = facts;
  const { stack } = deployment;
  const guarded = state?.guarded.length ?? 0;
  const release: RemoveStep[] =
    guarded === 0
      ? []
      : [
          {
            ...step("unprotect", stack, `its data and secrets are protected (${counted(guarded, "resource")})`),
            undo: step("protect", stack, "its data was not removed"),
          },
        ];
  const destroy = state === undefined ? [] : destruction(facts, state, release);
  const data = [
    ...(owned?.volumes ?? []).map((name) => step("remove-volume", name, "it holds data of the deployment", destroy)),
    ...(owned?.directories ?? []).map((path) =>
      step("remove-directory", path, "it has the mark of the deployment", destroy),
    ),
  ];
  return [
    ...release,
    ...destroy,
    ...data,
    ...(state === undefined ? [] : [forgetting(stack, state, [...destroy, ...data])]),
  ];
}

/** Not planned again where an earlier run did it and nothing was brought up since. */
function destruction(
  { deployment, done }: RemoveFacts,
  state: RemoveState,
  after: readonly RemoveStep[],
): RemoveStep[] {
  const isDone = state.live.length === 0 && done.some(({ kind }) => kind === "destroy");
  if (state.count === 0 || isDone) return [];
  const cause = `the state holds ${counted(state.count, "resource")}${state.live.length === 0 ? "" : `: ${state.live.join(", ")}`}`;
  return [step("destroy", deployment.stack, cause, after)];
}

/** What a platform has in PostgreSQL goes with its volume, where PostgreSQL cannot be asked: only then the state keeps it. */
const forgetting = (stack: string, { course }: RemoveState, after: readonly RemoveStep[]): RemoveStep =>
  course.kind === "left out"
    ? step("force-remove-stack", stack, `its roles and databases stay in the state (${course.why})`, after)
    : step("remove-stack", stack, "its state is empty", after);

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** What will be removed, in the words of the question that comes before it. */
function questionOf({ deployment, data, owned, state }: RemoveFacts): Question {
  const { containers, networks, volumes, database, stack } = deployment;
  const names = (noun: string, things: readonly string[]): string[] =>
    things.length === 0 ? [] : [`the ${noun} ${things.join(", ")}`];
  const named = (things: readonly { readonly name: string }[]): string[] => things.map(({ name }) => name);
  const going = [...names("containers", named(containers)), ...names("networks", named(networks))];
  const question = (text: string): Question => ({
    code: "remove-deployment",
    text,
    expects: { typed: stack },
    otherwise: "nothing was removed",
  });
  if (!data || owned === undefined) {
    const kept = names("volumes", named(volumes));
    return question(`${going.join(" and ")} will be removed${kept.length === 0 ? "" : `; ${kept.join("")} stay`}`);
  }
  const isThere = state === undefined || (database !== undefined && state.databases.includes(database.name));
  const all = [
    ...going,
    ...names("volumes", owned.volumes),
    ...names("directories", owned.directories),
    ...(database !== undefined && isThere ? names("database", [database.name]) : []),
  ];
  const stays = owned.kept.map(({ what }) => what);
  return question(
    `${all.join(" and ")} will be removed for good, with all data${stays.length === 0 ? "" : `; ${stays.join(", ")} stay`}`,
  );
}
