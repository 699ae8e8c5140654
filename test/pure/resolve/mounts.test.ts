import { describe, expect, it } from "vitest";
import { claimsOf } from "../../../src/claims/of-deployment.ts";
import type { Found, Surroundings } from "../../../src/blueprint/surroundings.ts";
import type { Mount } from "../../../src/deployment/deployment.ts";
import { deploymentFrom, findingsFrom, type Sample } from "./sample.ts";

const around = (kinds: Readonly<Record<string, Found["kind"]>>): Surroundings => ({
  folder: "/srv/project/app",
  home: "/home/ada",
  look: (path): Found => {
    const kind = kinds[path] ?? "missing";
    return kind === "refused" ? { kind, why: "is outside" } : { kind };
  },
  read: (path) => ({
    kind: "files",
    files: [
      { path: "", content: `text of ${path}`, isBinary: false, isExecutable: false },
      { path: "bin/run", content: "AAE=", isBinary: true, isExecutable: true },
    ],
  }),
});

const blueprint = (service: string, more = ""): string => `services:
  web:
    image: "web:1"
${service.replace(/^/gm, "    ")}
${more}`;

const mounting = (mount: string, kinds: Readonly<Record<string, Found["kind"]>> = {}, more = ""): Sample => ({
  blueprintYaml: blueprint(`volumes:\n  - ${mount}`, more),
  surroundings: around(kinds),
});

const mountsFrom = (sample: Sample, config = "config: {}"): readonly Omit<Mount, "source">[] =>
  (deploymentFrom(config, sample).containers[0]?.mounts ?? []).map(({ source: _source, ...mount }) => mount);
const messagesFrom = (sample: Sample, config = "config: {}"): (string | undefined)[] =>
  findingsFrom(config, sample).map(({ severity, message }) => `${severity}: ${message}`);

const remote = "config: { berth:endpoint: 'ssh://ops@far' }";

describe("a relative bind mount", () => {
  it.each<[string, string, Record<string, Found["kind"]>, object]>([
    [
      "of a file beside the blueprint is that file",
      "./conf/app.ini:/etc/app.ini:ro",
      { "/srv/project/app/conf/app.ini": "file" },
      { kind: "directory", path: "/srv/project/app/conf/app.ini", target: "/etc/app.ini", readOnly: true },
    ],
    [
      "of a directory beside the blueprint is that directory",
      "./site:/www",
      { "/srv/project/app/site": "directory" },
      { kind: "directory", path: "/srv/project/app/site", target: "/www", readOnly: false },
    ],
    [
      "of a directory that is not there is one of the deployment alone",
      "./data/db:/db",
      {},
      {
        kind: "directory",
        path: "/srv/project/app/.berth/data/hospital-a/data/db",
        target: "/db",
        readOnly: false,
        created: true,
      },
    ],
    [
      "stays with its data when such a directory appears beside the blueprint",
      "./data:/db",
      { "/srv/project/app/.berth/data/hospital-a/data": "directory", "/srv/project/app/data": "directory" },
      {
        kind: "directory",
        path: "/srv/project/app/.berth/data/hospital-a/data",
        target: "/db",
        readOnly: false,
        created: true,
      },
    ],
    [
      "of a file that is not there is reported by the host, and not created as a directory",
      "./nginx.conf:/etc/nginx/nginx.conf",
      {},
      { kind: "directory", path: "/srv/project/app/nginx.conf", target: "/etc/nginx/nginx.conf", readOnly: false },
    ],
    [
      "outside of the blueprint's folder is where it says",
      "../data:/db",
      {},
      { kind: "directory", path: "/srv/project/data", target: "/db", readOnly: false, created: true },
    ],
    [
      "of the home directory is there",
      "~/conf:/conf",
      {},
      { kind: "directory", path: "/home/ada/conf", target: "/conf", readOnly: false },
    ],
    [
      "in the long form needs no dot",
      "{ type: bind, source: site, target: /www }",
      { "/srv/project/app/site": "directory" },
      { kind: "directory", path: "/srv/project/app/site", target: "/www", readOnly: false },
    ],
  ])("%s", (_, mount, kinds, expected) => expect(mountsFrom(mounting(mount, kinds))).toEqual([expected]));

  it("inside of content stays there, where the others who mount the content find it", () => {
    const blueprintYaml = blueprint('volumes: ["./site:/www:ro", "./site/cache:/cache"]');
    const surroundings = around({ "/srv/project/app/site": "directory" });
    expect(mountsFrom({ blueprintYaml, surroundings }).map((mount) => "path" in mount && mount.path)).toEqual([
      "/srv/project/app/site",
      "/srv/project/app/site/cache",
    ]);
  });

  it("differs between two deployments where it holds data", () => {
    const sample = mounting("./data:/db");
    const [a, b] = ["hospital-a", "hospital-b"].map((stack) => mountsFrom({ ...sample, stack }));
    expect(a).not.toEqual(b);
  });

  it("that leads out of the folder that may be read is an error", () =>
    expect(messagesFrom(mounting("../../etc:/x:ro", { "/srv/etc": "refused" }))).toEqual([
      "error: ../../etc is outside",
    ]));

  it("of nothing for reading only is a warning, unless another service fills it", () => {
    const filler = `  certs: { image: "certs:1", volumes: ["./certs:/out"] }`;
    expect(messagesFrom(mounting("./certs:/certs:ro"))).toEqual([
      "warning: ./certs does not exist beside blueprints/sample.yaml, so an empty directory is mounted",
    ]);
    expect(messagesFrom(mounting("./certs:/certs:ro", {}, filler))).toEqual([]);
  });
});

describe("content beside the blueprint of a deployment on another machine", () => {
  it("is put into the container", () => {
    const sample = mounting("./site:/www:ro", { "/srv/project/app/site": "directory" });
    const [web] = deploymentFrom(remote, sample).containers;
    expect(web?.mounts).toEqual([]);
    expect(web?.files).toMatchObject([
      { target: "/www", content: "text of /srv/project/app/site", mode: "0644" },
      { target: "/www/bin/run", content: "AAE=", encoding: "base64", mode: "0755" },
    ]);
  });

  it("that the container writes to is reported, as it is lost with the container", () =>
    expect(messagesFrom(mounting("./site:/www", { "/srv/project/app/site": "directory" }), remote)).toEqual([
      "warning: ./site is copied into the container, as ssh://ops@far is another machine: what is written there is lost with it",
    ]));

  it("is an error where it is a file that is not there", () =>
    expect(messagesFrom(mounting("./nginx.conf:/etc/nginx.conf:ro"), remote)).toEqual([
      "error: ./nginx.conf does not exist beside blueprints/sample.yaml",
    ]));
});

describe("an anonymous volume", () => {
  it.each(["/var/cache/app", "{ type: volume, target: /var/cache/app }"])(
    "%s is a volume of the deployment",
    (mount) => {
      const { volumes, containers } = deploymentFrom("config: {}", mounting(mount));
      expect(volumes).toMatchObject([{ key: "web-var-cache-app", name: "hospital_a_web_var_cache_app" }]);
      expect(containers[0]?.mounts).toMatchObject([
        { kind: "volume", volume: "hospital_a_web_var_cache_app", target: "/var/cache/app" },
      ]);
    },
  );

  it("is another one in each replica", () => {
    const blueprintYaml = blueprint('volumes: ["/cache"]\ndeploy: { replicas: 2 }');
    const { volumes, containers } = deploymentFrom("config: {}", { blueprintYaml });
    const names = ["hospital_a_web_cache", "hospital_a_web_2_cache"];
    expect(volumes.map(({ name }) => name)).toEqual(names);
    expect(containers.map(({ mounts }) => mounts.map((mount) => "volume" in mount && mount.volume))).toEqual(
      names.map((name) => [name]),
    );
  });

  it("gets another name where a declared volume has its own", () => {
    const sample = mounting("/cache", {}, "volumes: { web_cache: }");
    expect(deploymentFrom("config: {}", sample).volumes.map(({ name }) => name)).toEqual([
      "hospital_a_web_cache",
      "hospital_a_web_cache_anonymous_1",
    ]);
  });

  it("can be named by the stack", () =>
    expect(deploymentFrom("config: { berth:volumes: { web-cache: old } }", mounting("/cache")).volumes).toMatchObject([
      { key: "web-cache", name: "old", chosen: true },
    ]));
});

describe("the options of a mount", () => {
  it.each<[string, object]>([
    ["/srv/a:/a:z", { kind: "directory", path: "/srv/a", target: "/a", readOnly: false, relabel: "z" }],
    ["/srv/b:/b:ro,Z", { kind: "directory", path: "/srv/b", target: "/b", readOnly: true, relabel: "Z" }],
    ["/srv/c:/c:rshared", { kind: "directory", path: "/srv/c", target: "/c", readOnly: false, propagation: "rshared" }],
    ["/srv/e:/e:cached", { kind: "directory", path: "/srv/e", target: "/e", readOnly: false }],
    ["data:/d:nocopy", { kind: "volume", volume: "hospital_a_data", target: "/d", readOnly: false, noCopy: true }],
    [
      "{ type: volume, source: data, target: /d, read_only: true, volume: { subpath: a/b, labels: { x: y } } }",
      {
        kind: "volume",
        volume: "hospital_a_data",
        target: "/d",
        readOnly: true,
        subpath: "a/b",
        labels: { x: "y" },
      },
    ],
    [
      "{ type: bind, source: /srv/x, target: /x, bind: { propagation: rslave, create_host_path: false } }",
      { kind: "directory", path: "/srv/x", target: "/x", readOnly: false, created: false, propagation: "rslave" },
    ],
  ])("%s", (mount, expected) => expect(mountsFrom(mounting(mount, {}, "volumes: { data: }"))).toEqual([expected]));

  it.each([
    ["{ size: 64m, mode: 01777 }", "size=67108864,mode=1777"],
    ['{ size: 0, mode: "0700" }', "mode=700"],
    ["{ mode: 511 }", "mode=777"],
  ])("of a file system in memory are those of Docker: %s", (options, expected) =>
    expect(
      deploymentFrom("config: {}", mounting(`{ type: tmpfs, target: /cache, tmpfs: ${options} }`)).services[0]
        ?.temporary,
    ).toMatchObject([{ target: "/cache", options: expected }]),
  );

  it("that Compose does not know are reported", () =>
    expect(messagesFrom(mounting("/srv/a:/a:r0"))).toEqual([
      'warning: the option "r0" of a mount means nothing to Compose',
    ]));

  it.each(["{ type: volume, source: data, target: /d, volume: { subpath: ../x } }", "data:relative"])(
    "that Docker refuses are an error: %s",
    (mount) =>
      expect(messagesFrom(mounting(mount, {}, "volumes: { data: }"))).toEqual([expect.stringMatching(/^error/)]),
  );
});

describe("a declared volume", () => {
  const declared = (volume: string): Sample => mounting("data:/data", {}, `volumes: { data: ${volume} }`);

  it.each([
    ["{ external: true }", "data"],
    ["{ external: true, name: common }", "common"],
    ["{ external: { name: common } }", "common"],
  ])("that is external keeps its name, and is none of the deployment's: %s", (volume, name) => {
    const { volumes, externalVolumes, containers } = deploymentFrom("config: {}", declared(volume));
    expect(volumes).toEqual([]);
    expect(externalVolumes).toMatchObject([{ key: "data", name }]);
    expect(containers[0]?.mounts).toMatchObject([{ volume: name }]);
  });

  it("has the driver, options and labels of the blueprint", () =>
    expect(
      deploymentFrom("config: {}", declared("{ driver: nfs, driver_opts: { o: rw, n: 1 }, labels: [tier=slow] }"))
        .volumes,
    ).toMatchObject([{ driver: "nfs", driverOptions: { o: "rw", n: "1" }, labels: { tier: "slow" } }]));

  it("that is a bind mount by its options has an absolute path", () =>
    expect(
      deploymentFrom("config: {}", declared("{ driver: local, driver_opts: { o: bind, type: none, device: ./data } }"))
        .volumes[0]?.driverOptions,
    ).toMatchObject({ device: "/srv/project/app/.berth/data/hospital-a/data" }));
});

describe("volumes_from", () => {
  const sample = (text: string): Sample => ({
    blueprintYaml: blueprint(`volumes_from: ["${text}"]`, '  data: { image: "data:1", volumes: ["/v"] }'),
  });

  it("starts a service after the one whose mounts it has", () => {
    const { services } = deploymentFrom("config: {}", sample("data:ro"));
    expect(services.map(({ key }) => key)).toEqual(["data", "web"]);
    expect(services[1]?.volumesFrom).toEqual([{ from: { service: "data" }, mode: "ro" }]);
  });

  it.each(["data:rx", "container:", "other"])("is an error in another form: %s", (text) =>
    expect(messagesFrom(sample(text)).every((message) => message?.startsWith("error"))).toBe(true),
  );
});

describe("paths that two deployments use", () => {
  const pathsOf = (mount: string): string[] =>
    claimsOf(deploymentFrom("config: {}", mounting(mount))).flatMap((claim) =>
      claim.kind === "hostPath" ? [claim.path] : [],
    );

  it.each(["/var/run/docker.sock:/var/run/docker.sock", "/dev/dri:/dev/dri", "/:/host"])(
    "of the host itself clash with nobody: %s",
    (mount) => expect(pathsOf(mount)).toEqual([]),
  );

  it("are claimed otherwise", () => expect(pathsOf("/srv/data:/data")).toEqual(["/srv/data"]));
});
