import type { RawStack } from "./raw-stack.ts";
import { meant } from "./schema.ts";
import { stackFileName } from "./stack-file.ts";

const namespace = "berth:";

/**
 * The running stack's configuration as the engine hands it over: values as text, objects as JSON, secrets decrypted.
 * What the stack file says counts for nothing, so that `--config` and project defaults do.
 * @param all every configuration value of the stack (`pulumi.runtime.allConfig()`)
 * @param isSecret whether a key holds anything encrypted
 * @param places where the keys stand in the stack's file, for messages
 */
export function engineConfig(
  stack: string,
  all: Readonly<Record<string, string>>,
  isSecret: (key: string) => boolean,
  places: Pick<RawStack, "line" | "typed"> = {},
): RawStack {
  const entries = Object.entries(all).flatMap(([key, text]) => {
    if (!key.startsWith(namespace)) return [];
    const name = key.slice(namespace.length);
    return [[name, meant(name, text)] as const];
  });
  return {
    stack,
    file: stackFileName(stack),
    values: Object.fromEntries(entries),
    encrypted: ([key = ""]) => isSecret(`${namespace}${key}`),
    ...places,
  };
}
