import { Document } from "yaml";
import type { Blueprint } from "../blueprint/blueprint.ts";
import { groupOf, keyPath } from "../findings/config-key.ts";
import { setSecret } from "../findings/remedy.ts";
import type { PortWish } from "../config/stack-config.ts";
import { documentText, withValue } from "../config/stack-file-edit.ts";
import { isStackName, parseStack, stackFileName, stackNameAllowed } from "../config/stack-file.ts";
import type { Checked, Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { quoted } from "../notation/quoted.ts";
import type { Realization } from "../deployment/realization.ts";
import { realize } from "../realize/realize.ts";
import { resolve } from "../resolve/resolve.ts";
import { secretsToGive } from "../resolve/secrets.ts";
import type { Project } from "../project/project.ts";

/** What a person says of a new deployment; all but the stack's name may be left out. */
export interface Answers {
  readonly stack: string;
  readonly blueprint?: string;
  readonly prefix?: string;
  readonly environment?: string;
  readonly domain?: string;
  readonly endpoint?: string;
  /** The stack that carries its database. */
  readonly database?: string;
  /** As in the stack file: a number, `auto` or a map; services that are not named get a free port. */
  readonly ports?: Readonly<Record<string, unknown>>;
  readonly images?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, string>>;
  /** By network; asked of nobody, but pinned where the automatic one is taken. */
  readonly subnets?: Readonly<Record<string, string>>;
  /** Values of any other key of a stack file, by its path as `pulumi config set --path` takes it. */
  readonly config?: Readonly<Record<string, string>>;
}

/** What of a project the answers are read with. */
export type Ground = Pick<Project, "setting" | "defaults" | "blueprints" | "platformOf">;

/** A deployment of answers, with the ports that were said for it, address and protocol included. */
export interface Draft {
  readonly deployment: Realization;
  readonly blueprint: Blueprint;
  readonly wishes: Readonly<Record<string, PortWish>>;
}

/** The text of the stack file. */
export function stackText({ stack: _, ...answers }: Answers): string {
  const { blueprint, prefix, environment, endpoint, database, domain, ports, images, settings, subnets } = answers;
  const keys = { blueprint, prefix, environment, endpoint, database, domain, ports, images, settings, subnets };
  const said = Object.entries(keys).filter(([, value]) => value !== undefined && !isEmpty(value));
  const config = Object.fromEntries(said.map(([key, value]) => [`berth:${key}`, value]));
  // Pulumi reads YAML 1.1, too: without quotes a date would become a moment.
  const text = documentText(new Document({ config }, { version: "1.1" }), { lineWidth: 0 });
  return Object.entries(answers.config ?? {}).reduce(
    (before, [key, value]) => withValue(before, keyPath(key) ?? [], value),
    text,
  );
}

const isEmpty = (value: unknown): boolean => typeof value === "object" && Object.keys(value ?? {}).length === 0;

/** The schema's default. */
export const usualBlueprint = "equipemed";

/** The answers with the blueprint that counts where none was named: the project's own, else the schema's. */
export const withBlueprint = (answers: Answers, { defaults }: Ground): Answers & { readonly blueprint: string } => {
  const usual = defaults.values["blueprint"];
  return { ...answers, blueprint: answers.blueprint ?? (typeof usual === "string" ? usual : usualBlueprint) };
};

/** The deployment that the answers describe, or all that is wrong with them at once. */
export function readAnswers(given: Answers, ground: Ground): Checked<Draft> {
  const answers = withBlueprint(given, ground);
  const blueprint = named(ground.blueprints(answers.blueprint), answers.blueprint);
  const config = parseStack(stackText(answers), answers.stack, stackFileName(answers.stack), ground.defaults);
  const wrong = [...nameMistakes(answers), ...config.findings, ...blueprint.findings];
  if (!config.ok) return { ok: false, findings: [...wrong, ...amongTheRest(answers, wrong, ground)] };
  if (!blueprint.ok) return { ok: false, findings: wrong };
  // A secret can only be encrypted for a stack that is there: it is said afterwards, and taken as given until then.
  const later = secretsToGive(config.value, blueprint.value);
  const secretsGiven = [...config.value.secretsGiven, ...later];
  const platform = ground.platformOf(config.value, blueprint.value);
  const resolved = resolve({ ...config.value, secretsGiven }, blueprint.value, ground.setting, platform);
  const findings = [...wrong, ...resolved.findings, ...later.map((name) => toGive(name, answers.stack))];
  if (!resolved.ok || wrong.length > 0) return { ok: false, findings };
  return {
    ok: true,
    findings,
    value: { deployment: realize(resolved.value), blueprint: blueprint.value, wishes: config.value.ports },
  };
}

/** That there is none of that name is a mistake of the answer, not of a file. */
const named = <T>(blueprint: Checked<T>, name: string): Checked<T> => ({
  ...blueprint,
  findings: blueprint.findings.map((finding) =>
    finding.key === name ? { ...finding, key: "berth:blueprint" } : finding,
  ),
});

/** What else is wrong once the answers that were refused are taken away. */
function amongTheRest(answers: Answers, refused: readonly Finding[], ground: Ground): readonly Finding[] {
  let rest = answers;
  for (const { key } of refused) {
    const [group, name] = groupOf(key) ?? [];
    if (group === undefined || group === "blueprint" || !Object.hasOwn(rest, group)) continue;
    const { [group as keyof Answers]: value, ...others } = rest;
    const left = name === undefined ? {} : Object.entries(value ?? {}).filter(([other]) => other !== name);
    rest = { ...others, ...(name === undefined ? {} : { [group]: Object.fromEntries(left as []) }) } as Answers;
  }
  const known = new Set(refused.map(({ key }) => key));
  if (stackText(rest) === stackText(answers)) return [];
  return readAnswers(rest, ground).findings.filter(({ key }) => !known.has(key));
}

const nameMistakes = ({ stack }: Answers): Finding[] =>
  isStackName(stack) ? [] : [mistake({ file: "[stack]", path: "" }, `found ${quoted(stack)}`, stackNameAllowed)];

const toGive = (name: string, stack: string): Finding => ({
  ...mistake(
    { file: stackFileName(stack), path: `berth:secrets.${name}` },
    "the first `up` wants this secret",
    undefined,
    setSecret(name, stack),
  ),
  severity: "warning",
});
