import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { NetworkMode } from "../deployment/deployment.ts";
import { closest } from "../findings/suggest.ts";
import { instruction } from "../findings/remedy.ts";
import { quoted } from "../notation/quoted.ts";
import type { Filler, Path } from "./interpolate.ts";

const allowed = "host, none, bridge, service:NAME, or the name of a network of the host";

/** What decides about a network mode. */
interface ModeContext {
  readonly blueprint: Blueprint;
  readonly filler: Filler;
  /** Services that are part of this deployment. */
  readonly present: ReadonlySet<string>;
}

/** The network of a service that is none of the deployment's own; undefined where it is attached to those. */
export function networkModeOf(key: string, compose: ComposeService, context: ModeContext): NetworkMode | undefined {
  const { filler } = context;
  const written = compose.network_mode ?? "";
  const path = ["services", key, "network_mode"];
  if (written === "") return undefined;
  if (Object.keys(compose.networks ?? {}).length > 0)
    filler.wrong(path, "network_mode and networks exclude each other", "one of them");
  const mode = modeOf(written, path, context);
  if (mode?.kind === "service") rejectBeside(key, mode.service, compose, filler);
  return mode;
}

function modeOf(written: string, path: Path, context: ModeContext): NetworkMode | undefined {
  if (written === "host" || written === "none" || written === "bridge") return { kind: written };
  if (written === "default") return { kind: "bridge" };
  const other = sharedOf(written, path, context);
  if (other !== undefined) return other;
  if (/^(?:service|container):/.test(written)) return undefined;
  if (/^[a-zA-Z0-9][\w.-]*$/.test(written)) return { kind: "network", network: written };
  context.filler.wrong(path, `found ${quoted(written)}`, allowed);
  return undefined;
}

/** The service that `service:NAME` or `container:NAME` means; undefined for other words, and where there is none. */
export function sharedOf(written: string, path: Path, context: ModeContext): ServiceMode | undefined {
  const [, namespace, name = ""] = /^(service|container):(.*)$/.exec(written) ?? [];
  if (namespace === "service") return serviceMode(name, path, context);
  return namespace === "container" ? containerMode(name, path, context) : undefined;
}

type ServiceMode = Extract<NetworkMode, { kind: "service" }>;

function serviceMode(name: string, path: Path, { filler, present }: ModeContext): ServiceMode | undefined {
  const others = [...present].filter((other) => other !== path[1]);
  if (others.includes(name)) return { kind: "service", service: name };
  const nearest = closest(name, others);
  const remedy = nearest === undefined ? undefined : instruction(`write service:${nearest}`);
  filler.wrong(path, `there is no other service ${name}`, others.join(", ") || undefined, remedy);
  return undefined;
}

/** A container of the blueprint itself can be meant by the name that it fixes. */
function containerMode(name: string, path: Path, context: ModeContext): ServiceMode | undefined {
  const { blueprint, filler } = context;
  const own = Object.entries(blueprint.services).find(
    ([, { container_name: fixed }]) => fixed !== undefined && filler.text(fixed, path) === name,
  );
  if (own !== undefined) return serviceMode(own[0], path, context);
  const what = path.at(-1) === "network_mode" ? "the network" : "what they share";
  const reason = `the container ${name} is not part of the blueprint, and whatever replaces it takes ${what} along`;
  filler.wrong(path, reason, "service:NAME", instruction("declare it as a service, and write service: and its key"));
  return undefined;
}

/** Docker refuses these beside the network of another container, which has its own. */
const ofNetwork = [
  "ports",
  "links",
  "hostname",
  "domainname",
  "mac_address",
  "dns",
  "dns_search",
  "dns_opt",
  "extra_hosts",
] as const satisfies readonly (keyof ComposeService)[];

function rejectBeside(key: string, other: string, compose: ComposeService, filler: Filler): void {
  for (const name of ofNetwork) {
    const given = compose[name];
    if (given === undefined || given.length === 0) continue;
    const message = `Docker refuses ${name} beside the network of another container`;
    filler.wrong(["services", key, name], message, undefined, instruction(`write it under ${other}: instead`));
  }
}
