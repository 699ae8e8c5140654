import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { berth, equipemed, paste, projectWith } from "./berth.ts";

it.each([
  ["an unknown key", "berth:flavour", "sweet", "there is no such key"],
  ["an unknown service", "berth:ports.ap", "9000", "rename it to berth:ports.app"],
  ["a value that the key does not accept", "berth:prefix", "Bad", "berth config set berth:prefix bad -s a"],
])("config set refuses %s and leaves the file as it is", async (_, key, value, says) => {
  const text = equipemed({ ports: { app: 8778 } });
  const root = projectWith({ "Pulumi.a.yaml": text });
  const { code, stdout, stderr } = await berth(root, ["config", "set", "--path", key, value, "-s", "a"]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(says);
  expect(stderr).toMatch(/Pulumi\.a\.yaml is left as it is\n$/);
  expect(readFileSync(join(root, "Pulumi.a.yaml"), "utf8")).toBe(text);
});

it("config set at the same time keeps every value, and new at the same time pins every port once", async () => {
  const root = projectWith({ "Pulumi.a.yaml": equipemed({ ports: { app: 8778 } }) });
  const names = ["HOSPITAL_NAME", "HOSPITAL_PHONE", "HOSPITAL_EMAIL"];
  const stacks = ["b", "c", "d"];
  const ran = await Promise.all([
    ...names.map((name) => berth(root, ["config", "set", "--path", `berth:settings.${name}`, "1", "-s", "a"])),
    ...stacks.map((stack) => berth(root, ["new", stack, "--offline"])),
  ]);
  for (const { code, stderr } of ran) expect(code, stderr).toBe(0);
  const read = (stack: string): string => readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8");
  for (const name of names) expect(read("a")).toContain(`${name}: 1\n`);
  const ports = stacks.map((stack) => /app: (\d+)/.exec(read(stack))?.[1]);
  expect(ports.sort()).toEqual(["8779", "8780", "8781"]);
});

const json = `config:
  berth:blueprint: equipemed
  berth:settings: '{"HOSPITAL_NAME":"A","API_PASSWORD":"hunter2"}'
  berth:ports: '{"app":8778}'
`;
const fileOf = (root: string): string => readFileSync(join(root, "Pulumi.a.yaml"), "utf8");

it("config rm takes a value out of JSON text, and config set writes one into it", async () => {
  const root = projectWith({ "Pulumi.a.yaml": json });
  const removed = await berth(root, ["config", "rm", "--path", "berth:settings.API_PASSWORD", "-s", "a"]);
  expect(removed).toMatchObject({ code: 0, stdout: "Pulumi.a.yaml: berth:settings.API_PASSWORD is removed\n" });
  expect(fileOf(root)).not.toContain("hunter2");
  const set = await berth(root, ["config", "set", "--path", "berth:ports.app", "8779", "-s", "a"]);
  expect(set.code, set.stderr).toBe(0);
  expect(fileOf(root)).toContain("app: 8779");
});

it("config rm says so where there is nothing to remove, and refuses where an anchor brings the value in", async () => {
  const text = "base: &base\n  berth:settings: { A: 1 }\nconfig:\n  <<: *base\n  berth:blueprint: equipemed\n";
  const root = projectWith({ "Pulumi.a.yaml": text });
  const none = await berth(root, ["config", "rm", "--path", "berth:settings.B", "-s", "a"]);
  expect(none).toMatchObject({ code: 0, stdout: "Pulumi.a.yaml: berth:settings.B is not set in this file\n" });
  const anchored = await berth(root, ["config", "rm", "--path", "berth:settings.A", "-s", "a"]);
  expect(anchored).toMatchObject({ code: 2, stdout: "" });
  expect(anchored.stderr).toContain("&base on line 1");
  expect(fileOf(root)).toBe(text);
});

it.each(["ports", "berth:config:ports"])("config set changes the key that stands there as %s", async (key) => {
  const text = `config:\n  blueprint: equipemed\n  ${key}: { app: 8778 }\n`;
  const root = projectWith({ "Pulumi.a.yaml": text });
  const { code, stderr } = await berth(root, ["config", "set", "--path", "berth:ports.app", "8779", "-s", "a"]);
  expect(code, stderr).toBe(0);
  expect(fileOf(root)).toBe(text.replace("8778", "8779"));
});

it.each([
  ["berth:settings.PASSCODE", "hunter2secretpw"],
  ["berth:settings.DSN", "host=db password=hunter2secretpw"],
])("config set prints no value that looks like a secret: %s", async (key, value) => {
  const root = projectWith({ "Pulumi.a.yaml": equipemed({ ports: { app: 8778 } }) });
  const { stdout, stderr } = await berth(root, ["config", "set", "--path", key, value, "-s", "a"]);
  expect(stdout).toBe(`Pulumi.a.yaml: ${key} is set\n`);
  expect(stderr).not.toContain("hunter2");
});

it("a remedy changes the project that -C names, not the stack of that name in the folder around", async () => {
  const text = equipemed({ ports: { app: 8778 }, prefix: "Bad" });
  const [here, there] = [projectWith({ "Pulumi.a.yaml": text }), projectWith({ "Pulumi.a.yaml": text })];
  const { stdout, stderr } = await berth(here, ["-C", there, "check", "-s", "a", "--offline"]);
  const remedy = /berth .*config set berth:prefix bad -s a/.exec(stdout + stderr)?.[0] ?? "";
  expect((await paste(here, remedy)).code, `${stdout}${stderr}`).toBe(0);
  expect([fileOf(here), fileOf(there)]).toEqual([text, expect.stringContaining("prefix: bad")]);
});
