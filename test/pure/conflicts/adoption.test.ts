import { describe, expect, it } from "vitest";
import { conflictsOf, container, deployments, of } from "./sample.ts";

const volume = (name: string, labels = {}) => ({ name, labels });
const stranger = ["a_database", "a_media_files"].map((name) => volume(name));
const remedies = (live: object, keys = "", known?: ReadonlySet<string>) =>
  conflictsOf(deployments({ a: `berth:prefix: a${keys}` }), live, { about: "organization/berth/a", known }).map(
    ({ key, remedy }) => [key, remedy],
  );

describe("a volume without a label, in a deployment's place", () => {
  it("belongs to the deployment that is live there, and is taken over in one go with the others", () => {
    const both =
      "pulumi config set --path 'berth:adopt[0]' database -s a\npulumi config set --path 'berth:adopt[1]' media_files -s a";
    const found = [
      ["a_database", both],
      ["a_media_files", both],
    ];
    const mine = container("a_app", { labels: of("a") });
    expect(remedies({ volumes: stranger, containers: [mine] }, "", new Set([mine.id]))).toEqual(found);
    expect(remedies({ volumes: stranger, containers: [mine] })).toEqual(found);
    expect(remedies({ volumes: stranger }, "", new Set(["gone"]))).toEqual(found);
  });

  it("is added behind what was taken over before, the static directory included", () => {
    const live = { volumes: [...stranger, volume("a_static_files", of("a"))] };
    expect(remedies(live, "\nberth:adopt: [static, database]")).toEqual([
      ["a_media_files", "pulumi config set --path 'berth:adopt[2]' media_files -s a"],
    ]);
  });

  it("is in the way of a deployment that is not live, which then takes another prefix", () => {
    const other = "pulumi config set berth:prefix a_2 -s a";
    const another = container("b_app", { labels: of("b") });
    expect(remedies({ volumes: stranger, containers: [another] })).toEqual([
      ["a_database", other],
      ["a_media_files", other],
    ]);
  });
});
