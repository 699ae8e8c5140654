import { describe, expect, it } from "vitest";
import type { Realization } from "../../../src/deployment/realization.ts";
import type { Known } from "../../../src/engine/state.ts";
import { successionOf } from "../../../src/drift/succession.ts";
import { deploymentFrom } from "../resolve/sample.ts";
import { liveOf } from "./sample.ts";

const config = "config:\n  berth:prefix: p\n";
const of = (blueprintYaml: string): Realization => deploymentFrom(config, { stack: "s", blueprintYaml });

/** Everything that is live, as if the engine had created all of it. */
function known(live: ReturnType<typeof liveOf>): Known {
  return {
    containers: Object.fromEntries(live.containers.map(({ Id: id, Name }) => [Name.slice(1), { id }])),
    networks: Object.fromEntries(live.networks.map(({ Id, Name }) => [Name, Id])),
    volumes: {},
    databases: [],
    roles: [],
    closed: [],
    ids: [],
    kept: { passwords: {}, volumes: {} },
  };
}

/** What leaves for what, where one blueprint follows another. */
function moves(before: string, after: string): Record<string, string> {
  const live = liveOf(of(before));
  const { containers, networks } = successionOf(of(after), live, known(live));
  return Object.fromEntries(
    [...Object.entries(containers), ...Object.entries(networks)].map(([name, leaving]) => [
      name,
      leaving.map(({ name: old, gives }) => `${old}: ${gives}`).join(", "),
    ]),
  );
}

const service = (key: string, more = ""): string => `  ${key}: { image: "app:1"${more} }\n`;
const services = (...all: string[]): string => `services:\n${all.join("")}`;

describe("what holds something that moves to another service leaves before that is created:", () => {
  it.each<[string, string, string, Record<string, string>]>([
    [
      "a port of a service that was renamed",
      services(service("app", ", ports: ['21000:8000']")),
      services(service("site", ", ports: ['21000:8000']")),
      { p_site: "p_app: the port 0.0.0.0:21000/tcp" },
    ],
    [
      "ports that two services exchange",
      services(service("a", ", ports: ['21000:80']"), service("b", ", ports: ['21001:80']")),
      services(service("a", ", ports: ['21001:80']"), service("b", ", ports: ['21000:80']")),
      { p_a: "p_b: the port 0.0.0.0:21001/tcp", p_b: "p_a: the port 0.0.0.0:21000/tcp" },
    ],
    [
      "a port of one address that another service gets for all",
      services(service("app", ", ports: ['127.0.0.1:21000:80']")),
      services(service("app"), service("site", ", ports: ['21000:80']")),
      { p_site: "p_app: the port 127.0.0.1:21000/tcp" },
    ],
    ["a container's name", services(service("a-b")), services(service("a_b")), { p_a_b: "p_a_b: the name p_a_b" }],
    [
      "a fixed address",
      `${services(service("app", ", networks: { n: { ipv4_address: 10.200.0.5 } }"))}networks: { n: { ipam: { config: [{ subnet: 10.200.0.0/26 }] } } }\n`,
      `${services(service("site", ", networks: { n: { ipv4_address: 10.200.0.5 } }"))}networks: { n: { ipam: { config: [{ subnet: 10.200.0.0/26 }] } } }\n`,
      { p_site: "p_app: the address 10.200.0.5 in the network p_n" },
    ],
    [
      "an alias",
      services(service("app", ", networks: { default: { aliases: [web] } }")),
      services(service("app"), service("site", ", networks: { default: { aliases: [web] } }")),
      { p_site: "p_app: the alias web in the network p_default" },
    ],
    [
      "a volume that it writes",
      `${services(service("app", ", volumes: ['data:/data']"))}volumes: { data: }\n`,
      `${services(service("site", ", volumes: ['data:/srv']"))}volumes: { data: }\n`,
      { p_site: "p_app: the volume p_data" },
    ],
    [
      "a directory of the host, or one in it",
      services(service("app", ", volumes: ['/srv/www:/www']")),
      services(service("site", ", volumes: ['/srv/www/css:/css']")),
      { p_site: "p_app: the directory /srv/www" },
    ],
    [
      "a network's name",
      `${services(service("app", ", networks: [a-b]"))}networks: { a-b: }\n`,
      `${services(service("app", ", networks: [a_b]"))}networks: { a_b: }\n`,
      { p_a_b: "p_a_b: the name p_a_b" },
    ],
    [
      "a network's subnet",
      `${services(service("app", ", networks: [a]"))}networks: { a: { ipam: { config: [{ subnet: 10.200.0.0/26 }] } } }\n`,
      `${services(service("app", ", networks: [b]"))}networks: { b: { ipam: { config: [{ subnet: 10.200.0.0/25 }] } } }\n`,
      { p_b: "p_a: the subnet 10.200.0.0/26" },
    ],
  ])("%s", (_, before, after, expected) => expect(moves(before, after)).toEqual(expected));
});

describe("nothing leaves early", () => {
  it.each<[string, string, string]>([
    [
      "where nothing changes",
      services(service("app", ", ports: ['21000:80']")),
      services(service("app", ", ports: ['21000:80']")),
    ],
    [
      "where a service only gets another port",
      services(service("app", ", ports: ['21000:80']")),
      services(service("app", ", ports: ['21001:80']")),
    ],
    [
      "for a service that takes nothing over",
      services(service("app", ", ports: ['21000:80']")),
      services(service("site", ", ports: ['21001:80']")),
    ],
    [
      "of a volume that both go on using",
      `${services(service("app", ", volumes: ['data:/data']"))}volumes: { data: }\n`,
      `${services(service("app", ", volumes: ['data:/data']"), service("site", ", volumes: ['data:/data']"))}volumes: { data: }\n`,
    ],
    [
      "of a volume that is only read",
      `${services(service("app", ", volumes: ['data:/data']"))}volumes: { data: }\n`,
      `${services(service("site", ", volumes: ['data:/data:ro']"))}volumes: { data: }\n`,
    ],
  ])("%s", (_, before, after) => expect(moves(before, after)).toEqual({}));

  it("of containers and networks that the deployment's state does not know", () => {
    const live = liveOf(
      of(services(service("a-b", ", ports: ['21000:80'], networks: [c-d]")) + "networks: { c-d: }\n"),
    );
    const next = of(services(service("a_b", ", ports: ['21000:80'], networks: [c_d]")) + "networks: { c_d: }\n");
    const nothing = { ...known(live), containers: {}, networks: {} };
    expect(successionOf(next, live, nothing)).toEqual({ containers: {}, networks: {} });
  });

  it("for the ports of a deployment that is stopped", () => {
    const live = liveOf(of(services(service("app", ", ports: ['21000:80']"))));
    const next = { ...of(services(service("site", ", ports: ['21000:80']"))), running: false };
    expect(successionOf(next, live, known(live)).containers).toEqual({});
  });
});
