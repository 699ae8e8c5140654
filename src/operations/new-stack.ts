import type { PortWish } from "../config/stack-config.ts";
import { stackFileName } from "../config/stack-file.ts";
import { check } from "../conflicts/check.ts";
import type { Claim, ClaimOf } from "../claims/claim.ts";
import { groupOf } from "../findings/config-key.ts";
import { type Checked, errorsOf, type Finding, type FindingCode } from "../findings/finding.ts";
import { Allocator } from "../conflicts/allocator.ts";
import { FreePorts } from "../conflicts/rules/host-port.ts";
import { FreeSubnets } from "../conflicts/rules/subnet.ts";
import { rules } from "../conflicts/rules/index.ts";
import type { Inventory } from "../claims/inventory.ts";
import { claimsOf } from "../claims/of-deployment.ts";
import type { Realization } from "../deployment/realization.ts";
import { subnetsOf } from "../deployment/subnets.ts";
import { doOverlap, ipRange } from "../notation/ip-range.ts";
import { inventoryFor } from "../project/inventory.ts";
import type { Project } from "../project/project.ts";
import { type Answers, type Draft, type Ground, readAnswers, stackText, withBlueprint } from "./answers.ts";
import { asFlags } from "./new-flags.ts";
import { ownValue } from "../notation/own-value.ts";

export interface NewStack {
  readonly file: string;
  readonly text: string;
  readonly deployment: Realization;
}

/** Looks at everything that a new stack could clash with; at nothing where its answers cannot be read. */
export async function lookAround(project: Project, answers: Answers, live: boolean): Promise<Inventory> {
  const draft = readAnswers(answers, project);
  if (!draft.ok) return { claims: [], capacity: {}, findings: [], notLookedAt: [] };
  const { deployment } = draft.value;
  const { inventory } = await inventoryFor(project, { about: deployment, live, unread: "error" });
  return { ...inventory, findings: inventory.findings.map(asWarning) };
}

/** What can come after the stack file: only `up` wants it. */
const later: ReadonlySet<string> = new Set<FindingCode>([
  ...(["image-missing", "checklist-missed", "group-incomplete", "platform-unreachable", "tuning-over-limit"] as const),
]);
const asWarning = (finding: Finding): Finding =>
  later.has(finding.code) ? { ...finding, severity: "warning" } : finding;

/**
 * The stack file of a new deployment. What was said stays as it is, and a clash is a finding; a port that was not said,
 * and a subnet, move to the next free place. Prefix and ports are pinned. Pure: the caller writes the file.
 */
export function newStack(answers: Answers, ground: Ground, inventory: Inventory): Checked<NewStack> {
  const draft = readAnswers(answers, ground);
  if (!draft.ok) return { ok: false, findings: asFlags(draft.findings, answers) };
  const { id } = draft.value.deployment;
  const others = inventory.claims.filter(({ owner }) => owner.kind !== "deployment" || owner.id !== id);
  const pinned = pin(answers, draft.value, others, ground);
  const made = readAnswers(pinned, ground);
  if (!made.ok) return { ok: false, findings: asFlags(made.findings, answers) };
  const { deployment } = made.value;
  const clashes = check({ ...inventory, claims: [...others, ...claimsOf(deployment)] }, { about: id });
  const findings = asFlags([...made.findings.map(asWarning), ...clashes], answers);
  if (errorsOf(findings).length > 0) return { ok: false, findings };
  return { ok: true, findings, value: { file: stackFileName(answers.stack), text: stackText(pinned), deployment } };
}

/** The answers with everything in them that shall stay as it is now. */
function pin(answers: Answers, { deployment, wishes }: Draft, others: readonly Claim[], ground: Ground): Answers {
  const { id, endpoint, prefix } = deployment;
  const held = others.filter(
    ({ owner, ...at }) => at.endpoint.id === endpoint.id && !("id" in owner && owner.id === id),
  );
  const said = Object.fromEntries(Object.entries(wishes).map(([key, wish]) => [key, short(wish)]));
  let pinned: Answers = { ...withBlueprint(answers, ground), prefix, ports: said };
  // One after the other: a port may follow another one, and each leaves the others their place.
  for (const { configKey } of portClaims(claimsOf(deployment))) {
    const now = readAnswers(pinned, ground);
    const own = now.ok ? claimsOf(now.value.deployment) : [];
    const claim = portClaims(own).find((candidate) => candidate.configKey === configKey);
    if (claim === undefined) continue;
    const [group, name = ""] = groupOf(claim.source?.path ?? "") ?? [];
    const key = group === "ports" ? name : (configKey ?? "");
    const wish = ownValue(wishes, key) ?? { port: "auto" };
    const free = new Allocator([...held, ...own.filter((other) => other !== claim)], rules).of(FreePorts);
    const stays = wish.port !== "auto" || free.isFree(claim);
    const port = stays ? claim.port : (free.next(claim) ?? claim.port);
    pinned = { ...pinned, ports: { ...pinned.ports, [key]: short({ ...wish, port }) } };
  }
  return { ...pinned, subnets: freeSubnets(deployment, held) };
}

/** A port with nothing else said of it is a number. */
const short = (wish: PortWish): unknown => (Object.keys(wish).length === 1 ? wish.port : wish);

const portClaims = (claims: readonly Claim[]): ClaimOf<"hostPort">[] =>
  claims.filter((claim): claim is ClaimOf<"hostPort"> => claim.kind === "hostPort");

/** Another subnet for each that overlaps with one in use. */
function freeSubnets({ networks }: Realization, held: readonly Claim[]): Record<string, string> {
  const free = new Allocator(held, rules).of(FreeSubnets);
  const isTaken = (subnet: string): boolean =>
    held.some((claim) => claim.kind === "subnet" && meet(claim.subnet, subnet));
  return Object.fromEntries(
    networks.flatMap((network) =>
      subnetsOf(network).flatMap(({ subnet, configKey }) => {
        if (configKey === undefined || !isTaken(subnet)) return [];
        const other = free.next({ network: network.name, subnet });
        return other === undefined ? [] : [[configKey, other]];
      }),
    ),
  );
}

function meet(a: string, b: string): boolean {
  const [one, two] = [ipRange(a), ipRange(b)];
  return one !== undefined && two !== undefined && doOverlap(one, two);
}
