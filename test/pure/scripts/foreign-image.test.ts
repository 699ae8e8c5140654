import type Docker from "dockerode";
import { describe, expect, it } from "vitest";
import { makeDatabaseImages } from "../../../scripts/images/database-images.ts";
import { isForeignImage, sourcesLabel } from "../../../scripts/images/image-sources.ts";
import { makeSampleImage } from "../../../scripts/images/sample-image.ts";

/** A Docker with one image of every name, or none; it fails on everything that would change something. */
const dockerWith = (
  Labels: Readonly<Record<string, string>> | null | undefined,
  steps: readonly string[] = [],
): Docker =>
  ({
    ping: () => Promise.resolve("OK"),
    getImage: () => ({
      inspect: () =>
        Labels === undefined
          ? Promise.reject(Object.assign(new Error("no such image"), { statusCode: 404 }))
          : Promise.resolve({ Id: "sha256:1", Config: { Labels } }),
      history: () => Promise.resolve(steps.map((CreatedBy) => ({ CreatedBy }))),
    }),
  }) as unknown as Docker;

describe("an image that these scripts did not build", () => {
  const labelled = `/bin/sh -c #(nop)  LABEL ${sourcesLabel}=1`;

  it.each<[string, Readonly<Record<string, string>> | null | undefined, boolean, string[]?]>([
    ["without labels", null, true],
    ["with labels of its own", { maintainer: "clinic" }, true],
    ["with the label of its sources", { [sourcesLabel]: "1" }, false, [labelled, "RUN x"]],
    ["built on such an image", { [sourcesLabel]: "1" }, true, ["COPY . /app", labelled, "RUN x"]],
    ["with the label, built by a builder without steps", { [sourcesLabel]: "1" }, false, []],
    ["that does not exist", undefined, false],
  ])("is one %s: %s", async (_, labels, isForeign, steps) =>
    expect(await isForeignImage(dockerWith(labels, steps), "eqmd:latest")).toBe(isForeign),
  );

  it("is not built over by the scripts for databases", async () =>
    expect(makeDatabaseImages({ docker: dockerWith(null) })).rejects.toThrow(
      "the image berth-postgres:15 on this host was not built by this script and is left unchanged: rename it",
    ));

  it("is not built over", async () =>
    expect(makeSampleImage({ tag: "eqmd:latest", docker: dockerWith(null) })).rejects.toThrow(
      "the image eqmd:latest on this host was not built by this script, and is left as it is: name another one with --tag",
    ));
});
