import { keyPath } from "../findings/config-key.ts";
import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { quoted } from "../notation/quoted.ts";
import type { Answers } from "../operations/answers.ts";
import { portOf } from "../operations/new-flags.ts";

/** The flags of `berth new`, as they were typed. */
export interface NewOptions {
  readonly blueprint?: string;
  readonly prefix?: string;
  readonly environment?: string;
  readonly domain?: string;
  readonly endpoint?: string;
  readonly database?: string;
  readonly port?: readonly string[];
  readonly image?: readonly string[];
  readonly set?: readonly string[];
  readonly config?: readonly string[];
  readonly yes?: boolean;
  readonly offline?: boolean;
  readonly json?: boolean;
}

/** What the flags say, and those of which nothing can be understood. */
export function answersOf(
  stack: string,
  { port, image, set, config, blueprint, prefix, environment, domain, endpoint, database }: NewOptions,
): { answers: Answers; mistakes: readonly Finding[] } {
  const ports = pairs("--port", "SERVICE=PORT", port);
  const images = pairs("--image", "SERVICE=IMAGE", image);
  const settings = pairs("--set", "NAME=VALUE", set);
  const others = pairs("--config", "KEY=VALUE, for example berth:services.app.cpus=0.5", config, isConfigKey);
  return {
    answers: {
      stack,
      blueprint,
      prefix,
      environment,
      domain,
      endpoint,
      database,
      ports: Object.fromEntries(ports.entries.map(([name, value]) => [name, portOf(value)])),
      images: Object.fromEntries(images.entries),
      settings: Object.fromEntries(settings.entries),
      config: Object.fromEntries(others.entries),
    },
    mistakes: [ports, images, settings, others].flatMap(({ mistakes }) => mistakes),
  };
}

const isConfigKey = (name: string): boolean => keyPath(name) !== undefined;

function pairs(flag: string, form: string, texts: readonly string[] = [], isName = (name: string) => name !== "") {
  const isPair = (text: string): boolean => text.includes("=") && isName(text.slice(0, text.indexOf("=")));
  return {
    entries: texts.filter(isPair).map((text): [string, string] => {
      const at = text.indexOf("=");
      return [text.slice(0, at), text.slice(at + 1)];
    }),
    mistakes: texts
      .filter((text) => !isPair(text))
      .map((text) => mistake({ file: flag, path: "" }, `found ${quoted(text)}`, `${flag} ${form}`)),
  };
}
