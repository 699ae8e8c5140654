import type { Finding } from "../conflicts/finding.ts";
import { mistake, quoted } from "../conflicts/mistake.ts";
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
  readonly yes?: boolean;
  readonly offline?: boolean;
  readonly json?: boolean;
}

/** What the flags say, and those of which nothing can be understood. */
export function answersOf(
  stack: string,
  { port, image, set, blueprint, prefix, environment, domain, endpoint, database }: NewOptions,
): { answers: Answers; mistakes: readonly Finding[] } {
  const ports = pairs("--port", "SERVICE=PORT", port);
  const images = pairs("--image", "SERVICE=IMAGE", image);
  const settings = pairs("--set", "NAME=VALUE", set);
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
    },
    mistakes: [ports, images, settings].flatMap(({ mistakes }) => mistakes),
  };
}

function pairs(flag: string, form: string, texts: readonly string[] = []) {
  const isPair = (text: string): boolean => text.indexOf("=") > 0;
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
