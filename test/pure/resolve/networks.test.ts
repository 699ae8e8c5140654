import { describe, expect, it } from "vitest";
import { errorsOf } from "../../../src/findings/finding.ts";
import { stackWith } from "../conflicts/sample.ts";
import { deploymentFrom, findingsFrom } from "./sample.ts";

const made = (blueprintYaml: string, keys = "") =>
  deploymentFrom(stackWith(`berth:prefix: a\n${keys}`.trim()), { blueprintYaml });
const errors = (blueprintYaml: string, keys = ""): (string | undefined)[] =>
  errorsOf(findingsFrom(stackWith(`berth:prefix: a\n${keys}`.trim()), { blueprintYaml })).map(({ message }) => message);
const serviceOf = (blueprintYaml: string, key: string, keys = "") =>
  made(blueprintYaml, keys).services.find((service) => service.key === key);

describe("a network of a blueprint", () => {
  const lan = `services: { web: { image: web:1, networks: { lan: { ipv4_address: 10.55.3.200 } } } }
networks:
  lan:
    ipam:
      config:
        - { subnet: 10.55.3.0/24, gateway: 10.55.3.254, ip_range: 10.55.3.0/25, aux_addresses: { printer: 10.55.3.9 } }
`;

  it("keeps its gateway, its range and its reserved addresses", () => {
    expect(made(lan).networks).toMatchObject([
      { subnet: "10.55.3.0/24", gateway: "10.55.3.254", range: "10.55.3.0/25", auxiliary: { printer: "10.55.3.9" } },
    ]);
  });

  it("moves with all that has a place in it", () => {
    const { networks, containers } = made(lan, "berth:subnets: { lan: 10.9.8.0/24 }");
    expect(networks).toMatchObject([
      { subnet: "10.9.8.0/24", gateway: "10.9.8.1", range: "10.9.8.0/25", auxiliary: { printer: "10.9.8.9" } },
    ]);
    expect(containers[0]?.attachments[0]?.address).toBe("10.9.8.200");
  });

  it("that is too small for a fixed address is made large enough by one command", () => {
    const found = findingsFrom(stackWith("berth:prefix: a\nberth:subnets: { lan: 10.9.8.0/26 }"), {
      blueprintYaml: lan.replace(/ip_range.*\}/, "}"),
    });
    const [, subnet = ""] = /berth:subnets\.lan (\S+) /.exec(found[0]?.remedy ?? "") ?? [];
    expect(found).toMatchObject([{ key: "services.web.networks.lan.ipv4_address" }]);
    expect(errors(lan, `berth:subnets: { lan: ${subnet} }`)).toEqual([]);
  });

  it.each([
    ["gateway: 10.56.0.1", 'the gateway "10.56.0.1" is not a valid address for it in 10.55.0.0/24'],
    ["ip_range: 10.56.0.0/28", 'the ip_range "10.56.0.0/28" is outside of 10.55.0.0/24'],
    ["aux_addresses: { a: 10.56.0.9 }", 'the aux_addresses.a "10.56.0.9" is outside of 10.55.0.0/24'],
  ])("has all in its subnet: %s", (part, message) => {
    const written = `services: { web: { image: web:1 } }
networks: { default: { ipam: { config: [{ subnet: 10.55.0.0/24, ${part} }] } } }
`;
    expect(errors(written)).toEqual([message]);
  });

  it("of the driver bridge has one subnet of each version, which another driver has more of", () => {
    const written = (driver: string): string => `services: { web: { image: web:1 } }
networks: { default: { driver: ${driver}, ipam: { config: [{ subnet: 10.1.0.0/24 }, { subnet: 10.2.0.0/24 }] } } }
`;
    expect(errors(written("bridge"))).toEqual([
      "a network of the driver bridge has one subnet of IPv4 and one of IPv6",
    ]);
    expect(made(written("macvlan")).networks).toMatchObject([
      { driver: "macvlan", subnet: "10.1.0.0/24", further: [{ subnet: "10.2.0.0/24", gateway: "10.2.0.1" }] },
    ]);
  });

  it("has its options, and no word of what is Docker's default", () => {
    const { networks } = made(`services: { web: { image: web:1, networks: [plain, odd] } }
networks:
  plain: { driver: bridge, attachable: "false", enable_ipv6: false, driver_opts: {} }
  odd: { attachable: "\${YES:-true}", driver_opts: { mtu: 1400 }, labels: [zone=in], ipam: { driver: mine, options: { a: b } } }
`);
    const [plain, odd] = networks;
    expect(Object.keys(plain ?? {}).sort()).toEqual(["gateway", "internal", "key", "name", "source", "subnet"]);
    expect(odd).toMatchObject({
      attachable: true,
      options: { mtu: "1400" },
      labels: { zone: "in" },
      addressing: { driver: "mine", options: { a: "b" } },
    });
  });
});

describe("IPv6", () => {
  const six = (more = ""): string => `services: { web: { image: web:1, networks: { six: ${more || "{}"} } } }
networks: { six: { enable_ipv6: true, ipam: { config: [{ subnet: 10.55.4.0/24 }, { subnet: "fd00:55::/64" }] } } }
`;

  it("has a subnet of its own, whose gateway is its first address", () => {
    expect(made(six()).networks).toMatchObject([
      { ipv6: true, subnet: "10.55.4.0/24", further: [{ subnet: "fd00:55::/64", gateway: "fd00:55::1" }] },
    ]);
  });

  it("moves by a key of its own, and fixed addresses with it", () => {
    const keys = 'berth:subnets: { six/ipv6: "fd00:66::/64" }';
    const { networks, containers } = made(six('{ ipv6_address: "fd00:55::20" }'), keys);
    expect(networks).toMatchObject([{ subnet: "10.55.4.0/24", further: [{ subnet: "fd00:66::/64" }] }]);
    expect(containers[0]?.attachments).toMatchObject([{ address6: "fd00:66::20" }]);
  });

  it("where nothing is said has a subnet that follows from the name", () => {
    const written = "services: { web: { image: web:1 } }\nnetworks: { default: { enable_ipv6: true } }\n";
    const subnetOf = (prefix: string) =>
      deploymentFrom(stackWith(`berth:prefix: ${prefix}`), { blueprintYaml: written }).networks[0]?.further?.[0]
        ?.subnet;
    expect(subnetOf("a")).toMatch(/^fd62:6572:[0-9a-f]+:[0-9a-f]+::\/64$/);
    expect([subnetOf("a"), subnetOf("b")]).toEqual([subnetOf("a"), expect.not.stringMatching(subnetOf("a") ?? "")]);
  });

  it.each([
    ['{ ipv6_address: "fd00:66::20" }', "", 'found "fd00:66::20"'],
    ['{ ipv6_address: "fd00:55::1" }', "", "fd00:55::1 belongs to the gateway"],
    ["", "berth:subnets: { six/ipv6: 10.1.2.0/24 }", 'found "10.1.2.0/24"'],
    ["", "berth:subnets: { six: 'fd00::/64' }", 'found "fd00::/64"'],
  ])("is checked: %s %s", (more, keys, message) => expect(errors(six(more), keys)).toEqual([message]));
});

describe("an external network", () => {
  const edge = (declared: string): string =>
    `services: { web: { image: web:1, networks: [default, edge] } }\nnetworks: { edge: ${declared} }\n`;

  it.each([
    ["{ external: true }", "edge"],
    ["{ external: true, name: proxy }", "proxy"],
    ["{ external: { name: proxy } }", "proxy"],
    ['{ external: "${YES:-true}", name: "${NET:-proxy}" }', "proxy"],
  ])("%s keeps its name and is none of the deployment's own", (declared, name) => {
    const { networks, externalNetworks, containers } = made(edge(declared));
    expect(networks.map(({ key }) => key)).toEqual(["default"]);
    expect(externalNetworks).toMatchObject([{ key: "edge", name }]);
    expect(containers[0]?.attachments.map(({ network }) => network)).toEqual(["a_default", name]);
  });

  it("is not described", () => {
    const blueprintYaml = edge("{ external: true, driver: bridge }");
    expect(findingsFrom(stackWith("berth:prefix: a"), { blueprintYaml })).toMatchObject([
      { severity: "warning", message: "driver has no effect on an external network" },
    ]);
  });
});

describe("a service", () => {
  it.each(["networks: []", "networks: {}", "network_mode: ''"])("with %s is on the network default", (keys) => {
    expect(serviceOf(`services: { web: { image: web:1, ${keys} } }`, "web")?.attachments).toMatchObject([
      { network: "a_default", aliases: ["web"] },
    ]);
  });

  it.each([
    ["host", { kind: "host" }],
    ["none", { kind: "none" }],
    ["bridge", { kind: "bridge" }],
    ["default", { kind: "bridge" }],
    ["proxy", { kind: "network", network: "proxy" }],
    ["service:db", { kind: "service", service: "db" }],
    ["service:${PEER:-db}", { kind: "service", service: "db" }],
    ["container:main", { kind: "service", service: "db" }],
  ])("with network_mode: %s is on no network of the deployment", (mode, networkMode) => {
    const written = `services: { web: { image: web:1, network_mode: "${mode}" }, db: { image: db:1, container_name: main } }`;
    const found = serviceOf(written, "web");
    expect(found).toMatchObject({ networkMode, attachments: [] });
    expect(found?.dependsOn.map(({ service }) => service)).toEqual(networkMode.kind === "service" ? ["db"] : []);
  });

  it("that has the network of another one cannot have ports, names or hosts of its own", () => {
    const written = `services:
  vpn: { image: vpn:1 }
  web: { image: web:1, network_mode: "service:vpn", ports: ["80:80"], hostname: a, dns: 9.9.9.9, extra_hosts: ["a:1.2.3.4"] }
`;
    expect(errors(written)).toEqual(
      ["ports", "hostname", "dns", "extra_hosts"].map(
        (key) => `Docker refuses ${key} beside the network of another container`,
      ),
    );
  });

  it("with the host's network may do what isolation prevents, and publishes nothing", () => {
    const blueprintYaml = `services: { web: { image: web:1, network_mode: host, ports: ["8080:80"] } }`;
    expect(findingsFrom(stackWith("berth:prefix: a"), { blueprintYaml })).toMatchObject([
      { severity: "warning", key: "services.web.ports[0]" },
      { severity: "warning", code: "dangerous-right", key: "web: network_mode: host" },
    ]);
    expect(made(blueprintYaml).entrance).toBeUndefined();
  });

  it("is still found by the container name that is replaced", () => {
    const blueprintYaml =
      "services: { db: { image: db:1, container_name: main, networks: [x, y] } }\nnetworks: { x: , y: }";
    expect(serviceOf(blueprintYaml, "db")?.attachments.map(({ aliases }) => aliases)).toEqual([
      ["db", "main"],
      ["db", "main"],
    ]);
    expect(findingsFrom(stackWith("berth:prefix: a"), { blueprintYaml })).toMatchObject([
      { severity: "note", code: "name-replaced", key: "services.db.container_name" },
    ]);
  });

  it("asks its own name servers, and without a word of them Docker's", () => {
    const written = `services:
  one: { image: a:1, dns: 9.9.9.9, dns_search: corp.example, dns_opt: [use-vc] }
  none: { image: a:1, dns: [], dns_search: "" }
`;
    expect(serviceOf(written, "one")?.nameService).toEqual({
      servers: ["9.9.9.9"],
      searches: ["corp.example"],
      options: ["use-vc"],
    });
    expect(serviceOf(written, "none")?.nameService).toBeUndefined();
  });

  it("knows further hosts by one or more addresses, in any form", () => {
    const written = `services:
  list: { image: a:1, extra_hosts: ["a:10.9.8.7", "six=[::1]", "gate:host-gateway"] }
  map: { image: a:1, extra_hosts: { b: [10.9.8.5, 10.9.8.4] } }
  commas: { image: a:1, extra_hosts: ["c=10.9.8.3,::1"] }
`;
    expect(serviceOf(written, "list")?.extraHosts).toEqual([
      { host: "a", address: "10.9.8.7" },
      { host: "six", address: "::1" },
      { host: "gate", address: "host-gateway" },
    ]);
    expect(serviceOf(written, "commas")?.extraHosts).toEqual([
      { host: "c", address: "10.9.8.3" },
      { host: "c", address: "::1" },
    ]);
    expect(serviceOf(written, "map")?.extraHosts.map(({ address }) => address)).toEqual(["10.9.8.5", "10.9.8.4"]);
  });
});

describe("a link", () => {
  const links = (written: string, more = ""): string =>
    `services: { web: { image: web:1, links: ${written} }, db: { image: db:1 }${more} }`;

  it("is an alias of the linked service, which is there first", () => {
    const { services } = made(links('[db, "db:postgres"]'));
    expect(services.map(({ key }) => key)).toEqual(["db", "web"]);
    expect(services[0]?.attachments).toMatchObject([{ aliases: ["db", "postgres"] }]);
    expect(services[1]?.dependsOn).toEqual([{ service: "db", condition: "service_started", restart: true }]);
  });

  it.each([
    ['["db:cache"]', ", cache: { image: c:1 }", "the name cache is also a name of cache on their network"],
    ['["db:x"]', ', b: { image: b:1, links: ["web:x"] }', "the name x is also a name of web on their network"],
    ["[db]", ", b: { image: b:1 }", undefined],
  ])("%s is refused where the name is another's", (written, more, message) => {
    expect(errors(links(written, more))[0]).toBe(message);
  });

  it("needs a network in common", () => {
    const written = `services: { web: { image: web:1, links: [db], networks: [x] }, db: { image: db:1, networks: [y] } }
networks: { x: , y: }
`;
    expect(errors(written)).toEqual(["web and db have no network in common"]);
  });
});
