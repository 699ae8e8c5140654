import { Document } from "yaml";
import type { Blueprint } from "../blueprint/blueprint.ts";
import { parseStack, stackFileName } from "../config/stack-file.ts";
import { check } from "../conflicts/check.ts";
import { errorsOf, type Checked, type Finding } from "../conflicts/finding.ts";
import { Free } from "../conflicts/free.ts";
import type { Inventory } from "../conflicts/inventory.ts";
import { claimsOf } from "../deployment/claims.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { resolve, type Setting } from "../deployment/resolve.ts";

/** What a person says of a new deployment; all but the names may be left out. */
export interface Answers {
  readonly stack: string;
  readonly blueprint: string;
  readonly prefix?: string;
  readonly environment?: string;
  readonly domain?: string;
  readonly endpoint?: string;
  /** As in the stack file: a number or `auto`; services that are not named get a free port. */
  readonly ports?: Readonly<Record<string, number | string>>;
  readonly images?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, string>>;
}

export interface NewStack {
  readonly file: string;
  readonly text: string;
  readonly deployment: Deployment;
}

/**
 * The stack file of a new deployment, prefix and ports pinned: a wished one stays as it is (a clash is a finding), one that was
 * not wished moves to the next free place. Pure: the caller writes the file.
 */
export function newStack(
  answers: Answers,
  blueprint: Blueprint,
  setting: Setting,
  inventory: Inventory,
): Checked<NewStack> {
  const first = resolved(answers, blueprint, setting);
  if (!first.ok) return first;
  const others = inventory.claims.filter(({ owner }) => !("id" in owner) || owner.id !== first.value.id);
  const pinned = { ...answers, prefix: first.value.prefix, ports: pin(answers, first.value, others) };
  const second = resolved(pinned, blueprint, setting);
  if (!second.ok) return second;
  const findings = check({ ...inventory, claims: [...others, ...claimsOf(second.value)] }, { about: second.value.id });
  const all = [...second.findings, ...findings.map((finding) => asFlag(finding, answers.stack))];
  if (errorsOf(all).length > 0) return { ok: false, findings: all };
  const file = stackFileName(answers.stack);
  return {
    ok: true,
    findings: all,
    value: { file, text: stackText(pinned), deployment: second.value },
  };
}

function resolved(answers: Answers, blueprint: Blueprint, setting: Setting): Checked<Deployment> {
  const config = parseStack(stackText(answers), answers.stack, stackFileName(answers.stack));
  if (!config.ok) return { ok: false, findings: config.findings };
  return resolve(config.value, blueprint, setting);
}

function pin(answers: Answers, deployment: Deployment, others: Inventory["claims"]): Record<string, number | string> {
  const here = others.filter(({ endpoint }) => endpoint === deployment.endpoint.url);
  const free = new Free(here);
  const ports = claimsOf(deployment).filter((claim) => claim.kind === "hostPort");
  return Object.fromEntries(
    ports.map((claim) => {
      const key = claim.configKey ?? "";
      const wish = answers.ports?.[key];
      const wished = wish !== undefined && wish !== "auto";
      return [key, wished || free.isFree(claim) ? claim.port : (free.port(claim) ?? claim.port)];
    }),
  );
}

/** A new stack has no stack file yet: what helps is another flag. */
function asFlag(finding: Finding, stack: string): Finding {
  const match = /^pulumi config set (?:--path )?berth:(prefix|domain|ports\.\S+) (\S+) -s \S+$/.exec(
    finding.remedy ?? "",
  );
  if (match === null) return finding;
  const [, key = "", value = ""] = match;
  const flag = key.startsWith("ports.") ? `--port ${key.slice("ports.".length)}=${value}` : `--${key} ${value}`;
  return { ...finding, remedy: `berth new ${stack} ${flag}` };
}

function stackText({
  stack: _stack,
  blueprint,
  prefix,
  environment,
  domain,
  endpoint,
  ports,
  images,
  settings,
}: Answers): string {
  const filled = <T extends object>(group: T | undefined): T | undefined =>
    group === undefined || Object.keys(group).length === 0 ? undefined : group;
  const entries = Object.entries({
    blueprint,
    prefix,
    environment,
    endpoint,
    domain,
    ports: filled(ports),
    images: filled(images),
    settings: filled(settings),
  });
  const config = Object.fromEntries(
    entries.filter(([, value]) => value !== undefined && value !== "").map(([key, value]) => [`berth:${key}`, value]),
  );
  return new Document({ config }).toString({ lineWidth: 0 });
}
