import * as z from "zod";
import { external, flag, list, map, name, pairs, text } from "./forms.ts";

/** Networks of a Compose file, and how a service is attached to them. */

const addresses = map(name("an address"), "addresses by name");

const pool = z.strictObject(
  {
    subnet: name("a subnet").optional(),
    gateway: name("an address").optional(),
    ip_range: name("a subnet").optional(),
    aux_addresses: addresses.optional(),
  },
  { error: "{ subnet, gateway, ip_range, aux_addresses }" },
);

const ipam = z.strictObject(
  {
    driver: name("a driver of addresses").optional(),
    config: list(pool, "subnets").optional(),
    options: map(text, "options by name").optional(),
  },
  { error: "{ driver, config, options }" },
);

/** A network of its own, or one that is there already: `external`, formerly with a name in it. */
export const network = z.strictObject(
  {
    name: name("a name").optional(),
    external: external.optional(),
    driver: name("a driver, for example bridge").optional(),
    driver_opts: map(text, "options by name").optional(),
    attachable: flag.optional(),
    internal: flag.optional(),
    enable_ipv4: flag.optional(),
    enable_ipv6: flag.optional(),
    labels: pairs.optional(),
    ipam: ipam.nullable().optional(),
  },
  { error: "nothing, or { internal, external, driver, driver_opts, enable_ipv6, ipam }" },
);

/** What is said of the place of a service in a network. */
export const attachment = z.strictObject(
  {
    aliases: list(name("a name"), "names").optional(),
    ipv4_address: name("an IPv4 address").optional(),
    ipv6_address: name("an IPv6 address").optional(),
    link_local_ips: list(name("an address"), "addresses").optional(),
    mac_address: name("a MAC address").optional(),
    interface_name: name("the name of an interface").optional(),
    driver_opts: map(text, "options by name").optional(),
    priority: text.optional(),
    gw_priority: text.optional(),
  },
  { error: "nothing, or { aliases, ipv4_address, ipv6_address }" },
);

/** The networks of a service, with what is said of its place in each. */
const attachments = z.union(
  [
    z.array(name("a network")).transform((keys) => Object.fromEntries(keys.map((key) => [key, null]))),
    z.record(
      z.string(),
      z.union([z.null(), attachment], { error: "nothing, or { aliases, ipv4_address, ipv6_address }" }),
    ),
  ],
  { error: "a list of networks, or a map of networks" },
);

const texts = (what: string) => list(name(what), `${what}s`);
const oneOrMore = (what: string) =>
  z.union([z.string().transform((one) => [one]), z.array(name(what))], { error: `a text, or a list of ${what}s` });

/** The hosts that a name stands for, as a list of `name=address`. */
export const extraHosts = z.union(
  [
    z.array(name("name:address")),
    z
      .record(z.string(), z.union([text, z.array(text)], { error: "an address, or a list of addresses" }))
      .transform((hosts) =>
        Object.entries(hosts).flatMap(([host, to]) => [to].flat().map((address) => `${host}=${address}`)),
      ),
  ],
  { error: "a list of name:address, or a map of names and addresses" },
);

/** The keys of a service that say how it is reached and what it reaches, but for its ports. */
export const networking = {
  container_name: name("a name").optional(),
  networks: attachments.optional(),
  network_mode: name("host, none, bridge, service:NAME, or the name of a network of the host").optional(),
  links: texts("service").optional(),
  external_links: texts("container").optional(),
  hostname: name("a host name").optional(),
  domainname: name("a domain").optional(),
  mac_address: name("a MAC address").optional(),
  dns: oneOrMore("address").optional(),
  dns_search: oneOrMore("domain").optional(),
  dns_opt: texts("option").optional(),
  extra_hosts: extraHosts.optional(),
};
