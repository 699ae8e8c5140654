import type { Blueprint, ComposeService } from "../blueprint/blueprint.ts";
import type { StackConfig } from "../config/stack-config.ts";
import type { Source } from "../findings/finding.ts";
import { buildsOf, type BuiltImage } from "./build.ts";
import type { Filler, Path } from "./interpolate.ts";
import { imagePattern } from "../notation/names.ts";
import { memoize } from "../notation/memoize.ts";
import { ownValue } from "../notation/own-value.ts";

/**
 * The image of each service. One without a wish of its own follows a service whose image in the blueprint is the same:
 * the app before all others. With it what is built of them, by service.
 */
export function imagesOf(
  config: StackConfig,
  blueprint: Blueprint,
  services: Readonly<Record<string, ComposeService>>,
  app: string,
  { prefix, filler }: { readonly prefix: string; readonly filler: Filler },
): { readonly images: Record<string, string>; readonly builds: Record<string, BuiltImage> } {
  const followed = followedBy(config, blueprint, app);
  const isChosen = (key: string): boolean => followed(key) !== undefined;
  const builds = buildsOf(services, isChosen, { config, blueprint, prefix, filler });
  // What is built under a name is meant by all who name it.
  const named = new Map(
    Object.entries(builds).flatMap(([key, { image }]) => {
      const name = ownValue(services, key)?.image;
      return name === undefined ? [] : [[name, image] as const];
    }),
  );
  const imageOf = (key: string, { image, build }: ComposeService): string => {
    const chosen = ownValue(config.images, followed(key) ?? "") ?? ownValue(builds, key)?.image;
    if (chosen !== undefined) return chosen;
    if (build !== undefined || image === undefined) return "";
    return named.get(image) ?? imageText(image, ["services", key, "image"], filler);
  };
  const images = Object.entries(services).map(([key, service]) => [key, imageOf(key, service)] as const);
  return { images: Object.fromEntries(images), builds };
}

/** Where the image of each service is named, by its key: in the stack file, or in the blueprint. */
export function imageSources(config: StackConfig, blueprint: Blueprint, app: string): Record<string, Source> {
  const followed = followedBy(config, blueprint, app);
  return Object.fromEntries(
    Object.keys(blueprint.services).map((key) => {
      const wished = followed(key);
      return [
        key,
        wished === undefined ? blueprint.source(["services", key, "image"]) : config.source("images", wished),
      ];
    }),
  );
}

/** The key under `berth:images` that decides a service's image; undefined where the blueprint does. */
function followedBy({ images }: StackConfig, { services }: Blueprint, app: string) {
  const wishes = Object.keys(images).sort((a, b) => Number(a === app) - Number(b === app));
  const wished = new Map(wishes.map((key) => [ownValue(services, key)?.image, key]));
  return (key: string): string | undefined => {
    const image = ownValue(services, key)?.image;
    return Object.hasOwn(images, key) ? key : image === undefined ? undefined : wished.get(image);
  };
}

function imageText(text: string, path: Path, filler: Filler): string {
  const image = filler.text(text, path);
  filler.parsed(image, path, (name) => isImage(name) || undefined, "an image name in lower case");
  return image;
}

const isImage = memoize((name) => imagePattern.test(name));
