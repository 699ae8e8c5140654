import { join, resolve } from "node:path";
import { Command } from "commander";
import { failureStatusOf } from "../../findings/finding.ts";
import type { Realization } from "../../deployment/realization.ts";
import { composeFiles } from "../../export/compose.ts";
import { envFiles } from "../../export/env.ts";
import type { Exported, ExportFile } from "../../disk/export-file.ts";
import { nginxFiles } from "../../export/nginx.ts";
import { secretTexts } from "../../engine/secret-texts.ts";
import { writeFiles } from "../../disk/write-files.ts";
import { findingText, reportText } from "../../report/text.ts";
import { exitCodes, Outcome } from "../outcome.ts";
import { deploymentOrEnd, print, printJson, projectOf, stackOf } from "../project.ts";
import { complain, printFile } from "../terminal.ts";
import { shown } from "../reader.ts";

interface Options {
  readonly stack?: string;
  readonly output?: string;
  readonly stdout?: boolean;
  readonly json?: boolean;
}

export function exportCommand(): Command {
  const command = new Command("export").description("Write a deployment as files for other tools.");
  add(command, "compose", "a complete Compose file that Docker Compose runs", async (deployment, root) =>
    composeFiles(deployment, await texts(root, deployment)),
  );
  add(command, "env", "every URL, port, name and setting as .env.<stack>.local", async (deployment, root) =>
    envFiles(deployment, await texts(root, deployment)),
  );
  add(command, "nginx", "a virtual host for nginx", (deployment) => Promise.resolve(nginxFiles(deployment)));
  return command;
}

type Exporter = (deployment: Realization, root: string) => Promise<Exported>;

function add(parent: Command, name: string, description: string, exporter: Exporter): void {
  parent
    .command(name)
    .argument("[stack]", "the stack, as with -s")
    .description(`Write ${description}.`)
    .option("-s, --stack <name>", "the stack")
    .option("-o, --output <folder>", "where to write (default: the project's folder)")
    .option(
      "--stdout",
      "print instead of writing; refused where there are secrets in it and a terminal would show them",
    )
    .option("--json", "print what was written: path and mode")
    .action(async (stack: string | undefined, options: Options, command: Command) => {
      const project = projectOf(command);
      const deployment = deploymentOrEnd(project, stackOf(project, stack, options.stack));
      const exported = await exporter(deployment, project.root);
      if (!exported.ok) throw new Outcome(failureStatusOf(exported.findings), reportText(shown(exported.findings), []));
      for (const finding of shown(exported.findings)) complain(findingText(finding));
      const files = exported.value;
      if (options.stdout) return show(files);
      const folder = resolve(options.output ?? project.root);
      writeFiles(folder, files);
      if (options.json)
        printJson(files.map(({ path, mode }) => ({ path: join(folder, path), mode: mode.toString(8) })));
      else
        for (const { path, mode } of files)
          print(`${deployment.prefix}: wrote ${join(folder, path)} (mode 0${mode.toString(8)})`);
    });
}

function show(files: readonly ExportFile[]): void {
  if (process.stdout.isTTY && files.some(({ mode }) => mode === 0o600))
    throw new Outcome(
      exitCodes.wrongUsage,
      "it holds secrets, which a terminal would show: write it to a file (leave --stdout out) or pipe it",
    );
  for (const { text } of files) printFile(text);
}

async function texts(root: string, deployment: Realization): Promise<Readonly<Record<string, string>>> {
  const secrets = await secretTexts(root, deployment);
  if (secrets.missing.length > 0) {
    const names = secrets.missing.map((name) => `BERTH_SECRET_${name}`).join(", ");
    throw new Outcome(
      exitCodes.notReached,
      `secrets of ${deployment.stack} that only Pulumi can decrypt: ${secrets.missing.join(", ")}; run where pulumi is on PATH and knows the stack, or set ${names}`,
    );
  }
  return secrets.texts;
}
