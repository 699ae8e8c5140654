import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { stackWith } from "../conflicts/sample.ts";
import { deploymentFrom } from "../resolve/sample.ts";
import { declare, type Declared, isSecret, valueOf } from "./declare.ts";

const equipemed = (keys = "") =>
  deploymentFrom(stackWith(`berth:prefix: hospital_a\nberth:domain: a.hospital.example${keys}`));
const typeOf = ({ type }: Declared): string => type.split(":").at(-1) ?? "";
const one = (declared: readonly Declared[], type: string, name: string): Declared => {
  const found = declared.find((each) => typeOf(each) === type && each.name === name);
  if (found === undefined) throw new Error(`no ${type} ${name}`);
  return found;
};
const nameOf = (resource: unknown): string => (resource as { __name: string }).__name;

describe("the component of a deployment", () => {
  it("declares its secrets, images, networks, volumes and containers, in this order", async () => {
    const { declared } = await declare(equipemed());
    expect(declared.map((each) => `${typeOf(each)} ${each.name}`)).toEqual([
      "Deployment hospital-a",
      "docker hospital-a-endpoint",
      "RandomPassword hospital-a-SECRET_KEY",
      "RemoteImage hospital-a-eqmd:latest",
      "Network hospital-a-default",
      "RandomUuid hospital-a-volumes",
      "Volume hospital-a-database",
      "Volume hospital-a-media_files",
      "Volume hospital-a-static_files",
      "Container hospital-a-static-init",
      "Container hospital-a-app",
    ]);
  });

  it("is the parent of all of them", async () => {
    const { declared, component } = await declare(equipemed());
    expect(declared[0]?.type).toBe("berth:index:Deployment");
    for (const { options } of declared.slice(1)) expect(options.parent).toBe(component);
  });

  it("makes a provider for the deployment's endpoint", async () => {
    const { declared } = await declare(equipemed("\nberth:endpoint: ssh://root@far"));
    expect(one(declared, "docker", "hospital-a-endpoint").inputs).toMatchObject({ host: "ssh://root@far" });
    const provider = one(declared, "docker", "hospital-a-endpoint");
    expect(nameOf(one(declared, "Container", "hospital-a-app").options.provider)).toBe(provider.name);
  });

  it("makes none where one is handed in", async () => {
    const provider = new docker.Provider("mine", { host: "unix:///mine.sock" });
    const { declared } = await declare(equipemed(), {}, { providers: { docker: provider } });
    expect(declared.map(typeOf)).not.toContain("docker");
    for (const each of declared.filter(({ type }) => type.startsWith("docker:")))
      expect(each.options.provider).toBe(provider);
  });

  it("tells where everything is", async () => {
    const { component } = await declare(equipemed("\nberth:ports: { app: 8780 }"));
    expect(component.outputs).toEqual({
      url: "http://localhost:8780/",
      healthUrl: "http://localhost:8780/health/",
      ports: { app: 8780 },
      containers: { app: "hospital_a_app", "static-init": "hospital_a_static_init" },
      volumes: {
        database: "hospital_a_database",
        media_files: "hospital_a_media_files",
        static_files: "hospital_a_static_files",
      },
      networks: { default: "hospital_a_default" },
      staticDirectory: "/var/www/hospital_a_static_eqmd_latest",
      serverNames: ["a.hospital.example", "www.a.hospital.example"],
      platform: null,
      database: null,
    });
  });
});

it("says null of what a deployment does not have: the engine warns of what is undefined, at every run", async () => {
  const { component } = await declare(
    deploymentFrom(stackWith("berth:prefix: a"), { blueprintYaml: "services: { job: { image: a } }" }),
  );
  expect(component.outputs).toMatchObject({ url: null, healthUrl: null, staticDirectory: null });
});

describe("a volume", () => {
  it("is protected, stays when its resource goes, and is never replaced for a label", async () => {
    const { declared } = await declare(equipemed());
    const { inputs, options } = one(declared, "Volume", "hospital-a-database");
    expect(options).toMatchObject({
      protect: true,
      retainOnDelete: true,
      ignoreChanges: ["labels", "driver", "driverOpts"],
    });
    expect(await valueOf(inputs)).toEqual({
      name: "hospital_a_database",
      labels: [
        { label: "berth.stack", value: "organization/berth/hospital-a" },
        { label: "berth.volume", value: "database" },
        { label: "berth.identity", value: "generated for hospital-a-volumes" },
      ],
    });
  });

  it("that is there already keeps what tells it from others", async () => {
    const identities = { hospital_a_database: "before", hospital_a_media_files: undefined };
    const { declared } = await declare(equipemed(), { identities });
    const labelsOf = (key: string) => valueOf(one(declared, "Volume", `hospital-a-${key}`).inputs["labels"]);
    expect(await labelsOf("database")).toContainEqual({ label: "berth.identity", value: "before" });
    expect(await labelsOf("media_files")).toHaveLength(2);
    expect(await labelsOf("static_files")).toHaveLength(3);
  });

  it("that is adopted has no label of ours, as none can be added to it", async () => {
    const { declared } = await declare(equipemed("\nberth:adopt: [database]"));
    expect(one(declared, "Volume", "hospital-a-database").inputs).toEqual({ name: "hospital_a_database", labels: [] });
    expect(one(declared, "Volume", "hospital-a-media_files").inputs["labels"]).toHaveLength(3);
  });
});

describe("what opens retained data", () => {
  const passwords = (declared: readonly Declared[]) => declared.filter((each) => typeOf(each) === "RandomPassword");
  const none = { volumes: {}, passwords: {} };

  it("is protected with it, and not generated again for another length", async () => {
    const [secret] = passwords((await declare(equipemed())).declared);
    expect(secret?.options).toMatchObject({ protect: true, ignoreChanges: ["length", "special"] });
  });

  it("is free to go where no data is kept", async () => {
    const blueprintYaml = `services: { web: { image: "a:1", environment: ["A=\${TOKEN}"] } }
x-berth: { secrets: { TOKEN: { generate: 20 } } }`;
    const deployment = deploymentFrom(stackWith("berth:prefix: a"), { blueprintYaml });
    const protection = async (kept = none) =>
      passwords((await declare(deployment, { kept })).declared).map(({ options }) => options.protect);
    expect(await protection()).toEqual([false]);
    expect(await protection({ ...none, volumes: { a_data: "hospital-a-data" } })).toEqual([true]);
  });

  it("stays when another text is given, or the blueprint no longer asks for it", async () => {
    const kept = { ...none, passwords: { "hospital-a-SECRET_KEY": 50, "hospital-a-OLD": 20 } };
    const given = '\nberth:secrets: { SECRET_KEY: { secure: "v1:x" } }';
    const { declared } = await declare(equipemed(given), { kept, secrets: { SECRET_KEY: "another text" } });
    expect(passwords(declared).map(({ name, inputs, options }) => [name, inputs["length"], options.protect])).toEqual([
      ["hospital-a-SECRET_KEY", 50, true],
      ["hospital-a-OLD", 20, true],
    ]);
  });
});

describe("a volume that the state holds", () => {
  const volumes = async (keys: string, kept: Readonly<Record<string, string>>) =>
    (await declare(equipemed(keys), { kept: { passwords: {}, volumes: kept } })).declared
      .filter((each) => typeOf(each) === "Volume")
      .map(({ name, inputs, options }) => [name, inputs["name"], options.protect]);

  it("keeps its resource where the blueprint has it no more", async () => {
    expect(await volumes("", { hospital_a_old: "hospital-a-old" })).toContainEqual([
      "hospital-a-old",
      "hospital_a_old",
      true,
    ]);
  });

  it("keeps it under another key, and no other volume takes its place", async () => {
    const found = await volumes("", {
      hospital_a_database: "hospital-a-data",
      clinic_media_files: "hospital-a-media_files",
    });
    expect(found.sort()).toEqual([
      ["hospital-a-data", "hospital_a_database", true],
      ["hospital-a-hospital_a_media_files", "hospital_a_media_files", true],
      ["hospital-a-media_files", "clinic_media_files", true],
      ["hospital-a-static_files", "hospital_a_static_files", true],
    ]);
  });
});

it("labels that say where the state is are on volumes, networks and containers", async () => {
  const marks = { "berth.home": "1234", "berth.place": "host:/state" };
  const services = { app: marks, "static-init": {} };
  const { declared } = await declare(equipemed(), { marks: { all: marks, services } });
  const home = { label: "berth.home", value: "1234" };
  const labelsOf = (type: string, name: string) => valueOf(one(declared, type, name).inputs["labels"]);
  expect(await labelsOf("Volume", "hospital-a-database")).toContainEqual(home);
  expect(await labelsOf("Network", "hospital-a-default")).toContainEqual(home);
  expect(await labelsOf("Container", "hospital-a-app")).toContainEqual(home);
  expect(await labelsOf("Container", "hospital-a-static-init")).not.toContainEqual(home);
});

it("a network has its subnet and gateway, and goes before another takes its place", async () => {
  const { declared } = await declare(equipemed("\nberth:subnets: { default: 10.9.8.0/24 }"));
  const { inputs, options } = one(declared, "Network", "hospital-a-default");
  expect(inputs).toEqual({
    name: "hospital_a_default",
    internal: false,
    ipamConfigs: [{ subnet: "10.9.8.0/24", gateway: "10.9.8.1" }],
    labels: [
      { label: "berth.stack", value: "organization/berth/hospital-a" },
      { label: "berth.network", value: "default" },
    ],
  });
  expect(options.deleteBeforeReplace).toBe(true);
});

it("a network has what the blueprint says of it, and of IPv6 what Docker reports", async () => {
  const deployment = deploymentFrom(stackWith("berth:prefix: a"), {
    blueprintYaml: `services: { web: { image: web:1 } }
networks:
  default:
    attachable: true
    enable_ipv6: true
    driver_opts: { com.docker.network.bridge.enable_icc: "false" }
    labels: { zone: in }
    ipam:
      options: { a: b }
      config:
        - { subnet: 10.1.2.0/24, ip_range: 10.1.2.0/25, aux_addresses: { printer: 10.1.2.9 } }
        - { subnet: "FD00:55:0::/64" }
`,
  });
  const { inputs, options } = one((await declare(deployment)).declared, "Network", "hospital-a-default");
  expect(inputs).toEqual({
    name: "a_default",
    internal: false,
    attachable: true,
    ipv6: true,
    options: { "com.docker.network.bridge.enable_icc": "false" },
    ipamOptions: { a: "b" },
    ipamConfigs: [
      { subnet: "10.1.2.0/24", gateway: "10.1.2.1", ipRange: "10.1.2.0/25", auxAddress: { printer: "10.1.2.9" } },
      { subnet: "fd00:55::/64", gateway: "fd00:55::1" },
    ],
    labels: [
      { label: "zone", value: "in" },
      { label: "berth.stack", value: "organization/berth/hospital-a" },
      { label: "berth.network", value: "default" },
    ],
  });
  expect(options.ignoreChanges).toContain('options["com.docker.network.enable_ipv6"]');
});

describe("a container that is attached to no network of its deployment", () => {
  const declaredWeb = async (keys: string) => {
    const deployment = deploymentFrom(stackWith("berth:prefix: a"), {
      blueprintYaml: `services: { web: { image: web:1, ${keys} }, vpn: { image: vpn:1 } }`,
    });
    return one((await declare(deployment)).declared, "Container", "hospital-a-web").inputs;
  };

  it.each([
    ["network_mode: host, ports: ['8080:80']", "host"],
    ["network_mode: edge", "edge"],
    ["network_mode: 'service:vpn'", "container:hospital-a-vpn"],
  ])("%s", async (keys, mode) => {
    const { networkMode, networksAdvanced } = await declaredWeb(keys);
    expect([await valueOf(networkMode as string), networksAdvanced]).toEqual([mode, []]);
  });

  it("has the domain of the one whose network it has, which is no change", async () => {
    const deployment = deploymentFrom(stackWith("berth:prefix: a"), {
      blueprintYaml: "services: { web: { image: web:1, network_mode: 'service:vpn' }, vpn: { image: vpn:1 } }",
    });
    const { declared } = await declare(deployment);
    expect(one(declared, "Container", "hospital-a-web").options.ignoreChanges).toContain("domainname");
    expect(one(declared, "Container", "hospital-a-vpn").options.ignoreChanges).not.toContain("domainname");
  });

  it("publishes nothing with its host's network", async () => {
    expect((await declaredWeb("network_mode: host, ports: ['8080:80']"))["ports"]).toEqual([]);
  });

  it("has the namespaces of another service by that one's id", async () => {
    const { pidMode, ipcMode } = await declaredWeb("pid: 'service:vpn', ipc: 'service:vpn'");
    expect([await valueOf(pidMode as string), await valueOf(ipcMode as string)]).toEqual([
      "container:hospital-a-vpn",
      "container:hospital-a-vpn",
    ]);
  });
});

it("a container has its address of hardware on its first network, and an interface its name", async () => {
  const deployment = deploymentFrom(stackWith("berth:prefix: a"), {
    blueprintYaml: `services:
  web:
    image: web:1
    mac_address: 02:42:ac:11:00:07
    networks: { a: { interface_name: lan0 }, b: { priority: 5, gw_priority: 1 } }
networks: { a: , b: }
`,
  });
  const { networksAdvanced } = one((await declare(deployment)).declared, "Container", "hospital-a-web").inputs;
  expect(await valueOf(networksAdvanced as never)).toMatchObject([
    { driverOpts: ["com.docker.network.endpoint.ifname=lan0"], macAddress: undefined },
    { macAddress: "02:42:ac:11:00:07", gwPriority: 1 },
  ]);
});

it("ports that lead to one of the container are compared by its label, as they come back in any order", async () => {
  const ignoredWith = async (ports: string) => {
    const deployment = deploymentFrom(stackWith("berth:prefix: a"), {
      blueprintYaml: `services: { web: { image: web:1, ports: ${ports} } }`,
    });
    return one((await declare(deployment)).declared, "Container", "hospital-a-web").options.ignoreChanges;
  };
  expect(await ignoredWith('["8080:80", "8081:80"]')).toContain("ports");
  expect(await ignoredWith('["8080:80", "8081:81"]')).not.toContain("ports");
});

it("an image is looked for by its name, once for all services, and stays on the host", async () => {
  const { declared } = await declare(equipemed('\nberth:images: { app: "eqmd:2" }'));
  expect(one(declared, "RemoteImage", "hospital-a-eqmd:2").inputs).toEqual({ name: "eqmd:2", keepLocally: true });
  expect(declared.map(typeOf).filter((type) => type === "RemoteImage")).toHaveLength(1);
});

describe("secrets", () => {
  const envs = async (declared: readonly Declared[], name: string): Promise<[string, boolean][]> => {
    const written = one(declared, "Container", name).inputs["envs"] as pulumi.Input<string>[];
    return Promise.all(
      written.map(async (env): Promise<[string, boolean]> => [await valueOf(env), await isSecret(env)]),
    );
  };

  it("that are generated are made once, of letters and digits, and stay encrypted", async () => {
    const { declared } = await declare(equipemed());
    expect(one(declared, "RandomPassword", "hospital-a-SECRET_KEY").inputs).toMatchObject({
      length: 50,
      special: false,
    });
    const written = await envs(declared, "hospital-a-app");
    expect(written).toContainEqual(["SECRET_KEY=generated for hospital-a-SECRET_KEY", true]);
  });

  it("that are given stay encrypted, and nothing else does", async () => {
    const deployment = equipemed("\nberth:secrets: { SECRET_KEY: { secure: v1:x }, TOKEN: { secure: v1:x } }");
    const { declared } = await declare(deployment, { secrets: { SECRET_KEY: "given", TOKEN: "$5" } });
    const written = await envs(declared, "hospital-a-app");
    expect(written.filter(([, secret]) => secret)).toEqual([
      ["SECRET_KEY=given", true],
      ["TOKEN=$5", true],
    ]);
    expect(written).toContainEqual(["HOSPITAL_NAME=EquipeMed", false]);
    expect(declared.map(typeOf)).not.toContain("RandomPassword");
  });

  it("inside a longer text make all of it secret", async () => {
    const blueprintYaml = `services: { web: { image: a:1, environment: { URL: "db://me:\${KEY}@db/\${KEY}" } } }
x-berth: { secrets: { KEY: { generate: 16 } } }`;
    const { declared } = await declare(deploymentFrom("config: {}", { blueprintYaml }));
    expect(await envs(declared, "hospital-a-web")).toEqual([
      ["URL=db://me:generated for hospital-a-KEY@db/generated for hospital-a-KEY", true],
    ]);
  });

  it("as files are uploads that only the container reads", async () => {
    const blueprintYaml = `services: { web: { image: a:1, secrets: [key, { source: key, target: /etc/key }] } }
secrets: { key: { environment: KEY } }`;
    const deployment = deploymentFrom(stackWith("berth:secrets: { KEY: { secure: v1:x } }"), { blueprintYaml });
    const { declared } = await declare(deployment, { secrets: { KEY: "given" } });
    const uploads = one(declared, "Container", "hospital-a-web").inputs["uploads"] as { content: unknown }[];
    expect(await valueOf(uploads)).toEqual([
      { file: "/run/secrets/key", content: "given", permissions: "0444" },
      { file: "/etc/key", content: "given", permissions: "0444" },
    ]);
    expect(await isSecret(uploads[0]?.content)).toBe(true);
  });
});

describe("what a container waits for", () => {
  const dependencies = async (declared: readonly Declared[], name: string): Promise<string[]> => {
    const waited = new Promise<readonly unknown[]>((done) => {
      const gate = one(declared, "Container", name).options.dependsOn as pulumi.Output<pulumi.Resource[]>;
      gate.apply((resources) => done(resources as unknown[]));
    });
    return (await waited).map(nameOf);
  };

  it("is what it depends on, and its volumes", async () => {
    const { declared } = await declare(equipemed());
    expect(await dependencies(declared, "hospital-a-app")).toEqual([
      "hospital-a-static-init",
      "hospital-a-database",
      "hospital-a-media_files",
      "hospital-a-static_files",
    ]);
    expect(await dependencies(declared, "hospital-a-static-init")).not.toContain("hospital-a-app");
  });

  it("is the success of the job before it, not only its start", async () => {
    const order: string[] = [];
    const before = async (name: string): Promise<void> => {
      if (name !== "hospital-a-static-init") return;
      await new Promise((done) => setImmediate(done));
      order.push("the job ended");
    };
    const noted = ({ name, options }: Declared): void => {
      const gate = options.dependsOn as pulumi.Output<unknown> | undefined;
      if (name === "hospital-a-app") gate?.apply(() => order.push("the app may start"));
    };
    await declare(equipemed(), { before, noted });
    expect(order).toEqual(["the job ended", "the app may start"]);
  });

  it("is the network, whose id it is given, so that it goes along when the network is replaced", async () => {
    const { declared } = await declare(equipemed());
    expect(await valueOf(one(declared, "Container", "hospital-a-app").inputs["networksAdvanced"] as never)).toEqual([
      { name: "id of hospital-a-default", aliases: ["app"], ipv4Address: undefined },
    ]);
  });
});
