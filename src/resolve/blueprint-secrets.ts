import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import { interpolate, InterpolationError, parseTemplate } from "../blueprint/interpolate.ts";
import type { StackConfig } from "../config/stack-config.ts";
import { instruction, setSecret } from "../findings/remedy.ts";
import type { Finding } from "../findings/finding.ts";
import { secretWishes } from "./database.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { Path } from "./interpolate.ts";
import { isDeclared } from "./variables.ts";
import { once } from "../notation/memoize.ts";
import { suspicionOf } from "../notation/secret-names.ts";
import { isSecretText, passwordInUrl } from "../notation/secret-forms.ts";
import { isGuessable } from "./lint/weak-secrets.ts";
import { shellWords } from "../notation/shell-words.ts";

/** A text of a blueprint's service that may hold a secret; the variable's name where it is one of its environment. */
interface Place {
  readonly path: Path;
  readonly texts: readonly string[];
  readonly holds: (texts: readonly string[]) => boolean;
  readonly variable?: string;
  readonly label?: true;
}

/** Stands for what a stack or a shell fills in: no secret is written there. */
const filledIn = "\uFFFC";

/** Secrets that a blueprint itself writes into a service, where everyone who can read the blueprint reads them. */
export function blueprintSecrets(
  { services, stack, environment }: Deployment,
  config: StackConfig,
  blueprint: Blueprint,
): Finding[] {
  if (environment === "development") return [];
  const lookup = lookupIn(config, blueprint);
  return services.flatMap(({ key }) =>
    (suspects(blueprint)[key] ?? []).flatMap((place) => {
      const { variable = "" } = place;
      const isGiven = Object.hasOwn(config.settings, variable) || config.secretsGiven.includes(variable);
      const isReplaced = isGiven && isDeclared(variable, blueprint);
      const texts = place.texts.map((text) => textOf(text, lookup));
      return isReplaced || !place.holds(texts) ? [] : [finding(place, texts[0] ?? "", key, { stack, blueprint })];
    }),
  );
}

function finding(
  { path, variable, label }: Place,
  text: string,
  service: string,
  { stack, blueprint }: { readonly stack: string; readonly blueprint: Blueprint },
): Finding {
  const source = blueprint.source(path);
  const place = {
    severity: "warning",
    kind: "secret",
    key: source.path,
    wanted: { stack, service, ...source },
  } as const;
  const declared = `a secret declared under x-berth.secrets in ${source.file}, with an encrypted value under berth:secrets`;
  if (variable === undefined)
    return {
      ...place,
      code: "secret-in-clear-text",
      message: `a text of ${service} looks like a secret, and is written in the blueprint`,
      allowed: `${declared}; treat the old one as compromised and use a new one`,
      remedy: instruction(
        label
          ? `remove it from ${source.file}: everyone who may inspect containers reads labels`
          : `write \${NAME} under environment: of ${service}, and $$NAME here, where a shell fills it in`,
      ),
    };
  if (isGuessable(passwordInUrl(text) ?? text, []))
    return {
      ...place,
      code: "secret-weak",
      message: `${variable} of ${service} is a publicly known default value`,
      allowed: `\${${variable}} in ${source.file}, and an encrypted value under berth:secrets`,
      remedy: setSecret(variable, stack),
    };
  return {
    ...place,
    code: "secret-in-clear-text",
    message: `${variable} of ${service} looks like a secret, and is written in the blueprint`,
    allowed: `\${${variable}} for ${declared}; treat the old one as compromised and use a new one`,
    remedy: setSecret(variable, stack),
    remedyNote: `if it is not a secret, declare it under x-berth.settings in ${source.file}`,
  };
}

type Lookup = (name: string) => string | undefined;

/** The variables that a stack fills in; an empty one leaves a default in effect. */
function lookupIn({ settings, secretsGiven }: StackConfig, blueprint: Blueprint): Lookup {
  const wishes = secretWishes(blueprint);
  return (name) => {
    if (Object.hasOwn(settings, name)) return settings[name] === "" ? "" : filledIn;
    const isGenerated = Object.hasOwn(wishes, name) && wishes[name]?.generate !== undefined;
    return isGenerated || secretsGiven.includes(name) || name.startsWith("BERTH_") ? filledIn : undefined;
  };
}

/** What the blueprint itself writes into a text; the Compose reader reports a text that cannot be read. */
function textOf(written: string, lookup: Lookup): string {
  if (!written.includes("$")) return written;
  try {
    return interpolate(parseTemplate(written), lookup).pieces.join("");
  } catch (error) {
    if (error instanceof InterpolationError) return "";
    throw error;
  }
}

/** The places that hold a secret for some stack: nearly always none, so that each stack has little to do. */
const suspects = once((blueprint: Blueprint): Readonly<Record<string, readonly Place[]>> => {
  const isPossible = ({ texts, holds }: Place): boolean =>
    [undefined, filledIn].some((value) => holds(texts.map((text) => textOf(text, () => value))));
  const found = Object.entries(blueprint.services).map(([key, service]): [string, Place[]] => [
    key,
    placesOf(service, ["services", key], blueprint).filter(isPossible),
  ]);
  return Object.fromEntries(found);
});

function placesOf(service: ComposeService, path: Path, { extension }: Blueprint): Place[] {
  const pairs = (values: Readonly<Record<string, string | null>>) =>
    Object.entries(values).flatMap(([name, text]) => (text === null ? [] : [{ name, text }]));
  const named = (name: string) => (texts: readonly string[]) => isSecret(name, texts[0] ?? "");
  const process = [
    { key: ["entrypoint"], words: service.entrypoint },
    { key: ["command"], words: service.command },
    { key: ["healthcheck", "test"], words: service.healthcheck?.test },
  ];
  return [
    ...pairs(service.environment ?? {})
      .filter(({ name }) => !Object.hasOwn(extension.settings, name))
      .map(({ name, text }) => ({
        path: [...path, "environment", name],
        texts: [text],
        holds: named(name),
        variable: name,
      })),
    ...pairs(service.labels ?? {}).map(({ name, text }) => ({
      path: [...path, "labels", name],
      texts: [text],
      holds: named(name),
      label: true as const,
    })),
    ...process.map(({ key, words = [] }) => ({
      path: [...path, ...key],
      texts: typeof words === "string" ? [words] : words,
      holds: (texts: readonly string[]) =>
        holdsSecret(typeof words === "string" ? (shellWords(texts[0] ?? "") ?? []) : texts),
    })),
  ];
}

/** A name says nothing about what is filled in. */
const isSecret = (name: string, text: string): boolean =>
  text.includes(filledIn) ? isSecretText(text.replaceAll(filledIn, " ")) : suspicionOf(name, text) !== undefined;

/** Whether a command's words hold a secret: a text that is one, or the value of an option or variable. */
function holdsSecret(given: readonly string[]): boolean {
  // What a shell fills in is not written here.
  const words = given.map((word) => word.replace(/\$(?:\w+|\{[^}]*\}|\([^)]*\))|`[^`]*`/g, filledIn));
  const isClient = words.some((word) => /(?:^|\/)(?:curl|wget|https?|xh)$/.test(word));
  return words.some((word, index) => {
    const next = words[index + 1] ?? "";
    const [, name, value = ""] = /^-{0,2}([\w.-]+)(?:=|:\s+)(.+)$/s.exec(word) ?? [];
    if (isSecret("", word) || (name !== undefined && isSecret(name, value))) return true;
    if (/^--?(?!no-)[a-z][\w-]+$/i.test(word) && next !== "" && !next.startsWith("-") && isSecret(word, next))
      return true;
    if (isClient && /^(?:-u|-U|--user|--proxy-user)$/.test(word) && isLogin(next)) return true;
    const inner = /\s/.test(word) ? (shellWords(word) ?? []) : [];
    return inner.length > 1 && holdsSecret(inner);
  });
}

const isLogin = (text: string): boolean => /^[^\s:]+:[^\s:]+$/.test(text) && !/^[^:]*:\uFFFC/.test(text);
