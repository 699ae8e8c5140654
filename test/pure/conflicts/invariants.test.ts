import fc from "fast-check";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import type { Realization } from "../../../src/deployment/realization.ts";
import { paste, type StackFile } from "../config/paste.ts";
import { deploymentFrom } from "../resolve/sample.ts";
import { conflictsOf, container, type Live, of } from "./sample.ts";

const blueprintYaml = `services:
  app: { image: "a:1", ports: ["9000:80"], volumes: ["data:/data"], networks: [front, back] }
  dns: { image: "a:1", ports: ["9053:53/tcp", "9053:53/udp"], networks: [front] }
  dev: { image: "a:1", ports: ["9001:80"], profiles: [development] }
volumes: { data: }
networks: { front: , back: }
x-berth: { ports: { app: 9000-9020, dev: app+1 }, static: { directory: "/var/www/\${BERTH_PREFIX}_static" } }`;

type Files = Readonly<Record<string, StackFile>>;
const resolved = (files: Files): Realization[] =>
  Object.entries(files).map(([stack, file]) => deploymentFrom(stringify(file), { stack, blueprintYaml }));

const number = fc.integer({ min: 9000, max: 9004 });
const address = fc.constantFrom("0.0.0.0", "127.0.0.1", "10.0.0.5", "::", "::1");
const protocol = fc.constantFrom<("tcp" | "udp")[]>("tcp", "udp");
const wish = fc.oneof(
  number,
  fc.constant("auto"),
  fc.record({ port: number, address, protocol }, { requiredKeys: ["port"] }),
);
const file = fc
  .record(
    {
      "berth:prefix": fc.constantFrom("a", "b", "a_b", "hospital"),
      "berth:environment": fc.constantFrom("development", "production"),
      "berth:running": fc.boolean(),
      "berth:domain": fc.constantFrom("x.example", "www.x.example", "y.example"),
      "berth:ports": fc.record({ app: wish, dev: number, dns: number, "dns/53/udp": number }, { requiredKeys: [] }),
      "berth:subnets": fc.record(
        { front: fc.constantFrom("10.1.2.0/24", "10.1.0.0/16"), back: fc.constantFrom("10.1.3.0/24", "10.2.0.0/16") },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["berth:ports"] },
  )
  .map((config): StackFile => ({ config }));
const stacks = fc.uniqueArray(fc.constantFrom("a", "b-1", "hospital", "2024", "x.y"), { minLength: 1, maxLength: 4 });
/** Stack files that have no mistake, each for itself. */
const project = stacks
  .chain((names) => fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), file))))
  .map((entries): Files => Object.fromEntries(entries))
  .filter((files) => {
    try {
      return resolved(files).length > 0;
    } catch {
      return false;
    }
  });

const name = fc.constantFrom("a_app", "b_app", "hospital_2_data", "b_1_front", "a_data");
const labels = fc.constantFrom({}, {}, of("a"), of("elsewhere"));
const live: fc.Arbitrary<Live> = fc.record({
  containers: fc.uniqueArray(
    fc
      .record({ called: name, port: number, address, protocol, labels })
      .map(({ called, labels: label, ...port }) => container(called, { ports: [port], labels: label })),
    { maxLength: 3, selector: (made) => made.name },
  ),
  volumes: fc.uniqueArray(fc.record({ name, labels }), { maxLength: 2, selector: (volume) => volume.name }),
  networks: fc.array(
    fc
      .record({ name, labels, id: fc.uuid(), subnets: fc.constantFrom([], ["10.1.2.0/25"], ["10.192.0.0/11"]) })
      .map((network) => ({ ...network, gateways: [], internal: false })),
    { maxLength: 1 },
  ),
  listeners: fc.array(fc.record({ port: number, address, protocol, process: fc.constant("a process") }), {
    maxLength: 2,
  }),
});

/** The files after every remedy of their conflicts was pasted. */
const mended = (files: Files, host: Live): Files =>
  conflictsOf(resolved(files), host).reduce<Files>((all, { remedy = "", wanted }) => {
    const stack = wanted?.stack ?? "";
    return remedy.split("\n").reduce((before, line) => {
      expect(line).toMatch(new RegExp(`^pulumi config set .* -s ${stack}$`));
      return { ...before, [stack]: paste(before[stack] ?? { config: {} }, line) };
    }, all);
  }, files);

it("pasting every remedy leaves no conflict, or one more where an automatic port takes the place that one gave up", () => {
  fc.assert(
    fc.property(project, live, (files, host) => {
      const once = mended(files, host);
      const left = conflictsOf(resolved(once), host);
      expect(left.filter(({ code }) => code !== "port-in-use")).toEqual([]);
      expect(conflictsOf(resolved(mended(once, host)), host)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

it("no two deployments that pass the check share a claim", () => {
  fc.assert(
    fc.property(project, (files) => {
      const all = resolved(files);
      fc.pre(conflictsOf(all).length === 0);
      const held = all.map(
        ({ containers, services, volumes, networks, staticDirectory, serverNames, running }) =>
          new Set([
            ...containers.map(({ name }) => `container ${name}`),
            ...services.flatMap(({ ports }) =>
              running ? ports.map((port) => `${port.address} ${port.hostPort}/${port.protocol}`) : [],
            ),
            ...volumes.map((volume) => `volume ${volume.name}`),
            ...networks.flatMap((network) => [`network ${network.name}`, network.subnet]),
            ...serverNames,
            staticDirectory?.path ?? "",
          ]),
      );
      const count = held.reduce((sum, { size }) => sum + size, 0);
      expect(new Set(held.flatMap((each) => [...each])).size).toBe(count);
    }),
    { numRuns: 60 },
  );
});

it("the order of the stacks, and of what is live, does not change the report", () => {
  fc.assert(
    fc.property(project, live, (files, host) => {
      const all = resolved(files);
      const turned: Live = {
        containers: [...(host.containers ?? [])].reverse(),
        volumes: [...(host.volumes ?? [])].reverse(),
        networks: host.networks ?? [],
        listeners: [...(host.listeners ?? [])].reverse(),
      };
      expect(conflictsOf([...all].reverse(), turned)).toEqual(conflictsOf(all, host));
    }),
    { numRuns: 60 },
  );
});

it("what is found about one deployment is found about it among all", () => {
  fc.assert(
    fc.property(project, live, (files, host) => {
      const all = resolved(files);
      const quiet = conflictsOf(all, host).length === 0;
      const about = all.flatMap(({ id }) => conflictsOf(all, host, { about: id }));
      expect(about.length === 0).toBe(quiet);
      for (const { wanted } of about) expect(Object.keys(files)).toContain(wanted?.stack);
    }),
    { numRuns: 60 },
  );
});
