import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dockerClient } from "../src/docker/client.ts";
import { localEndpoint } from "../src/docker/endpoint.ts";
import { sampleImage as image } from "../scripts/images/sample-image.ts";
import { onPath } from "../scripts/machine/on-path.ts";
import { differenceOf, median, type Result, type Row, timesOf } from "./measure.ts";
import { repository, withProject } from "./project.ts";

const what = "pulumi preview among 100 siblings and 100 containers, looking only";
const turns = 15;

/** What looking and checking adds to a preview; what the engine and the providers take is not berth's. */
export async function engineResults(): Promise<Result[]> {
  if (!onPath("pulumi")) return [{ what, skipped: "the Pulumi CLI is not on PATH" }];
  const docker = await dockerClient(localEndpoint(), { timeout: 120_000 });
  const isThere = await docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  if (!isThere) return [{ what, skipped: `Docker does not answer, or has no image ${image}` }];
  const names = Array.from({ length: 100 }, (_, index) => `berth_bench_${process.pid}_${index}`);
  try {
    for (const [index, name] of names.entries()) {
      const PortBindings = { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: String(30_000 + index) }] };
      await docker.createContainer({ name, Image: image, HostConfig: { PortBindings } });
    }
    return await withProject(100, previews);
  } finally {
    for (const name of names)
      await docker
        .getContainer(name)
        .remove({ force: true })
        .catch(() => undefined);
  }
}

async function previews(root: string): Promise<Result[]> {
  const written = readFileSync(join(repository, "src", "index.ts"), "utf8");
  const programs = {
    empty: `import "./program.ts";\nimport "./resources/deployment.ts";\n`,
    looking: written.slice(0, written.indexOf("// … and only then")),
    declaring: written
      .replace(/\/\/ … which is held[^]*?(?=\/\/ … and only then)/, "")
      .replace(/\n {2}(?:attempts|identities: .*|podman: .*),/g, ""),
    whole: written,
  };
  const env = { ...process.env, PULUMI_CONFIG_PASSPHRASE: "x", PULUMI_SKIP_UPDATE_CHECK: "true" };
  const runs = Object.entries(programs).map(([name, text]) => {
    const folder = join(root, `program-${name}`);
    cpSync(join(root, "src"), folder, { recursive: true });
    writeFileSync(join(folder, "index.ts"), text);
    const settings = readFileSync(join(repository, "Pulumi.yaml"), "utf8").replace(
      "main: src/",
      `main: program-${name}/`,
    );
    return () => {
      writeFileSync(join(root, "Pulumi.yaml"), settings);
      execFileSync("pulumi", ["preview", "--stack", "hospital-0", "--non-interactive"], {
        cwd: root,
        env,
        stdio: ["ignore", "ignore", "inherit"],
      });
    };
  });
  mkdirSync(join(root, ".state"), { recursive: true });
  execFileSync("pulumi", ["stack", "init", "hospital-0"], { cwd: root, env, stdio: "ignore" });
  const [empty = [], looking = [], declaring = [], whole = []] = await timesOf(runs, turns);
  return [
    row(what, looking, "an empty program with the same SDKs", empty),
    row("the same, and declaring its resources", whole, "declaring them without looking", declaring),
  ];
}

const row = (what: string, times: readonly number[], other: string, others: readonly number[]): Row => ({
  what,
  measured: median(times),
  against: { what: other, measured: median(others) },
  difference: differenceOf(times, others),
  target: { kind: "difference", atMost: 150 },
});
