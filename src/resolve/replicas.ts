import type { ComposeService } from "../blueprint/blueprint.ts";
import { setKey } from "../findings/remedy.ts";
import { mistake } from "../findings/config-finding.ts";
import type { Blueprint } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import type { Service } from "../deployment/deployment.ts";
import { relayKey } from "../notation/names.ts";
import { withFurtherAddresses } from "./attachments.ts";
import { wishedReplicas } from "./profile.ts";
import { mostReplicas, replicasAllowed } from "../notation/quantities.ts";
import type { Context } from "./service.ts";
import { withFurtherVolumes } from "./volumes.ts";
import { ownValue } from "../notation/own-value.ts";

/** Services with the number of their replicas; fixed addresses follow the first one's. */
export const withReplicas = (
  services: readonly Service[],
  compose: Readonly<Record<string, ComposeService>>,
  context: Context,
): Service[] =>
  services.map((service) => {
    const replicas = wishedCount(service, ownValue(compose, service.key), context);
    if (service.kind === "job" || replicas === 1) return service;
    const attachments = service.attachments.map((attachment) =>
      withFurtherAddresses(service.key, attachment, replicas, context),
    );
    return { ...service, replicas, attachments, mounts: withFurtherVolumes(service, replicas, context) };
  });

/** Whether there is any container of a service: Compose makes none of what is scaled to 0, and neither does berth. */
export const hasContainers = (
  key: string,
  compose: ComposeService,
  config: StackConfig,
  blueprint: Blueprint,
): boolean => wishedReplicas(key, config, blueprint) !== undefined || Number(scaleOf(compose) ?? 1) !== 0;

const scaleOf = ({ deploy, scale }: ComposeService): string | undefined => deploy?.replicas ?? scale;

/** As the stack says, else its profile, else its file; 1 where there cannot be more. */
function wishedCount(service: Service, compose: ComposeService | undefined, context: Context): number {
  const { config, blueprint, filler } = context;
  const { key, limits } = service;
  const wish = wishedReplicas(key, config, blueprint);
  const written = compose && scaleOf(compose);
  if (wish === undefined && written === undefined) return 1;
  const path = ["services", key, ...(compose?.deploy?.replicas === undefined ? ["scale"] : ["deploy", "replicas"])];
  if (compose?.scale !== undefined && Number(compose.scale) !== Number(written))
    filler.wrong(["services", key, "scale"], "it differs from deploy.replicas", "the same number, or one of the two");
  const count = wish ?? filler.parsed(written, path, number, replicasAllowed) ?? 1;
  const only = count === 1 ? undefined : whyOnlyOne(service, context, wish === undefined ? compose : undefined);
  if (only === undefined) return count;
  const source = wish === undefined ? blueprint.source(path) : limits.source;
  const remedy = setKey(["services", key, "replicas"], 1, config.stack);
  filler.findings.push(mistake(source, `${count} replicas of ${key}`, `1: ${only}`, remedy));
  return 1;
}

const number = (text: string): number | undefined =>
  /^[1-9]\d{0,2}$/.test(text) && Number(text) <= mostReplicas ? Number(text) : undefined;

/** @param compose where it is the blueprint that asks for more: it cannot fix the name of a container as well */
function whyOnlyOne(
  { key, kind, ports }: Service,
  { blueprint }: Context,
  compose: ComposeService | undefined,
): string | undefined {
  if (compose?.container_name) return "its container_name is that of one container";
  const { database, platform } = blueprint.extension;
  if (kind === "job") return "a job runs once";
  if (key === relayKey) return "it holds the deployment's share of connections";
  if (ports.length > 0) return "it publishes a port, which one container alone can hold";
  if ([database?.server, platform?.server, platform?.pool].includes(key))
    return "others reach it as the one that has the databases";
  return undefined;
}
