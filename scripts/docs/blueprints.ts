import { blueprintSchema } from "../../src/blueprint/schema.ts";
import { extension } from "../../src/blueprint/extension-schema.ts";
import { service } from "../../src/blueprint/service-schema.ts";
import { jsonSchemaOf } from "./json-schema.ts";
import { type Key, keysOf } from "./keys.ts";
import { code, inAnEditor, page, table } from "./markdown.ts";

/** What a blueprint's own variables stand for. */
const variables = {
  BERTH_STACK: "the stack's name",
  BERTH_ID: "`<organization>/<project>/<stack>`",
  BERTH_PREFIX: "the prefix",
  BERTH_ENVIRONMENT: "`development`, `staging` or `production`",
  BERTH_DOMAIN: "the domain; empty without one",
  BERTH_SERVER_NAMES: "the domain and `www.` before it, with a comma between; empty without a domain",
  BERTH_IMAGE_SLUG: "the app's image, every character that is not a letter or digit as `_`",
  BERTH_STATIC_DIRECTORY: "the path of the static directory",
};

/** The part of Compose that a blueprint may use, and what berth adds. */
export function blueprintsPage(): string {
  const [, ...services] = keysOf(jsonSchemaOf(service));
  const [, ...added] = keysOf(jsonSchemaOf(extension));
  const [, ...all] = keysOf(jsonSchemaOf(blueprintSchema));
  const top = all.filter(({ path }) => !/^(services|x-berth)[.]/.test(path));
  return page(
    "src/blueprint",
    "# Blueprints",
    "A blueprint says what an application consists of: an ordinary Compose file, in `blueprints/` or anywhere else. Containers, volumes and networks are always named `<prefix>_<key>`; published ports are the defaults for `berth:ports`. A key that is not here is an error that names key and line and says what to do.",
    "## Top level",
    keyTable(top),
    "## `services.NAME`",
    keyTable(services),
    "## `x-berth`",
    "What Compose has no word for. All of it is optional.",
    table(
      ["key", "what it says", "allowed", "default"],
      added.map((key) => [
        code(key.path),
        key.description ?? "",
        key.allowed,
        typeof key.default === "string" ? code(key.default) : "",
      ]),
    ),
    "## Variables",
    "`${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`, `${NAME?message}`, `${NAME:+other}`, `${NAME+other}`, also within each other, as in Compose; `$$` is a dollar sign. Their values are the stack's settings and secrets, and",
    table(
      ["variable", "what it stands for"],
      Object.entries(variables).map(([name, what]) => [code(name), what]),
    ),
    "`include`, `extends`, `env_file` and `label_file` are read as Compose reads them, and followed before these keys are looked at: see the [guide](../guide.md#compose-files-as-they-are).",
    ...inAnEditor("blueprint.schema.json", "blueprints/shop.yaml"),
  );
}

const keyTable = (keys: readonly Key[]): string =>
  table(
    ["key", "allowed", "must it be there"],
    keys.map((key) => [code(key.path), key.allowed, key.required && !key.path.includes("NAME") ? "required" : ""]),
  );
