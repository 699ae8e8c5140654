import { describe, expect, it } from "vitest";
import { conflictsOf, deployments, type Live, of } from "./sample.ts";

const hospitalB = "berth:prefix: hospital_b\nberth:ports: { app: 8790 }";

describe("a changed prefix", () => {
  const volumes = (prefix: string, keys: readonly string[], stack = "hospital-b"): Live => ({
    volumes: keys.map((key) => ({ name: `${prefix}_${key}`, labels: { ...of(stack), "berth.volume": key } })),
  });
  const prefixes = (live: Live): unknown[] =>
    conflictsOf(deployments({ "hospital-b": hospitalB }), live).flatMap(({ code, remedy }) =>
      code === "volume-left-behind" ? [] : [[code, remedy]],
    );
  const back = (prefix: string): unknown[] => [
    ["prefix-changed", `pulumi config set berth:prefix ${prefix} -s hospital-b`],
  ];

  it.each([
    ["all volumes have the old one", volumes("clinic", ["database", "media_files"]), "clinic"],
    ["one volume with _ in its key has it", volumes("clinic", ["media_files"]), "clinic"],
    ["the new one begins the old one", volumes("hospital_b_old", ["database"]), "hospital_b_old"],
    ["the old one begins the new one", volumes("hospital", ["database"]), "hospital"],
    [
      "some have one and more have another",
      {
        volumes: [
          ...(volumes("x", ["database"]).volumes ?? []),
          ...(volumes("y", ["media_files", "static_files"]).volumes ?? []),
        ],
      },
      "y",
    ],
  ])("is found where %s", (_, live, prefix) => expect(prefixes(live)).toEqual(back(prefix)));

  it.each([
    ["the volumes have the present one", volumes("hospital_b", ["database", "media_files", "static_files"])],
    ["they are another stack's", volumes("clinic", ["database"], "hospital-c")],
    ["the blueprint has no such volume any more", volumes("clinic", ["cache"])],
    [
      "the data was moved, and the old volume stayed",
      {
        volumes: [
          ...(volumes("clinic", ["database"]).volumes ?? []),
          ...(volumes("hospital_b", ["database"]).volumes ?? []),
        ],
      },
    ],
  ])("is none where %s", (_, live) => expect(prefixes(live)).toEqual([]));
});
