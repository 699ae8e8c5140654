import { listBlueprints } from "../blueprint/load.ts";
import { listStacks, stackFileName } from "../config/stack-file.ts";
import type { Inventory } from "../conflicts/inventory.ts";
import { errorsOf, type Finding } from "../conflicts/finding.ts";
import type { Project } from "../inventory/project.ts";
import { type Answers, isStackName, readAnswers, stackNameAllowed, usualBlueprint } from "../operations/answers.ts";
import { type Change, changed, changeOf, flagOf, settingToAsk } from "../operations/new-flags.ts";
import { lookAround, newStack } from "../operations/new-stack.ts";
import { partyText, reportText } from "../report/text.ts";
import { Outcome } from "./outcome.ts";
import { told } from "./told.ts";
import { withProgress } from "./progress.ts";
import { exitCodeOf } from "./project.ts";

/**
 * Asks for what no flag has said. Every answer is held against the schema and against all that exists as it is typed,
 * so that the last one is followed by a stack file and not by a report.
 */
export async function askAnswers(project: Project, given: Answers, live: boolean): Promise<Answers> {
  const { default: input } = await import("@inquirer/input");
  const stack =
    given.stack === "" ? await input({ message: "Name of the stack:", validate: isNew(project) }) : given.stack;
  const blueprint = given.blueprint ?? (await askBlueprint(project));
  let answers: Answers = { ...given, stack, blueprint };
  // A name of which no prefix can be made comes with one that can stand.
  const { findings } = readAnswers(answers, project);
  const suggested = findings.map((finding) => changeOf(finding, stack));
  const prefixed = suggested.find((change) => change?.group === "prefix")?.value;
  // What the blueprint cannot do without is asked for, and has some value until then.
  const needed = new Set(findings.flatMap((finding) => settingToAsk(finding, stack) ?? []));
  const whole = (said: Answers): Answers => ({
    ...said,
    settings: { ...Object.fromEntries([...needed].map((name) => [name, "1"])), ...said.settings },
  });
  const tried = whole({ ...answers, prefix: answers.prefix ?? prefixed });
  const inventory = await withProgress("looking for what is free", () => lookAround(project, tried, live));
  const draft = readAnswers(tried, project);
  const first = draft.ok ? newStack(tried, project, inventory) : draft;
  const hopeless = errorsOf(first.findings).filter(({ code }) => unanswerable.has(code));
  if (!draft.ok || hopeless.length > 0)
    throw new Outcome(exitCodeOf(hopeless), reportText(told(first.findings), inventory.notLookedAt));

  const { prefix, entrance, services } = draft.value.deployment;
  const app = entrance?.service ?? services[0]?.key ?? "";
  const image = services.find(({ key }) => key === app)?.image;
  if (answers.prefix === undefined) await ask("Prefix of every name:", { group: "prefix" }, prefix);
  if (entrance !== undefined && answers.ports?.[app] === undefined)
    await ask(`Host port of ${app}:`, { group: "ports", name: app }, freePort());
  if (answers.images?.[app] === undefined) await ask(`Image of ${app}:`, { group: "images", name: app }, image);
  if (answers.domain === undefined) await ask("Domain (empty: none):", { group: "domain" });
  const { settings } = draft.value.blueprint.extension;
  for (const name of new Set([...needed, ...Object.keys(settings)])) {
    const prompt =
      settings[name]?.prompt ?? (needed.has(name) ? (settings[name]?.description ?? "Setting") : undefined);
    if (prompt !== undefined && answers.settings?.[name] === undefined)
      await ask(`${prompt} (${name}${needed.has(name) ? "" : "; empty: the usual"}):`, { group: "settings", name });
  }
  return answers;

  async function ask(message: string, place: Omit<Change, "value">, usual?: string): Promise<void> {
    const validate = (value: string): true | string => {
      if (value === "") return !needed.has(place.name ?? "") || "it has no usual value";
      return judge(project, inventory, whole(answers), { ...place, value });
    };
    const value = await input({ message, default: usual, validate });
    // The blueprint's own image is not pinned: it changes with the blueprint.
    if (value !== "" && !(place.group === "images" && value === usual)) answers = changed(answers, { ...place, value });
  }

  function freePort(): string | undefined {
    const made = newStack(whole(answers), project, inventory);
    return made.ok ? String(made.value.deployment.entrance?.port ?? "") : undefined;
  }
}

/** What no answer mends. */
const unanswerable: ReadonlySet<string> = new Set(["host-unreachable", "stack-unreadable", "config-invalid"]);

const isNew =
  (project: Project) =>
  (name: string): true | string => {
    if (!isStackName(name)) return stackNameAllowed;
    return !listStacks(project.root).includes(name) || `${stackFileName(name)} exists; take another name`;
  };

async function askBlueprint({ root, defaults }: Project): Promise<string | undefined> {
  const known = listBlueprints(root);
  if (defaults.values["blueprint"] !== undefined || known.length < 2) return undefined;
  const { default: select } = await import("@inquirer/select");
  return select({ message: "Blueprint:", choices: known.map((value) => ({ value })), default: usualBlueprint });
}

/** True, or why one more answer cannot stand. */
function judge(project: Project, inventory: Inventory, answers: Answers, change: Change): true | string {
  const errors = (one: Answers): readonly Finding[] => errorsOf(newStack(one, project, inventory).findings);
  const nameOf = ({ code, key }: Finding): string => `${code} ${key}`;
  const before = new Set(errors(answers).map(nameOf));
  const flag = flagOf(change);
  const wrong = errors(changed(answers, change)).find(
    (finding) => !before.has(nameOf(finding)) || finding.key === flag || finding.wanted?.path === flag,
  );
  if (wrong === undefined) return true;
  const { key, held, allowed, message, remedyNote } = wrong;
  if (held === undefined) return allowed ?? message ?? "this is not allowed";
  const holder = (partyText(held) ?? "somebody").replace(/ {2,}/g, ", ");
  return `${key} is held by ${holder}${remedyNote === undefined ? "" : ` (${remedyNote})`}`;
}
