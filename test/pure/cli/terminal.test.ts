import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyHost, type Fake, fakeDocker } from "../docker/fake-docker.ts";
import { berth, equipemed, onTerminal, projectWith } from "./berth.ts";

/** What a container, a volume and a file can say to whoever looks: clear the screen, a new line, a reversed one, a colour. */
const evil = "\x1b[2J\x1b]0;owned\x07\n✓ no conflict\r\u202e\x9b31m";
const stack = "organization/berth/b";
const obeyed = /(?!\n)[\p{Cc}\p{Cf}]/u;

describe("what is foreign and hostile", () => {
  let fake: Fake;
  let root: string;
  beforeAll(async () => {
    const labels = { "berth.stack": stack, "berth.service": "app" };
    const state = { Status: "running", Health: { Status: "unhealthy", Log: [{ ExitCode: 1, Output: evil }] } };
    const container = (id: string, name: string) => ({
      Id: id,
      Name: `/${name}`,
      Config: { Image: `web:${evil}`, Labels: labels },
      State: state,
      HostConfig: { PortBindings: { "80/tcp": [{ HostIp: "", HostPort: "20071" }] } },
      NetworkSettings: { Networks: {} },
    });
    const listed = { Id: "1", Names: [`/x${evil}`], State: "running", Labels: labels };
    fake = await fakeDocker({
      // Late, so that on a terminal (which has no width here) there is time to show that something is under way.
      "/info": (response) => void setTimeout(() => response.end(JSON.stringify(emptyHost["/info"])), 600),
      "/containers/json?all=1": [listed],
      "/containers/1/json": container("1", `x${evil}`),
      "/volumes": { Volumes: [{ Name: `b_database`, Labels: { "berth.stack": evil } }], Warnings: null },
      "/networks": [{ Id: "n", Name: `b_default`, Labels: { "berth.stack": `${stack}${evil}` }, IPAM: { Config: [] } }],
      "/images/eqmd%3Alatest/json": {},
    });
    root = projectWith({
      "Pulumi.b.yaml": equipemed({ ports: { app: 20_071 } }),
      "Pulumi.c.yaml": equipemed({ ports: { app: 20_071 }, settings: { [`A`]: [evil] }, domain: evil }),
      "Pulumi.d.yaml": `config: { berth:blueprint: ${JSON.stringify(`x${evil}`)} }`,
    });
  });
  afterAll(() => fake?.close());

  it.each([
    ["ports"],
    ["check"],
    ["check", "--markdown"],
    ["status"],
    ["list"],
    ["new", "e", "--set", `B=${evil}`, "--port", evil],
  ])("reaches the terminal as visible text only: berth %s", async (...args) => {
    const { stdout, stderr } = await berth(root, args, { env: { DOCKER_HOST: fake.endpoint } });
    expect(stdout + stderr).not.toBe("");
    expect(stdout + stderr).not.toMatch(obeyed);
    expect(stdout + stderr).not.toMatch(/^✓/m);
  });

  it.each([["ports"], ["check"], ["status"], ["list"]])("is JSON without it: berth %s --json", async (command) => {
    const { stdout } = await berth(root, [command, "--json"], { env: { DOCKER_HOST: fake.endpoint } });
    expect(stdout).not.toMatch(obeyed);
    JSON.parse(stdout);
    if (command === "ports") expect(stdout).toContain("\\u001b[2J");
  });

  it("stays visible text on a terminal, too", async () => {
    const terminal = onTerminal(root, ["ports"], { DOCKER_HOST: fake.endpoint });
    await terminal.ended;
    expect(terminal.screen()).toContain("x\\e[2J\\e]0;owned\\x07\\n✓ no conflict\\r\\u{202e}\\x9b31m");
  });
});
