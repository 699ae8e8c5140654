import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import type { Filler, Path } from "./fill.ts";
import { imagePattern } from "./names.ts";
import { remembered } from "./remembered.ts";

/**
 * The image of each service. One without a wish of its own follows a service whose image in the blueprint is the same:
 * the app before all others.
 */
export function imagesOf(
  config: StackConfig,
  blueprint: Blueprint,
  services: Readonly<Record<string, ComposeService>>,
  app: string,
  filler: Filler,
): Record<string, string> {
  const wishes = Object.entries(config.images).sort(([a], [b]) => Number(a === app) - Number(b === app));
  const wished = new Map(wishes.map(([key, image]) => [blueprint.services[key]?.image, image]));
  return Object.fromEntries(
    Object.entries(services).map(([key, { image }]) => [
      key,
      config.images[key] ?? wished.get(image) ?? imageText(image, ["services", key, "image"], filler),
    ]),
  );
}

function imageText(text: string, path: Path, filler: Filler): string {
  const image = filler.text(text, path);
  filler.parsed(image, path, (name) => isImage(name) || undefined, "an image name in lower case");
  return image;
}

const isImage = remembered((name) => imagePattern.test(name));
