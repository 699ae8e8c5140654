import { listBlueprints } from "../blueprint/load.ts";
import { isStackName, listStacks, stackFileName, stackNameAllowed } from "../config/stack-file.ts";
import type { Inventory } from "../claims/inventory.ts";
import { exitStatusOf, errorsOf, type Finding } from "../findings/finding.ts";
import type { Project } from "../project/project.ts";
import { type Answers, readAnswers, usualBlueprint } from "../operations/answers.ts";
import { type Change, changed, changesOf, flagOf, settingToAsk } from "../operations/new-flags.ts";
import { lookAround, newStack } from "../operations/new-stack.ts";
import { oneLine } from "../notation/printable.ts";
import { partyText, reportText } from "../report/text.ts";
import { Outcome } from "./outcome.ts";
import { shown } from "./reader.ts";
import { withProgress } from "./progress.ts";

import { ownValue } from "../notation/own-value.ts";

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
  const suggested = findings.flatMap((finding) => changesOf(finding, stack));
  const prefixed = suggested.find((change) => change.group === "prefix")?.value;
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
    throw new Outcome(exitStatusOf(hopeless), reportText(shown(first.findings), inventory.notLookedAt));

  const { prefix, entrance, services } = draft.value.deployment;
  const app = entrance?.service ?? services[0]?.key ?? "";
  const image = services.find(({ key }) => key === app)?.image;
  if (answers.prefix === undefined) await ask("Prefix of every name:", { group: "prefix" }, prefix);
  if (entrance !== undefined && ownValue(answers.ports, app) === undefined)
    await ask(`Host port of ${app}:`, { group: "ports", name: app }, freePort());
  if (ownValue(answers.images, app) === undefined) await ask(`Image of ${app}:`, { group: "images", name: app }, image);
  if (answers.domain === undefined) await ask("Domain (empty: none):", { group: "domain" });
  const { settings } = draft.value.blueprint.extension;
  for (const name of new Set([...needed, ...Object.keys(settings)])) {
    const prompt =
      ownValue(settings, name)?.prompt ??
      (needed.has(name) ? (ownValue(settings, name)?.description ?? "Setting") : undefined);
    if (prompt !== undefined && ownValue(answers.settings, name) === undefined)
      await ask(`${prompt} (${name}${needed.has(name) ? "" : "; empty: the usual"}):`, { group: "settings", name });
  }
  return answers;

  async function ask(message: string, place: Omit<Change, "value">, usual?: string): Promise<void> {
    const validate = (value: string): true | string => {
      if (value === "") return !needed.has(place.name ?? "") || "it has no usual value";
      return judge(project, inventory, whole(answers), { ...place, value });
    };
    const value = await input({ message: oneLine(message), default: usual, validate });
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
  return select({
    message: "Blueprint:",
    choices: known.map((value) => ({ value, name: oneLine(value) })),
    default: usualBlueprint,
  });
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
  const { key, held, allowed, message } = wrong;
  if (held === undefined) return oneLine(allowed ?? message ?? "this is not allowed");
  const [note] = shown([wrong]).flatMap(({ remedyNote }) => remedyNote ?? []);
  const holder = (partyText(held) ?? "another party").replace(/ {2,}/g, ", ");
  return oneLine(`${key} is held by ${holder}${note === undefined ? "" : ` (${note})`}`);
}
