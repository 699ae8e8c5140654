import { describe, expect, it } from "vitest";
import { touchedStacks } from "../../../scripts/ci/touched-stacks.ts";

const stacks = [
  { name: "staging", blueprint: "equipemed" },
  { name: "hospital-a", blueprint: "equipemed" },
  { name: "shop", blueprint: "./compose/shop.yaml" },
  { name: "broken" },
];
const all = ["broken", "hospital-a", "shop", "staging"];

describe.each([
  ["a stack's file touches that stack", ["Pulumi.hospital-a.yaml"], ["hospital-a"]],
  ["also one that cannot be read", ["Pulumi.broken.yaml"], ["broken"]],
  [
    "two files touch two stacks, in order",
    ["Pulumi.staging.yaml", "Pulumi.hospital-a.yaml"],
    ["hospital-a", "staging"],
  ],
  ["a removed stack touches nothing that is left", ["Pulumi.gone.yaml"], []],
  ["a Compose file touches the stacks that name it", ["compose/shop.yaml"], ["shop"]],
  ["a blueprint touches all", ["blueprints/equipemed.yaml"], all],
  ["the program touches all", ["src/resolve/resolve.ts"], all],
  ["the project's settings touch all", ["Pulumi.yaml"], all],
  ["other versions of packages touch all", ["package-lock.json"], all],
  [
    "what is nobody's part touches none",
    ["README.md", "docs/src/x.md", "test/src.test.ts", "examples/Pulumi.yaml"],
    [],
  ],
  ["nothing changed touches none", [], []],
])("%s", (_, changed, touched) => {
  it(changed.join(" ") || "nothing", () => expect(touchedStacks(changed, stacks)).toEqual(touched));
});
