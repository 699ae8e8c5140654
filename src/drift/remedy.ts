import type { Deployment } from "../deployment/deployment.ts";
import {
  type Advice,
  docker,
  type DockerCommand,
  type Pipe,
  type Remedy,
  sequence,
  setKey,
  shell,
  type UpCommand,
} from "../findings/remedy.ts";
import type { Difference } from "./difference.ts";

/** What makes a deployment right again; each is one line. */
export class Remedies {
  constructor(private readonly deployment: Deployment) {}

  /** What helps against all of these differences of one container. */
  ofContainer(container: string, differences: readonly Difference[]): Advice {
    const has = (cure: Difference["cure"]): boolean => differences.some((difference) => difference.cure === cure);
    const unpause = has("unpause") ? [this.docker("unpause", container)] : [];
    const note = differences.find((difference) => difference.note !== undefined)?.note;
    if (has("removal")) return { remedy: this.removal([container]), ...(note !== undefined && { remedyNote: note }) };
    if (has("replacement")) return { remedy: sequence(...unpause, this.up), remedyNote: "replaces the container" };
    if (has("engine") || has("program")) return { remedy: sequence(...unpause, this.up) };
    return { remedy: sequence(...unpause, ...(has("restart") ? [this.docker("restart", container)] : [])) };
  }

  readonly removal = (containers: readonly string[]): Remedy => sequence(...this.removed(containers), this.up);

  /** Everything must let go of a network before it can be removed; strangers are only detached. */
  networkRemoval(id: string, own: readonly string[], strangers: readonly string[]): Remedy {
    const detached = strangers.map((name) => this.docker("network", "disconnect", "-f", id, name));
    return sequence(...this.removed(own), ...detached, this.docker("network", "rm", id), this.up);
  }

  /** What the volume holds now is kept in `.berth/`, which git ignores. */
  volumeRemoval(volume: string, containers: readonly string[], reader?: { container: string; path: string }): Remedy {
    const copy =
      reader === undefined
        ? []
        : [
            shell("mkdir", "-p", ".berth"),
            this.docker("cp", "-a", `${reader.container}:${reader.path}`, `.berth/${volume}`),
          ];
    return sequence(...copy, ...this.removed(containers), this.docker("volume", "rm", volume), this.up);
  }

  /** Statements for a PostgreSQL in a container, as its superuser; the `up` then repairs what else follows from them. */
  statement(container: string, ...statements: readonly string[]): Remedy {
    const psql = this.docker("exec", "-u", "postgres", container, "psql", "-c", statements.join("; "));
    return sequence(psql, this.up);
  }

  /** A statement for one of the platform's own databases: never for a tenant's, whose owner decides what names mean there. */
  statementIn(container: string, database: string, statement: string): Remedy {
    return this.docker("exec", "-u", "postgres", container, "psql", "-d", database, "-c", statement);
  }

  adoption(volumeKey: string): Remedy {
    const { stack, volumes, staticDirectory, database } = this.deployment;
    const adopted = [...volumes, staticDirectory, database].filter((each) => each?.adopted).length;
    return setKey(["adopt", adopted], volumeKey, stack);
  }

  get up(): UpCommand {
    return { kind: "up", stack: this.deployment.stack, yes: true };
  }

  private removed(containers: readonly string[]): (DockerCommand | Pipe)[] {
    return containers.length === 0 ? [] : [this.docker("rm", "-f", ...containers)];
  }

  private docker(...argv: readonly string[]): DockerCommand {
    return docker(this.deployment.endpoint.url, ...argv);
  }
}
