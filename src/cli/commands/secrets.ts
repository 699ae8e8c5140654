import { Command } from "commander";
import { closest } from "../../findings/suggest.ts";
import type { Secret } from "../../deployment/deployment.ts";
import type { Realization } from "../../deployment/realization.ts";
import { secretTextOf } from "../../engine/secret-texts.ts";
import { exitCodes, Outcome, wrongUsage } from "../outcome.ts";
import { deploymentOrEnd, print, printJson, projectOf, stackOf } from "../project.ts";
import { thisCommand } from "../invocation.ts";
import { tableText } from "../table.ts";
import { printFile } from "../terminal.ts";

interface Options {
  readonly stack?: string;
  readonly json?: boolean;
}

export const secretsCommand = (): Command =>
  new Command("secrets")
    .argument("[stack]", "the stack, as with -s")
    .argument("[name]", "the secret to print; with -s the only argument")
    .description("List a deployment's secrets without their texts; with a name, print the text of that one.")
    .option("-s, --stack <name>", "the stack")
    .option("--json", "print the list as an array: name, origin")
    .action(async (first: string | undefined, second: string | undefined, options: Options, command: Command) => {
      const [argument, name] = options.stack === undefined ? [first, second] : [undefined, first];
      if (options.stack !== undefined && second !== undefined) throw wrongUsage("too many arguments: the stack is -s");
      const project = projectOf(command);
      const deployment = deploymentOrEnd(project, stackOf(project, argument, options.stack));
      if (name === undefined) return list(deployment, options);
      const secret = secretOf(deployment, name);
      const text = await secretTextOf(project.root, deployment, secret.name);
      if (text === undefined) throw new Outcome(exitCodes.notReached, whyUnknown(deployment, secret));
      printFile(process.stdout.isTTY ? `${text}\n` : text);
    });

function list({ secrets }: Realization, { json }: Options): void {
  const rows = secrets.map(({ name, origin: { kind } }) => ({ name, origin: kind }));
  if (json) printJson(rows);
  else if (rows.length === 0) print("no secrets");
  else
    print(
      tableText(
        ["SECRET", "ORIGIN"],
        rows.map(({ name, origin }) => [name, origin]),
      ),
    );
}

function secretOf({ stack, secrets }: Realization, name: string): Secret {
  const found = secrets.find((secret) => secret.name === name);
  if (found !== undefined) return found;
  const known = secrets.map((secret) => secret.name);
  const nearest = closest(name, known);
  const advice = nearest === undefined ? `there are: ${known.join(", ") || "none"}` : `did you mean ${nearest}?`;
  throw wrongUsage(`${stack} has no secret ${name}; ${advice}`);
}

const whyUnknown = ({ stack }: Realization, { name, origin }: Secret): string =>
  origin.kind === "generated"
    ? `${name} of ${stack} is not generated yet, or its state is not in this project's backend: ${thisCommand} up ${stack}`
    : `only Pulumi decrypts ${name} of ${stack}: run where pulumi is on PATH and its backend has the stack`;
