import { describe, expect, it } from "vitest";
import type { Service } from "../../../src/deployment/deployment.ts";
import type { Realization } from "../../../src/deployment/realization.ts";
import { urlOf } from "../../../src/deployment/url.ts";
import { conflictsOf, stackWith } from "../conflicts/sample.ts";
import { deploymentFrom } from "./sample.ts";

const equipemed = (keys: string, stack = "hospital-a"): Realization => deploymentFrom(stackWith(keys), { stack });
const service = ({ services }: Realization, key: string): Service => {
  const found = services.find((candidate) => candidate.key === key);
  if (found === undefined) throw new Error(`no service ${key}`);
  return found;
};
const names = (things: readonly { readonly name: string }[]): string[] => things.map(({ name }) => name);
const hospitalA = "berth:prefix: hospital_a\nberth:ports: { app: 8780 }\nberth:domain: a.hospital.example";

describe("E1: containers", () => {
  it("are the app and the job that goes before it", () => {
    const deployment = equipemed(hospitalA);
    expect(deployment.containers.map(({ kind, name }) => [kind, name])).toEqual([
      ["job", "hospital_a_static_init"],
      ["service", "hospital_a_app"],
    ]);
    expect(service(deployment, "app").dependsOn).toEqual([
      { service: "static-init", condition: "service_completed_successfully" },
    ]);
  });

  it.each([
    ["development", true],
    ["staging", false],
    ["production", false],
  ])("in %s, with a development server: %s", (environment, present) => {
    const deployment = equipemed(`${hospitalA}\nberth:environment: ${environment}`);
    expect(names(deployment.containers).includes("hospital_a_dev")).toBe(present);
    expect(deployment.environment).toBe(environment);
  });
});

describe("E2: volumes", () => {
  it("have the prefix", () => {
    expect(names(equipemed(hospitalA).volumes)).toEqual([
      "hospital_a_database",
      "hospital_a_media_files",
      "hospital_a_static_files",
    ]);
  });

  it.each([
    [
      "app",
      "hospital_a_database:/app/database hospital_a_media_files:/app/media hospital_a_static_files:/app/staticfiles",
    ],
    [
      "dev",
      "hospital_a_database:/app/database hospital_a_media_files:/app/media hospital_a_static_files:/app/staticfiles",
    ],
    [
      "static-init",
      "hospital_a_static_files:/shared/static /var/www/hospital_a_static_eqmd_latest:/shared/www hospital_a_database:/shared/database hospital_a_media_files:/shared/media",
    ],
  ])("are mounted in %s where the app looks for them", (key, mounts) => {
    const written = service(equipemed(`${hospitalA}\nberth:environment: development`), key).mounts.map(
      (mount) => `${mount.kind === "volume" ? mount.volume : mount.path}:${mount.target}`,
    );
    expect(written.join(" ")).toBe(mounts);
  });
});

describe("E3: the host port", () => {
  it.each([
    ["8778 where nothing is said", "berth:prefix: a", 8778],
    ["the configured one", "berth:ports: { app: 8790 }", 8790],
  ])("is %s", (_, keys, port) => {
    expect(service(equipemed(keys), "app").ports).toMatchObject([
      { address: "0.0.0.0", protocol: "tcp", hostPort: port, containerPort: 8000 },
    ]);
  });

  it.each([
    ["the app's + 1", "berth:ports: { app: 8790 }", 8791],
    ["the configured one", "berth:ports: { app: 8790, dev: 9000 }", 9000],
  ])("of the development server is %s", (_, keys, port) => {
    expect(service(equipemed(`berth:environment: development\n${keys}`), "dev").ports).toMatchObject([
      { hostPort: port, containerPort: 8000 },
    ]);
  });
});

describe("E4: the static directory", () => {
  it.each([
    ["eqmd:latest", "/var/www/hospital_a_static_eqmd_latest"],
    ["ghcr.io/org/eqmd-app:2.1", "/var/www/hospital_a_static_ghcr_io_org_eqmd_app_2_1"],
    ["registry.example:5000/eqmd", "/var/www/hospital_a_static_registry_example_5000_eqmd"],
  ])("of %s is %s, and the job fills it", (image, path) => {
    const deployment = equipemed(`${hospitalA}\nberth:images: { app: "${image}" }`);
    expect(deployment.staticDirectory).toMatchObject({ path, url: "/static/" });
    expect(service(deployment, "static-init").mounts).toContainEqual(
      expect.objectContaining({ kind: "directory", path, target: "/shared/www", readOnly: false }),
    );
  });

  it("lies under another folder where the host has another", () => {
    const deployment = equipemed(`${hospitalA}\nberth:settings: { STATIC_ROOT: /srv/www/ }`);
    expect(deployment.staticDirectory?.path).toBe("/srv/www/hospital_a_static_eqmd_latest");
  });
});

describe("E5: image and user", () => {
  it("every service follows the app's image", () => {
    const deployment = equipemed(`berth:environment: development\nberth:images: { app: "eqmd:2.1" }`);
    expect(deployment.containers.map(({ image }) => image)).toEqual(["eqmd:2.1", "eqmd:2.1", "eqmd:2.1"]);
  });

  it("one service may have an image of its own", () => {
    const deployment = equipemed(`berth:environment: development\nberth:images: { app: "eqmd:2.1", dev: "eqmd:dev" }`);
    expect(deployment.containers.map(({ key, image }) => [key, image])).toEqual([
      ["static-init", "eqmd:2.1"],
      ["app", "eqmd:2.1"],
      ["dev", "eqmd:dev"],
    ]);
  });

  it.each([
    ["1001:1001", "berth:prefix: a"],
    ["1500:1600", "berth:settings: { EQMD_UID: 1500, EQMD_GID: 1600 }"],
  ])("the process runs as %s, who owns its data", (user, keys) => {
    const deployment = equipemed(keys);
    expect(service(deployment, "app").user).toBe(user);
    expect(service(deployment, "static-init").user).toBe("0:0");
    expect(service(deployment, "static-init").command?.at(-1)).toContain(
      `chown ${user} /shared/database /shared/media`,
    );
  });
});

describe("E6: the environment", () => {
  it("has the values of a hospital that says nothing", () => {
    expect(service(equipemed("berth:prefix: a"), "app").environment).toEqual({
      ALLOWED_HOSTS: "localhost,127.0.0.1",
      DEBUG: "False",
      DEPLOYMENT_ENVIRONMENT: "production",
      EMAIL_BACKEND: "django.core.mail.backends.console.EmailBackend",
      HOSPITAL_ADDRESS: "",
      HOSPITAL_EMAIL: "",
      HOSPITAL_NAME: "EquipeMed",
      HOSPITAL_PDF_FORMS_ENABLED: "true",
      HOSPITAL_PHONE: "",
      SECRET_KEY: { parts: [{ secret: "SECRET_KEY" }] },
    });
  });

  it("has what the hospital says, to the letter", () => {
    const settings = {
      HOSPITAL_NAME: `Hospital "A" & Söhne, $5 \${HOME} $$`,
      HOSPITAL_ADDRESS: "Street 1\n12345 Town",
      HOSPITAL_PHONE: "+49 30 0123",
      HOSPITAL_EMAIL: "a@hospital.example",
      HOSPITAL_PDF_FORMS_ENABLED: "false",
      EMAIL_BACKEND: "django.core.mail.backends.smtp.EmailBackend",
    };
    const deployment = equipemed(`berth:environment: development\nberth:settings: ${JSON.stringify(settings)}`);
    expect(service(deployment, "app").environment).toMatchObject({ ...settings, DEBUG: "False" });
    expect(service(deployment, "dev").environment).toMatchObject({ ...settings, DEBUG: "True" });
  });

  it("allows the domain, the domain with www. and the host itself", () => {
    const deployment = equipemed(hospitalA);
    expect(service(deployment, "app").environment["ALLOWED_HOSTS"]).toBe(
      "a.hospital.example,www.a.hospital.example,localhost,127.0.0.1",
    );
    expect(deployment.serverNames).toEqual(["a.hospital.example", "www.a.hospital.example"]);
  });

  it.each([
    ["generated where none is given", "berth:prefix: a", { kind: "generated", length: 50 }],
    ["taken as given", "berth:secrets: { SECRET_KEY: { secure: v1:x } }", { kind: "given" }],
  ])("has a SECRET_KEY that is %s", (_, keys, origin) => {
    const deployment = equipemed(keys);
    expect(deployment.secrets).toMatchObject([{ name: "SECRET_KEY", origin }]);
    expect(service(deployment, "app").environment["SECRET_KEY"]).toEqual({ parts: [{ secret: "SECRET_KEY" }] });
  });

  it("gets settings and secrets that the blueprint does not know, in the app alone", () => {
    const keys =
      "berth:environment: development\nberth:settings: { FEATURE_X: on }\nberth:secrets: { EMAIL_PASSWORD: { secure: v1:x } }";
    const { services } = equipemed(keys);
    const having = (name: string): string[] =>
      services.flatMap(({ key, environment }) => (name in environment ? [key] : []));
    expect([having("FEATURE_X"), having("EMAIL_PASSWORD")]).toEqual([["app"], ["app"]]);
    expect(services.find(({ key }) => key === "app")?.environment["EMAIL_PASSWORD"]).toEqual({
      parts: [{ secret: "EMAIL_PASSWORD" }],
    });
  });
});

describe("E7: with nothing configured", () => {
  const deployment = deploymentFrom("config: {}", { stack: "prod" });

  it("all names and the port are those of the single installation", () => {
    expect(deployment.prefix).toBe("eqmd");
    expect(names(deployment.containers)).toEqual(["eqmd_static_init", "eqmd_app"]);
    expect(names(deployment.volumes)).toEqual(["eqmd_database", "eqmd_media_files", "eqmd_static_files"]);
    expect(urlOf(deployment)).toBe("http://localhost:8778/");
    expect(deployment.staticDirectory?.path).toBe("/var/www/eqmd_static_eqmd_latest");
  });

  it("its volumes exist without a label: a conflict, until they are declared to be its own", () => {
    const volumes = names(deployment.volumes).map((name) => ({ name, labels: {} }));
    expect(conflictsOf([deployment], { volumes }).map(({ code, key }) => [code, key])).toEqual([
      ["volume-in-use", "eqmd_database"],
      ["volume-in-use", "eqmd_media_files"],
      ["volume-in-use", "eqmd_static_files"],
    ]);
    const adopting = equipemed("berth:prefix: eqmd\nberth:adopt: [database, media_files, static_files]", "prod");
    expect(conflictsOf([adopting], { volumes })).toEqual([]);
  });

  it("one configured key is enough for the stack's own name", () => {
    expect(equipemed("berth:running: true", "hospital-b").prefix).toBe("hospital_b");
  });
});

describe("E8: side by side", () => {
  it("two hospitals with one image share nothing", () => {
    const both = [equipemed(hospitalA), equipemed("berth:ports: { app: 8790 }", "hospital-b")];
    expect(conflictsOf(both)).toEqual([]);
  });

  it("two versions of one app share nothing", () => {
    const versions = ["1.0", "2.0"].map((version, index) =>
      equipemed(`berth:images: { app: "eqmd:${version}" }\nberth:ports: { app: ${8800 + index} }`, `v${index}`),
    );
    expect(conflictsOf(versions)).toEqual([]);
    expect(new Set(versions.map(({ staticDirectory }) => staticDirectory?.path)).size).toBe(2);
  });
});

describe("E10: the health URL follows the port", () => {
  it.each([
    ["http://localhost:8780/health/", hospitalA],
    ["http://localhost:9001/health/", "berth:ports: { app: 9001 }"],
    ["http://far.example:8778/health/", "berth:endpoint: ssh://root@far.example"],
    ["http://10.0.0.5:9001/health/", "berth:ports: { app: { port: 9001, address: 10.0.0.5 } }"],
    ["http://[::1]:9001/health/", 'berth:ports: { app: { port: 9001, address: "0:0:0:0:0:0:0:1" } }'],
  ])("%s", (url, keys) => {
    const deployment = equipemed(keys);
    expect(urlOf(deployment, deployment.entrance?.healthPath)).toBe(url);
  });
});

describe("A10: development, staging and production of one app", () => {
  const stages = [
    equipemed("berth:domain: hospital.example", "prod"),
    equipemed(
      "berth:environment: staging\nberth:ports: { app: 8798 }\nberth:domain: staging.hospital.example",
      "staging",
    ),
    equipemed("berth:environment: development\nberth:ports: { app: 8800 }", "dev"),
  ];

  it("stand side by side without a conflict", () => {
    expect(conflictsOf(stages)).toEqual([]);
    expect(
      stages.flatMap(({ services }) => services.flatMap(({ ports }) => ports.map(({ hostPort }) => hostPort))),
    ).toEqual([8778, 8798, 8800, 8801]);
  });

  it("tell the app which of them it is", () => {
    expect(stages.map((stage) => service(stage, "app").environment["DEPLOYMENT_ENVIRONMENT"])).toEqual([
      "production",
      "staging",
      "development",
    ]);
  });
});
