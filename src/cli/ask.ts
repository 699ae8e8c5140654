import type { Blueprint } from "../blueprint/blueprint.ts";
import { parseStack, stackFileName } from "../config/stack-file.ts";
import { prefixOfStack } from "../deployment/names.ts";
import type { Project } from "../inventory/project.ts";
import type { Answers } from "../operations/new-stack.ts";

/** Asks for what no flag has said; every answer is validated as it is typed, by the schema itself. */
export async function askAnswers(
  project: Project,
  blueprints: readonly string[],
  given: Partial<Answers>,
): Promise<Answers> {
  const { input, select } = await import("@inquirer/prompts");
  const stack =
    given.stack ??
    (await input({
      message: "Name of the stack:",
      default: "hospital-b",
      validate: (text) => /^[A-Za-z0-9._-]+$/.test(text) || "letters, digits, - _ and .",
    }));
  const name =
    given.blueprint ?? (await select({ message: "Blueprint:", choices: blueprints.map((value) => ({ value })) }));
  const loaded = project.blueprints(name);
  if (!loaded.ok) return { ...given, stack, blueprint: name };
  const blueprint = loaded.value;
  const app = appOf(blueprint);
  const validate =
    (key: string) =>
    (text: string): true | string =>
      text === "" || judge(stack, key, text);
  const prefix =
    given.prefix ??
    (await input({ message: "Prefix of every name:", default: prefixOfStack(stack), validate: validate("prefix") }));
  const port =
    given.ports?.[app] ??
    (await input({ message: `Host port of ${app} (empty: the next free one):`, validate: validate(`ports.${app}`) }));
  const image =
    given.images?.[app] ??
    (await input({ message: `Image of ${app} (empty: the blueprint's):`, validate: validate(`images.${app}`) }));
  const domain = given.domain ?? (await input({ message: "Domain (empty: none):", validate: validate("domain") }));
  const settings: Record<string, string> = { ...given.settings };
  for (const [setting, { prompt }] of Object.entries(blueprint.extension.settings)) {
    if (prompt === undefined || settings[setting] !== undefined) continue;
    const answer = await input({ message: `${prompt} (${setting}, empty: none):` });
    if (answer !== "") settings[setting] = answer;
  }
  const some = <T>(key: string, value: T | ""): Record<string, T> | undefined =>
    value === "" ? undefined : { [key]: value };
  return {
    ...given,
    stack,
    blueprint: name,
    prefix,
    domain: domain === "" ? undefined : domain,
    ports: { ...given.ports, ...some(app, port === "" ? "" : numeric(port)) },
    images: { ...given.images, ...some(app, image) },
    settings,
  };
}

const appOf = ({ extension, services }: Blueprint): string => extension.app ?? Object.keys(services)[0] ?? "app";

const numeric = (value: string | number): string | number => (/^\d+$/.test(String(value)) ? Number(value) : value);

/** What the schema says of one value: true, or what would be allowed. */
export function judge(stack: string, key: string, text: string): true | string {
  const [group = "", name] = key.split(".");
  const value = group === "ports" ? numeric(text) : text;
  const config = { [`berth:${group}`]: name === undefined ? value : { [name]: value } };
  const checked = parseStack(JSON.stringify({ config }), stack, stackFileName(stack));
  return checked.ok || (checked.findings[0]?.allowed ?? checked.findings[0]?.message ?? "not allowed");
}
