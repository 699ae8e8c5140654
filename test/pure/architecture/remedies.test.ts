import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const src = fileURLToPath(new URL("../../../src", import.meta.url));

/** Commands as text: at the beginning of a text, or behind words of one. */
const commandText =
  /["'`](?:docker (?:-H|rm|network|exec|pull|volume|cp|inspect|logs|restart|unpause) |berth (?:new|up|start|stop|check|unlock|destroy|secrets) )|(?<!`)\bpulumi (?:up -|config (?:set|rm|get) (?:-|berth:|\$))/;

it("only the renderer writes commands as text: remedies are data until then", () => {
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  expect(files.length).toBeGreaterThan(100);
  const texts = files.flatMap((file) =>
    readFileSync(join(src, file), "utf8")
      .split("\n")
      .filter((line) => !/^\s*(?:\*|\/\/|\/\*)/.test(line) && commandText.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(texts).toEqual([]);
});
