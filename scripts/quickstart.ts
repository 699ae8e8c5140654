import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Docker from "dockerode";
import { errorsOf, type Finding } from "../src/findings/finding.ts";
import type { Realization } from "../src/deployment/realization.ts";
import { urlOf } from "../src/deployment/url.ts";
import { composeFiles } from "../src/export/compose.ts";
import { dockerClient } from "../src/docker/client.ts";
import { openProject, readDeployment } from "../src/project/project.ts";
import { checkProject } from "../src/operations/check-project.ts";
import { deploy } from "../src/operations/deploy.ts";
import { type Engine, EngineMissing, openEngine } from "../src/engine/engine.ts";
import { verifyHealth } from "../src/operations/health.ts";
import type { Host } from "../src/operations/host.ts";
import { removePorts } from "../src/operations/remove/ports.ts";
import { remove } from "../src/operations/remove/remove.ts";
import { secretTexts } from "../src/engine/secret-texts.ts";
import { writeFiles } from "../src/disk/write-files.ts";
import { localEndpoint } from "../src/docker/endpoint.ts";
import { type ShownFinding, shownTo } from "../src/report/shown-finding.ts";
import { reportText } from "../src/report/text.ts";
import { findCompose } from "./machine/compose.ts";
import { ensureDocker } from "./machine/ensure-docker.ts";
import { thisMachine } from "./machine/machine.ts";
import { isForeignImage } from "./images/image-sources.ts";
import { makeSampleImage, sampleImage as image } from "./images/sample-image.ts";

/**
 * From a fresh clone to a hospital that answers: `npm run quickstart`, and `npm run quickstart -- --down` back again.
 * Running it twice changes nothing.
 */
const root = join(fileURLToPath(import.meta.url), "..", "..");
const stack = "hospital-a";

class Stop extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

const say = (text: string): void => console.log(text);

const shown = (findings: readonly Finding[]): ShownFinding[] =>
  shownTo(findings, { speaks: "berth", berth: "npx berth", docker: localEndpoint() });
const step = (text: string): void => say(`\n▸ ${text}`);

async function up(): Promise<void> {
  step("Docker");
  const docker = await ensureDocker({ progress: say });
  if (docker.kind === "missing") throw new Stop(`${docker.reason}\n${docker.remedy}`, 3);
  step("the sample app's image");
  if (await isForeignImage(new Docker(), image))
    throw new Stop(
      `the image ${image} on this host was not built by the quick start and is left unchanged\nrename it, or try the quick start on another host: docker tag ${image} NEW-NAME && docker rmi ${image}`,
      1,
    );
  await makeSampleImage({ tag: image, progress: say });
  const deployment = await withoutConflicts();
  step("the Pulumi CLI");
  const engine = await engineOrNone();
  const done = engine !== undefined && (await byEngine(engine, deployment));
  if (!done) await byCompose(deployment);
  await show(deployment, done);
}

async function withoutConflicts(): Promise<Realization> {
  step("what would clash");
  const { deployments, findings, notLookedAt } = await checkProject(openProject(root), { stack });
  say(reportText(shown(findings), notLookedAt));
  const deployment = deployments.find((candidate) => candidate.stack === stack);
  if (errorsOf(findings).length > 0 || deployment === undefined) throw new Stop("nothing was changed", 1);
  return deployment;
}

async function engineOrNone(install = true): Promise<Engine | undefined> {
  try {
    const engine = await openEngine(root, { install, notice: say });
    say(`pulumi ${engine.command.version?.toString() ?? ""}`);
    return engine;
  } catch (error) {
    if (!(error instanceof EngineMissing)) throw error;
    say(`${error.message}. Going on with Docker Compose.`);
    return undefined;
  }
}

/** False where the engine's plugins cannot be had, which is no fault of the deployment. */
async function byEngine(engine: Engine, deployment: Realization): Promise<boolean> {
  step(`berth up ${stack}`);
  const result = await deploy(engine, deployment, "up", { line: (text) => say(`${deployment.prefix}: ${text}`) });
  if (result.ok) return true;
  const noPlugin = result.problems.some(
    (problem) => /plugin/.test(problem) && /download|install|find|get/.test(problem),
  );
  if (!noPlugin)
    throw new Stop(
      result.health?.kind === "unhealthy" ? result.health.reason : `berth up ${stack} failed; see above`,
      1,
    );
  say("The plugins of the Pulumi CLI cannot be fetched here. Going on with Docker Compose.");
  return false;
}

async function byCompose(deployment: Realization): Promise<void> {
  step(`berth export compose ${stack}, and Docker Compose`);
  const compose = await findCompose(thisMachine(), say);
  if (compose === undefined)
    throw new Stop("Docker Compose is not installed\ninstall it: https://docs.docker.com/compose/install/", 3);
  const exported = composeFiles(deployment, (await secretTexts(root, deployment)).texts);
  if (!exported.ok) throw new Stop(reportText(shown(exported.findings), []), 1);
  const [file = ""] = writeFiles(root, exported.value);
  say(`${deployment.prefix}: wrote ${file}`);
  await compose(root, "-p", deployment.prefix, "-f", file, "up", "-d");
}

async function show(deployment: Realization, engine: boolean): Promise<void> {
  const url = urlOf(deployment) ?? "";
  const health = await verifyHealth(urlOf(deployment, deployment.entrance?.healthPath) ?? "", {
    tries: 30,
    interval: 1000,
  });
  if (health.kind === "unhealthy") throw new Stop(`${stack} is up, but not healthy: ${health.reason}`, 1);
  const answer = await (await fetch(`${url}api/info`, { signal: AbortSignal.timeout(5000) })).text();
  say(`
✓ ${stack} answers at ${url}
  ${answer}

What to try next:
  a second hospital beside it
    npx berth new hospital-b --image app=${image} && npx berth up hospital-b
  a third one that would clash, and the remedy
    npx berth new hospital-c --port app=8778
  all stacks against each other and this host
    npx berth check
  remove what this created
    npm run quickstart -- --down${engine ? "" : "\n(berth up needs the Pulumi CLI; without it: npx berth export compose hospital-b)"}`);
}

async function down(): Promise<void> {
  const read = readDeployment(openProject(root), stack);
  if (!read.ok) throw new Stop(reportText(shown(read.findings), []), 2);
  const deployment = read.value;
  const line = (text: string): void => say(`${deployment.prefix}: ${text}`);
  const file = join(root, `compose.${stack}.yaml`);
  if (existsSync(file)) {
    const compose = await findCompose(thisMachine(), say);
    await compose?.(root, "-p", deployment.prefix, "-f", file, "down", "-v");
    for (const made of [file, join(root, `${stack}.secrets`), join(root, ".berth", "secrets", `${stack}.json`)])
      rmSync(made, { recursive: true, force: true });
    line("removed by Docker Compose");
  }
  const engine = await engineOrNone(false);
  const known = await engine?.existing(stack);
  const ports = removePorts({ engine, deployment, inUse: () => Promise.resolve([]), line });
  const host: Host = {
    notify: ({ text }) => text !== undefined && line(text),
    ask: () => Promise.resolve(),
    during: (_, work) => work(),
  };
  const removed = await remove(ports, host, { root, deployment, data: true });
  if (removed.kind !== "ran" || !removed.result.ok) throw new Stop(`berth destroy ${stack} failed; see above`, 1);
  if (known !== undefined) removeSalt(join(root, `Pulumi.${stack}.yaml`));
  await removeImage(deployment);
  say(`\n✓ removed what the quick start created; Docker, the Pulumi CLI and base images are kept`);
}

/** The engine writes its salt into the stack file; without the stack it means nothing. */
function removeSalt(file: string): void {
  writeFileSync(file, readFileSync(file, "utf8").replace(/^encryptionsalt: .*\n?/m, ""));
}

async function removeImage(deployment: Realization): Promise<void> {
  const docker = await dockerClient(deployment.endpoint.url);
  if (await isForeignImage(docker, image)) return say(`kept the image ${image}: the quick start did not build it`);
  // Docker removes a name also while containers run that were created by the image's id.
  const using = await docker.listContainers({ all: true, filters: { ancestor: [image] } });
  const names = using.map(({ Names: [name = ""] }) => name.slice(1)).join(", ");
  if (names !== "") return say(`kept the image ${image}: ${names} use it`);
  try {
    await docker.getImage(image).remove();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 404) throw error;
  }
}

try {
  await (process.argv.includes("--down") ? down() : up());
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(`\n✗ ${error.message}`);
  process.exitCode = error.exitCode;
}
