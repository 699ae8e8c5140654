import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeDocker } from "../docker/fake-docker.ts";
import { berth, equipemed, paste, projectWith } from "./berth.ts";
import { canMount, type Disk, mountDisk } from "./disk.ts";

const hospitalA = equipemed({ prefix: "hospital_a", domain: "a.example", ports: { app: 8778 } });
const withHospitalA = (files: Readonly<Record<string, string>> = {}): string =>
  projectWith({ "Pulumi.hospital-a.yaml": hospitalA, ...files });
const stackFiles = (root: string): string[] => readdirSync(root).filter((name) => name.startsWith("Pulumi."));

describe("berth new, where nobody can be asked", () => {
  it("names the stack after the checkout where no argument does", async () => {
    const root = withHospitalA();
    expect(await berth(root, ["new", "--offline"])).toMatchObject({ code: 0, stderr: "" });
    expect(stackFiles(root).sort()).toEqual(["Pulumi.hospital-a.yaml", "Pulumi.main.yaml", "Pulumi.yaml"]);
  });

  it("pins the prefix and the next free ports, and never writes over a file", async () => {
    const root = withHospitalA();
    const first = await berth(root, ["new", "hospital-b", "--offline", "--environment", "development"]);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    const file = join(root, "Pulumi.hospital-b.yaml");
    const text = `config:
  berth:blueprint: equipemed
  berth:prefix: hospital_b
  berth:environment: development
  berth:ports:
    app: 8780
    dev: 8781
`;
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(first.stdout).toContain("hospital_b: wrote Pulumi.hospital-b.yaml");
    expect(first.stdout).toContain("next: berth up hospital-b   (then http://localhost:8780/)");
    const second = await berth(root, ["new", "hospital-b", "--offline", "--prefix", "other"]);
    expect(second).toMatchObject({ code: 2, stderr: "Pulumi.hospital-b.yaml was not written\n" });
    expect(second.stdout).toContain("Pulumi.hospital-b.yaml exists, and is left as it is");
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(await berth(root, ["check", "--offline"])).toMatchObject({ code: 0 });
  });

  it("accepts no secret as a setting, repeats it nowhere, and names the command without it", async () => {
    const root = withHospitalA();
    const flags = ["--offline", "--set", "SECRET_KEY=changeme", "--set", "SMTP_PASSWORD=needle", "--set", "EQMD_UID=5"];
    const { code, stdout, stderr } = await berth(root, ["new", "b", ...flags]);
    expect([code, stderr]).toEqual([2, "Pulumi.b.yaml was not written\n"]);
    expect(stdout).toContain("✗ secret-in-clear-text  --set SECRET_KEY");
    expect(stdout).toContain("✗ secret-in-clear-text  --set SMTP_PASSWORD");
    expect(stdout).toContain("berth new b --set EQMD_UID=5\n");
    expect(stdout).toContain("berth config set --secret --path berth:secrets.SMTP_PASSWORD -s b");
    expect(stdout).not.toMatch(/changeme|needle/);
  });

  it("tells every mistake at once, each by its flag", async () => {
    const root = withHospitalA();
    const flags = ["--prefix", "Bad", "--environment", "prod", "--domain", "http://x", "--endpoint", "somewhere"];
    const groups = ["--port", "app=80", "--port", "web=9000", "--image", "app=A b", "--set", "1A=x", "--set", "B"];
    const { code, stdout } = await berth(root, ["new", "a/b", "--offline", "--json", ...flags, ...groups]);
    expect(code).toBe(2);
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: { key: string; allowed?: string }[] };
    expect(ok).toBe(false);
    expect(findings.map(({ key }) => key).sort()).toEqual(
      [
        "[stack]",
        "--domain",
        "--endpoint",
        "--environment",
        "--image app",
        "--port app",
        "--port web",
        "--prefix",
        "--set",
        "--set 1A",
      ].sort(),
    );
    for (const { key, allowed } of findings) expect(allowed, key).toBeTypeOf("string");
    expect(stackFiles(root)).toEqual(["Pulumi.hospital-a.yaml", "Pulumi.yaml"]);
  });

  it.each([
    ["a port", ["--port", "app=8778"], "port-in-use"],
    ["a server name", ["--domain", "a.example"], "server-name-in-use"],
    ["a prefix", ["--prefix", "hospital_a"], "prefix-in-use"],
    ["all of them", ["--port", "app=8778", "--domain", "a.example", "--prefix", "hospital_a"], "prefix-in-use"],
    ["a port below 1024", ["--port", "app=80"], "config-invalid"],
    ["a prefix with capitals", ["--prefix", "Hospital-B"], "config-invalid"],
  ])("%s that cannot stand is refused with a command that works when it is pasted", async (_, flags, first) => {
    const root = withHospitalA();
    const settings = ["--set", 'HOSPITAL_NAME=It\'s "B" & $HOME', "--image", "app=eqmd:2"];
    const refused = await berth(root, ["new", "hospital-b", "--offline", "--json", ...settings, ...flags]);
    expect(refused.code).toBe(first === "config-invalid" ? 2 : 1);
    expect(stackFiles(root)).toEqual(["Pulumi.hospital-a.yaml", "Pulumi.yaml"]);
    const { findings } = JSON.parse(refused.stdout) as { findings: { code: string; remedy: string }[] };
    expect(findings[0]?.code).toBe(first);
    for (const { remedy } of findings) expect(remedy).toMatch(/^berth new hospital-b /);
    const pasted = await paste(root, `${findings[0]?.remedy ?? ""} --offline`);
    expect(pasted, pasted.stdout).toMatchObject({ code: 0, stderr: "" });
    const written = readFileSync(join(root, "Pulumi.hospital-b.yaml"), "utf8");
    expect(written).toContain(`HOSPITAL_NAME: It's "B" & $HOME`);
    expect(written).toContain("app: eqmd:2");
  });

  it("refuses what needs keys without a flag of their own with one command that sets them all", async () => {
    const root = projectWith({ "blueprints/big.yaml": big });
    const host = await fakeDocker({ "/images/app%3A1/json": {} });
    try {
      const env = { DOCKER_HOST: host.endpoint };
      const refused = await berth(root, ["new", "big", "--blueprint", "big"], { env });
      expect(refused).toMatchObject({ code: 1, stderr: "Pulumi.big.yaml was not written\n" });
      const remedies = [...refused.stdout.matchAll(/remedy {5}(.*)/g)].map(([, remedy]) => remedy);
      expect([...new Set(remedies)]).toEqual([
        "berth new big --blueprint big --config berth:services.app.cpus=4 --config berth:services.worker.cpus=4",
      ]);
      expect(await paste(root, remedies[0] ?? "", { env })).toMatchObject({ code: 0, stderr: "" });
      expect(readFileSync(join(root, "Pulumi.big.yaml"), "utf8")).toContain("services:\n    app:\n      cpus: 4\n");
    } finally {
      await host.close();
    }
  });

  it("writes a file that lacks only a secret, and names the command that encrypts one", async () => {
    const root = projectWith({
      "blueprints/s.yaml": 'services: { a: { image: "a:1", secrets: [token] } }\nsecrets: { token: }',
    });
    const { code, stdout } = await berth(root, ["new", "s", "--blueprint", "s", "--offline"]);
    expect(code).toBe(0);
    expect(stdout).toContain("berth config set --secret --path berth:secrets.token -s s\n");
    expect(stackFiles(root)).toEqual(["Pulumi.s.yaml", "Pulumi.yaml"]);
  });

  it.each(["{ port: 80, privileged: true }", "{port:80,privileged:true}"])(
    "takes a port in the form that its message suggests: %s",
    async (port) => {
      const root = withHospitalA();
      const { code, stdout } = await berth(root, ["new", "hospital-b", "--offline", "--port", `app=${port}`]);
      expect(code, stdout).toBe(0);
      expect(readFileSync(join(root, "Pulumi.hospital-b.yaml"), "utf8")).toContain("port: 80\n      privileged: true");
    },
  );

  it("prints one object with --json", async () => {
    const root = withHospitalA();
    const { code, stdout } = await berth(root, ["new", "hospital-b", "--offline", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      stack: "hospital-b",
      file: "Pulumi.hospital-b.yaml",
      prefix: "hospital_b",
      ports: { app: 8779 },
      url: "http://localhost:8779/",
      findings: [],
      notLookedAt: [{ what: expect.stringContaining("the host at "), why: expect.any(String) }],
    });
  });

  it("does not guess what a stack holds that cannot be read, nor what is on a host that does not answer", async () => {
    const root = withHospitalA({ "Pulumi.broken.yaml": "config: [" });
    const unread = await berth(root, ["new", "hospital-b", "--offline"]);
    expect(unread.code).toBe(2);
    expect(unread.stdout).toContain("stack-unreadable  Pulumi.broken.yaml");
    rmSync(join(root, "Pulumi.broken.yaml"));
    const unreachable = await berth(root, ["new", "hospital-b"], { env: { DOCKER_HOST: "unix:///nonexistent" } });
    expect(unreachable.code).toBe(3);
    expect(unreachable.stdout).toContain("host-unreachable  unix:///nonexistent");
    expect(stackFiles(root)).not.toContain("Pulumi.hospital-b.yaml");
  });

  it("takes the project's defaults into account, and keeps the address that they give a port", async () => {
    const root = withHospitalA({
      "Pulumi.yaml": `name: berth
runtime: nodejs
config:
  berth:blueprint: { value: web }
  berth:ports: { value: { web: { port: auto, address: 127.0.0.1 } } }
`,
      "blueprints/web.yaml":
        'services: { web: { image: web:1, ports: ["8778:80"] } }\nx-berth: { ports: { web: 8778-8778 } }\n',
    });
    const { code, stdout } = await berth(root, ["new", "hospital-b", "--offline"]);
    expect(code, stdout).toBe(0);
    expect(readFileSync(join(root, "Pulumi.hospital-b.yaml"), "utf8")).toBe(`config:
  berth:blueprint: web
  berth:prefix: hospital_b
  berth:ports:
    web:
      port: 8779
      address: 127.0.0.1
`);
  });

  it("makes a platform, and deployments on it from port 5000 on, and names a setting that only a person knows", async () => {
    const root = projectWith({});
    cpSync(join(import.meta.dirname, "..", "..", "..", "blueprints"), join(root, "blueprints"), { recursive: true });
    const early = await berth(root, ["new", "site-a", "--blueprint", "dna", "--offline"]);
    expect(early.code).toBe(2);
    expect(early.stdout).toContain("there is no platform platform, which would host its database");
    const made = await berth(root, ["new", "platform", "--blueprint", "platform", "--offline"]);
    expect(made, made.stdout).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(join(root, "Pulumi.platform.yaml"), "utf8")).toContain(
      "postgres: 15432\n    pgbouncer: 16432\n",
    );
    const asked = await berth(root, ["new", "site-a", "--blueprint", "dna", "--offline"]);
    expect(asked.code).toBe(2);
    expect(asked.stdout).toContain("✗ config-invalid  --set ADMIN_EMAIL\n");
    expect(asked.stdout).toContain("berth new site-a --blueprint dna --set ADMIN_EMAIL='…'\n");
    for (const [stack, port] of [
      ["site-a", 5000],
      ["site-b", 5001],
    ] as const) {
      const flags = ["--blueprint", "dna", "--set", "ADMIN_EMAIL=a@b.example", "--image", "app=dna:2"];
      const { code, stdout } = await berth(root, ["new", stack, "--offline", ...flags]);
      expect(code, stdout).toBe(0);
      expect(readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8")).toContain(`app: ${port}\n`);
    }
    expect(await berth(root, ["check", "--offline"])).toMatchObject({ code: 0 });
  });

  it("tells the platform's remedy as it is: it is no flag of the new stack", async () => {
    const root = projectWith({
      "Pulumi.platform.yaml": "config: { berth:blueprint: platform, berth:settings: { MAX_CONNECTIONS: 10 } }",
    });
    cpSync(join(import.meta.dirname, "..", "..", "..", "blueprints"), join(root, "blueprints"), { recursive: true });
    const flags = ["--blueprint", "dna", "--set", "ADMIN_EMAIL=a@b.example"];
    const { code, stdout } = await berth(root, ["new", "site-a", "--offline", ...flags]);
    expect(code).toBe(1);
    expect(stdout).toContain("berth config set --path berth:settings.MAX_CONNECTIONS 18 -s platform");
    expect(stdout).not.toContain("--set MAX_CONNECTIONS");
  });

  it("writes the file although a secret is still to be given, and says how to give it", async () => {
    const blueprint = "services: { web: { image: web:1 } }\nx-berth: { secrets: { TOKEN: {} } }\n";
    const root = projectWith({ "blueprints/web.yaml": blueprint });
    const { code, stdout } = await berth(root, ["new", "b", "--offline", "--blueprint", "web"]);
    expect(code).toBe(0);
    expect(stdout).toContain("berth config set --secret --path berth:secrets.TOKEN -s b");
    expect(existsSync(join(root, "Pulumi.b.yaml"))).toBe(true);
  });

  describe.skipIf(!canMount)("on a disk of its own", () => {
    let disk: Disk;
    beforeEach(() => {
      disk = mountDisk("64k");
      writeFileSync(join(disk.path, "Pulumi.yaml"), "name: berth\n");
      cpSync(join(withHospitalA(), "blueprints"), join(disk.path, "blueprints"), { recursive: true });
    });
    afterEach(() => disk.unmount());

    it.each([
      ["that is full", () => disk.fill(), ".berth/.gitignore", "no space left on device"],
      ["that cannot be written to", () => disk.lock(), ".berth", "read-only file system"],
    ])("%s, it says so and leaves no half file", async (_, spoil, file, words) => {
      spoil();
      const { code, stderr } = await berth(disk.path, ["new", "b", "--offline"]);
      expect([code, stderr]).toEqual([3, `berth: cannot write ${join(disk.path, file)}: ${words}\n`]);
      expect(stackFiles(disk.path)).toEqual(["Pulumi.yaml"]);
    });
  });
});

const big = `services:
  app: { image: "app:1", deploy: { resources: { limits: { cpus: "16" } } } }
  worker: { image: "app:1", deploy: { resources: { limits: { cpus: "16" } } } }
`;
