import { type Command, docker, pipe, setSecret, shell, steps } from "../findings/remedy.ts";
import type { Finding } from "../findings/finding.ts";
import type { Secret, Value } from "../deployment/deployment.ts";
import type { Realization } from "../deployment/realization.ts";
import { labels } from "../deployment/label-names.ts";
import { nameOf } from "../notation/docker-names.ts";
import { isOwnLabel, type Known } from "../engine/state.ts";
import type { Live, InspectedContainer } from "../host/inspected.ts";

/**
 * Generated secrets that the state no longer has, of a deployment whose data is there: the next `up` would generate others,
 * and the app could not open its own data. A container that still exists has the last copy, so nothing else comes first.
 * Where the state knows its containers, a secret that it does not know is a new one of the blueprint.
 */
export function lostSecrets(deployment: Realization, live: Live, known: Known): Finding[] {
  const data = dataOf(deployment, live, known);
  if (data.length === 0 || Object.keys(known.containers).length > 0) return [];
  const component = known.kept.name ?? deployment.stack;
  // An adopted role gets whatever password is generated.
  const replaced = deployment.database?.adopted === true ? deployment.database.secret : undefined;
  const lost = deployment.secrets.filter(
    ({ name, origin }) =>
      origin.kind === "generated" && name !== replaced && !Object.hasOwn(known.kept.passwords, `${component}-${name}`),
  );
  const [first] = lost;
  if (first === undefined) return [];
  const { stack } = deployment;
  const copies = lost.map((secret) => copyOf(secret, deployment, live, known));
  const found = copies.filter((copy) => copy !== undefined);
  const commands = lost.map(({ name }, index) => {
    const write = setSecret(name, stack);
    return copies[index] === undefined ? write : pipe(...copies[index].read, write);
  });
  const names = lost.map(({ name }) => name).join(", ");
  const asked = lost.filter((_, index) => copies[index] === undefined).map(({ name }) => name);
  const notes = [
    ...(found.length > 0 ? [`copies the value from the container ${found[0]?.container} without printing it`] : []),
    ...(asked.length > 0
      ? [`asks for ${asked.join(", ")}: the old value from a backup, or a new one if the data does not depend on it`]
      : []),
  ];
  return [
    {
      code: "secret-lost",
      severity: data.some(({ adopted }) => !adopted) ? "error" : "warning",
      kind: "secret",
      key: names,
      message: `${data.map(({ name }) => name).join(", ")} hold data of ${stack}, and its state has no ${names}: the app would get other secrets than those its data was created with`,
      wanted: { stack, ...first.source },
      held:
        found[0] === undefined
          ? { live: "volume", name: data[0]?.name ?? "", stack }
          : { live: "container", name: found[0].container, stack },
      remedy: steps(...commands),
      remedyNote: notes.join("; "),
    },
  ];
}

/** Volumes of the deployment that exist. Of one without labels nobody knows with which secrets it was created. */
const dataOf = (deployment: Realization, live: Live, known: Known): { name: string; adopted: boolean }[] =>
  deployment.volumes.flatMap(({ name, adopted }) => {
    const label = live.volumes.find((volume) => volume.Name === name)?.Labels?.[labels.stack];
    const isThere = live.volumes.some((volume) => volume.Name === name);
    if (!isThere || (!adopted && !isOwnLabel(label, deployment, known))) return [];
    return [{ name, adopted: adopted && label === undefined }];
  });

interface Copy {
  readonly container: string;
  /** The commands that write the text to their output. */
  readonly read: readonly Command[];
}

/** The first of the deployment's containers that has the secret's text in its environment or as a file. */
function copyOf(secret: Secret, deployment: Realization, live: Live, known: Known): Copy | undefined {
  const { url } = deployment.endpoint;
  for (const { name, environment, files } of deployment.containers) {
    const container = live.containers.find(({ Name }) => nameOf(Name) === name);
    if (container === undefined || !isOwnLabel(container.Config.Labels?.[labels.stack], deployment, known)) continue;
    for (const [variable, value] of Object.entries(environment)) {
      const around = aroundSecret(value, secret.name);
      if (around === undefined || !hasVariable(container, variable, around)) continue;
      const expression = `s/^${sedText(`${variable}=${around[0]}`)}\\(..*\\)${sedText(around[1])}$/\\1/p`;
      const inspect = docker(url, "inspect", "-f", "{{range .Config.Env}}{{println .}}{{end}}", name);
      return { container: name, read: [inspect, shell("sed", "-n", expression)] };
    }
    for (const { target, content } of files) {
      const around = aroundSecret(content, secret.name);
      if (around?.join("") === "") {
        const read = [docker(url, "cp", `${name}:${target}`, "-"), shell("tar", "-xO")];
        return { container: name, read };
      }
    }
  }
  return undefined;
}

/** The text before and behind a secret, where a value holds it once and no other. */
function aroundSecret(value: Value, secret: string): readonly [string, string] | undefined {
  if (typeof value === "string") return undefined;
  const at = value.parts.findIndex((part) => typeof part !== "string");
  const part = value.parts[at];
  const before = textOf(value.parts.slice(0, at));
  const behind = value.parts.slice(at + 1);
  if (typeof part !== "object" || part.secret !== secret || behind.some((text) => typeof text !== "string"))
    return undefined;
  const around = [before, textOf(behind)] as const;
  return around.join("").includes("\n") ? undefined : around;
}

const textOf = (parts: readonly unknown[]): string => parts.filter((part) => typeof part === "string").join("");

/** Generated secrets are letters and digits, so that nothing of them is escaped anywhere. */
const hasVariable = (
  { Config: { Env: entries } }: InspectedContainer,
  name: string,
  [before, behind]: readonly [string, string],
) =>
  (entries ?? []).some(
    (entry) =>
      entry.startsWith(`${name}=${before}`) &&
      entry.endsWith(behind) &&
      entry.length > `${name}=${before}${behind}`.length,
  );

const sedText = (text: string): string => text.replace(/[.*[\]\\^$/]/g, "\\$&");
