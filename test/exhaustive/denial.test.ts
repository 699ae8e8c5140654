import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Use } from "../../src/status/use.ts";
import { exec } from "../host/containers.ts";
import { cleanUp, docker } from "../host/docker.ts";
import { attacker } from "../engine/attacker.ts";
import { engineAnswers } from "../engine/engine.ts";
import { succeeds, Tenancy } from "../engine/tenancy.ts";

const patience = { timeout: 60_000, interval: 500 };

describe.skipIf(!engineAnswers)("a tenant that attacks from inside its container", () => {
  let site: Tenancy;

  beforeAll(async () => {
    site = await Tenancy.make({ tenants: ["a", "b"] });
    await succeeds(site.up("platform"));
    await site.bringUp("a", "b");
  });
  afterAll(async () => {
    await site?.project.destroy();
    await cleanUp();
  });

  const app = (key: string): Docker.Container => docker.getContainer(`${site.prefixes[key]}_app`);
  const run = async (key: string, ...args: string[]): Promise<string> => {
    const { code, output } = await exec(app(key), ["node", "-e", attacker, ...args]);
    expect(code, output).toBe(0);
    return output.trim();
  };
  const databaseUrl = async (key: string): Promise<string> => {
    const { Config } = await app(key).inspect();
    return Config.Env.find((entry) => entry.startsWith("DATABASE_URL="))?.slice("DATABASE_URL=".length) ?? "";
  };
  /** Names by address, of every container of the site on all its networks. */
  const addresses = async (): Promise<Map<string, string>> => {
    const found = new Map<string, string>();
    const ours = [site.platform, ...Object.values(site.prefixes)];
    for (const { Names, NetworkSettings } of await docker.listContainers()) {
      const name = Names[0]?.slice(1) ?? "";
      if (!ours.some((prefix) => name.startsWith(`${prefix}_`))) continue;
      for (const { IPAddress } of Object.values(NetworkSettings.Networks)) found.set(IPAddress, name);
    }
    return found;
  };

  it("finds nothing on its networks but its own services and its relay's two ports", async () => {
    const { NetworkSettings } = await app("a").inspect();
    const around: string[] = [];
    const gateways: string[] = [];
    for (const { IPAddress, Gateway, IPPrefixLen } of Object.values(NetworkSettings.Networks)) {
      gateways.push(Gateway);
      around.push(...addressesOf(IPAddress, IPPrefixLen).filter((address) => address !== Gateway));
    }
    const { open } = JSON.parse(await run("a", "scan", around.join(","), "20000")) as { open: string[] };
    const names = await addresses();
    const called = (one: string): string => one.replace(/^[^:]+/, (address) => names.get(address) ?? address);
    const own = site.prefixes["a"] ?? "";
    expect(open.map(called).sort()).toEqual(
      [`${own}_app:3000`, `${own}_database_relay:5432`, `${own}_database_relay:6432`].sort(),
    );
    const others = [...names].filter(([, name]) => !name.startsWith(`${own}_`)).map(([address]) => address);
    const ports = [site.ports["server"], site.ports["pool"], 15432, 16432];
    const tried = [
      ...others.flatMap((address) => [3000, 5432, 6432, 8081].map((port) => `${address}:${port}`)),
      ...[...gateways, "172.17.0.1"].flatMap((gateway) => ports.map((port) => `${gateway}:${port}`)),
    ];
    expect((JSON.parse(await run("a", "probe", tried.join(","))) as string[]).map(called)).toEqual([]);
  });

  const counts = async (key: string): Promise<Record<string, number>> =>
    JSON.parse((await exec(app(key), ["cat", "/tmp/attack.json"])).output) as Record<string, number>;
  const uses = async (): Promise<Use[]> => {
    const { stdout } = await site.project.shell("node dist/cli.cjs status --json");
    return (JSON.parse(stdout) as { uses: Use[] }).uses;
  };

  it.each([
    ["connections without a password", ["130", "0"], "held", 60],
    ["logins", ["0", "498"], "loggedIn", 55],
  ])(
    "takes nothing from others by %s: their first query takes no second, and status reports the saturation",
    async (_, numbers, count, least) => {
      const url = await databaseUrl("a");
      const { hostname } = new URL(url);
      const servers = [...(await addresses())].flatMap(([at, name]) =>
        /_(postgres|pgbouncer)$/.test(name) ? [at] : [],
      );
      const targets = [hostname, ...servers].flatMap((host) => [`${host}:5432`, `${host}:6432`]);
      const first = async (): Promise<number> => Number(await run("b", "first", await databaseUrl("b"), "select 1"));
      const quiet = await first();
      const attack = await app("a").exec({
        Cmd: ["node", "-e", attacker, "attack", url, ...numbers, targets.join(",")],
      });
      await attack.start({ Detach: true });
      try {
        await vi.waitFor(async () => expect((await counts("a"))[count]).toBeGreaterThan(least), patience);
        const took = [await first(), await first(), await first()];
        console.log(`first query of b: ${quiet} ms without ${_}, ${took.join(", ")} ms during them`, await counts("a"));
        expect(median(took)).toBeLessThan(1000);
        expect(await site.ask("postgres", "postgres", "server")).toBe("postgres");
        const critical = (await uses()).filter(({ level }) => level === "critical").map(({ of }) => of);
        expect(critical).toContain(`${site.prefixes["a"]}_database_relay pool`);
        expect(critical.filter((of) => !of.startsWith(site.prefixes["a"] ?? ""))).toEqual([]);
        // A client that does not log in is disconnected.
        if (count === "held")
          await vi.waitFor(async () => expect((await counts("a"))["cut"]).toBeGreaterThan(least), patience);
      } finally {
        await app("a").restart();
      }
    },
  );
});

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.POSITIVE_INFINITY;

/** Every address of a network that a container can have, but its own network's first and last. */
function addressesOf(address: string, bits: number): string[] {
  const number = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const size = 2 ** (32 - bits);
  const first = Math.floor(number / size) * size;
  return Array.from({ length: size - 2 }, (_, index) => first + index + 1).map((each) =>
    [each / 2 ** 24, each / 2 ** 16, each / 2 ** 8, each].map((byte) => Math.floor(byte) % 256).join("."),
  );
}
