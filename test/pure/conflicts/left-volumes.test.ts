import { describe, expect, it } from "vitest";
import { conflictsOf, deployments, type Live, of } from "./sample.ts";

const blueprint = (...keys: string[]): string =>
  `services: { web: { image: "web:1", volumes: [${keys.map((key) => `"${key}:/${key}"`).join(", ")}] } }
volumes: { ${keys.map((key) => `${key}: {}`).join(", ")} }`;
const live = (...names: string[]): Live => ({
  volumes: names.map((name) => ({ name, labels: { ...of("a"), "berth.volume": name.replace(/^[a-z]+_/, "") } })),
});
const found = (keys: string[], there: Live, more = "") =>
  conflictsOf(deployments({ a: `berth:prefix: a${more}` }, blueprint(...keys)), there, {
    about: "organization/berth/a",
  });
const told = (...args: Parameters<typeof found>) =>
  found(...args).map(({ code, severity, key }) => `${severity} ${code} ${key}`);

describe("a volume whose key was renamed", () => {
  it("is an error before anything changes, with the command that keeps the data", () => {
    const [finding, ...more] = found(["database"], live("a_data"));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      code: "volume-left-behind",
      severity: "error",
      key: "a_data",
      message: "holds data of a, and the blueprint has no volume data; a_database would be created empty",
      remedy: "pulumi config set --path berth:volumes.database a_data -s a",
      remedyNote: "keeps the data; to start empty instead: berth:volumes: { database: a_database }",
    });
  });

  it("is no finding once it is mapped, under any prefix, or the new one was chosen and the old one removed", () => {
    expect(told(["database"], live("a_data"), "\nberth:volumes: { database: a_data }")).toEqual([]);
    expect(told(["database"], live("b_data"), "\nberth:volumes: { database: b_data }")).toEqual([]);
    expect(told(["database"], live("a_database"))).toEqual([]);
  });

  it("is a warning where it has happened, or was meant: the data is not in use", () => {
    const warning = ["warning volume-left-behind a_data"];
    expect(told(["database"], live("a_data", "a_database"))).toEqual(warning);
    expect(told(["database"], live("a_data"), "\nberth:volumes: { database: a_database }")).toEqual(warning);
  });
});

it("another blueprint is an error that names all volumes, and no command guesses which is which", () => {
  const [finding, ...more] = found(["db", "files"], live("a_data", "a_media"));
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ severity: "error", key: "a_data, a_media" });
  expect(finding?.message).toContain("a_db, a_files would be created empty");
  expect(finding?.remedy).not.toContain("pulumi");
});

it("a volume that the blueprint has no more is a warning, one that is new is none", () => {
  expect(told(["data"], live("a_data", "a_cache"))).toEqual(["warning volume-left-behind a_cache"]);
  expect(told(["data", "cache"], live("a_data"))).toEqual([]);
});

it("volumes of others, and those under another prefix, are no matter of keys", () => {
  expect(told(["data"], { volumes: [{ name: "x_old", labels: { ...of("b"), "berth.volume": "old" } }] })).toEqual([]);
  expect(told(["data"], live("b_data"))).toEqual(["error prefix-changed a"]);
});
