import { setCommand } from "../conflicts/config-key.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { Difference } from "./difference.ts";

/** Commands that make a deployment right again, each one line to paste in the project's folder. */
export class Remedies {
  private readonly docker: string;

  constructor(private readonly deployment: Deployment) {
    const { name, url } = deployment.endpoint;
    this.docker = name === "local" ? "docker" : `docker -H ${url}`;
  }

  /** What helps against all of these differences of one container. */
  ofContainer(container: string, differences: readonly Difference[]): { remedy: string; remedyNote?: string } {
    const has = (cure: Difference["cure"]): boolean => differences.some((difference) => difference.cure === cure);
    const unpause = has("unpause") ? [`${this.docker} unpause ${container}`] : [];
    const remedyNote = differences.find(({ note }) => note !== undefined)?.note;
    if (has("removal")) return { remedy: this.removal([container]), remedyNote };
    if (has("replacement")) return { remedy: line(...unpause, this.up), remedyNote: "replaces the container" };
    if (has("engine")) return { remedy: line(...unpause, this.up) };
    return { remedy: line(...unpause, ...(has("restart") ? [`${this.docker} restart ${container}`] : [])) };
  }

  readonly removal = (containers: readonly string[]): string => line(...this.removed(containers), this.up);

  /** Everything must let go of a network before it can be removed; strangers are only detached. */
  networkRemoval(id: string, own: readonly string[], strangers: readonly string[]): string {
    const detached = strangers.map((name) => `${this.docker} network disconnect -f ${id} ${name}`);
    return line(...this.removed(own), ...detached, `${this.docker} network rm ${id}`, this.up);
  }

  /** What the volume holds now is kept in `.berth/`, which git ignores. */
  volumeRemoval(volume: string, containers: readonly string[], reader?: { container: string; path: string }): string {
    const { docker } = this;
    const copy = reader && `mkdir -p .berth && ${docker} cp -a ${reader.container}:${reader.path} .berth/${volume}`;
    return line(...(copy ? [copy] : []), ...this.removed(containers), `${docker} volume rm ${volume}`, this.up);
  }

  /** A statement for a PostgreSQL in a container, as its superuser; the `up` then mends what else follows from it. */
  statement(container: string, statement: string): string {
    return line(`${this.docker} exec -u postgres ${container} psql -c '${statement}'`, this.up);
  }

  adoption(volumeKey: string): string {
    const { stack, volumes, staticDirectory } = this.deployment;
    const adopted = [...volumes, staticDirectory].filter((each) => each?.adopted).length;
    return setCommand(["adopt", adopted], volumeKey, stack);
  }

  get up(): string {
    return `pulumi up -y -s ${this.deployment.stack}`;
  }

  private removed(containers: readonly string[]): string[] {
    return containers.length === 0 ? [] : [`${this.docker} rm -f ${containers.join(" ")}`];
  }
}

const line = (...commands: readonly string[]): string => commands.join(" && ");
