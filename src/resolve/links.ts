import type { ComposeService } from "../blueprint/blueprint.ts";
import type { Attachment, Service } from "../deployment/deployment.ts";
import { instruction } from "../findings/remedy.ts";
import type { Filler } from "./interpolate.ts";

interface Link {
  readonly from: string;
  readonly to: string;
  readonly alias: string;
  readonly path: readonly (string | number)[];
}

/**
 * Services with the names under which others link to them (`db:postgres`), as aliases on the networks that both share:
 * Docker knows no other way that lasts when a container is replaced.
 */
export function withLinks(
  services: readonly Service[],
  compose: Readonly<Record<string, ComposeService>>,
  filler: Filler,
): Service[] {
  const links = Object.entries(compose).flatMap(([from, { links: written = [] }]) =>
    written.map((text, index): Link => {
      const [to = "", alias = to] = text.split(":");
      return { from, to, alias, path: ["services", from, "links", index] };
    }),
  );
  if (links.length === 0) return [...services];
  for (const link of links) rejectImpossible(link, links, services, filler);
  return services.map((service) => {
    const linked = links.filter(({ to }) => to === service.key);
    if (linked.length === 0) return service;
    return { ...service, attachments: service.attachments.map((attachment) => aliased(attachment, linked, services)) };
  });
}

function aliased(attachment: Attachment, links: readonly Link[], services: readonly Service[]): Attachment {
  const names = links
    .filter(({ from }) => networksOf(from, services).includes(attachment.network))
    .map(({ alias }) => alias);
  return { ...attachment, aliases: [...new Set([...attachment.aliases, ...names])] };
}

const networksOf = (key: string, services: readonly Service[]): string[] =>
  services.find((service) => service.key === key)?.attachments.map(({ network }) => network) ?? [];

/** Docker starts no container that links to one on none of its networks; and an alias is for all who are on the network. */
function rejectImpossible(link: Link, links: readonly Link[], services: readonly Service[], filler: Filler): void {
  const { from, to, alias, path } = link;
  const shared = sharedBy(link, services);
  if (shared.length === 0) {
    const message = `${from} and ${to} have no network in common`;
    filler.wrong(path, message, undefined, instruction("attach both to one network with networks:"));
    return;
  }
  if (alias === to) return;
  const holder = services.find(
    ({ key, attachments }) =>
      key !== to && attachments.some(({ network, aliases }) => shared.includes(network) && aliases.includes(alias)),
  )?.key;
  const rival = links.find(
    (other) =>
      other.alias === alias && other.to !== to && sharedBy(other, services).some((name) => shared.includes(name)),
  )?.to;
  const other = holder ?? rival;
  if (other !== undefined)
    filler.wrong(path, `the name ${alias} is also a name of ${other} on their network`, "a name of its own");
}

const sharedBy = ({ from, to }: Link, services: readonly Service[]): string[] => {
  const own = networksOf(from, services);
  return networksOf(to, services).filter((network) => own.includes(network));
};
