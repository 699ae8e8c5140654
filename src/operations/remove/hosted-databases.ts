import { quotedName } from "../../drift/roles.ts";
import type { Finding } from "../../findings/finding.ts";
import { berth, docker } from "../../findings/remedy.ts";
import type { Realization } from "../../deployment/realization.ts";
import { observeDatabases } from "../../inventory/observe-databases.ts";
import { type Project, readSiblings } from "../../project/project.ts";
import { stackStates } from "../../engine/stack-state.ts";
import { ownValue } from "../../notation/own-value.ts";

/** Databases that every PostgreSQL has. */
const ownDatabases: readonly string[] = ["postgres", "template0", "template1"];

/**
 * The databases of other deployments on a platform, each as what stands in the way of removing it: without PostgreSQL
 * the engine could neither bring those deployments up nor remove them. What no stack of the project knows is asked of
 * PostgreSQL itself, where it answers.
 */
export async function hostedDatabases(project: Project, platform: Realization): Promise<Finding[]> {
  const offered = platform.platform;
  if (offered === undefined) return [];
  const { deployments } = readSiblings(project, platform.stack);
  const tenants = deployments.filter(({ database }) => database?.platform.id === platform.id);
  const states = await stackStates(project.root, [...tenants, platform]);
  const own = ownValue(states, platform.stack);
  if (own?.kind !== "known") return [];
  const hosted = tenants.flatMap(({ stack }): Hosted[] => {
    const state = ownValue(states, stack);
    return state?.kind === "known" ? state.state.known.databases.map((database) => ({ database, stack })) : [];
  });
  const password = ownValue(own.state.secrets, offered.secrets.administration);
  const report = password === undefined ? undefined : await observeDatabases(offered.server, password);
  const known = new Set([...ownDatabases, ...own.state.known.databases, ...hosted.map(({ database }) => database)]);
  const found = report?.kind === "seen" ? report.databases.filter(({ name }) => !known.has(name)) : [];
  return [...hosted, ...found.map(({ name }): Hosted => ({ database: name }))].map((one) => finding(platform, one));
}

interface Hosted {
  readonly database: string;
  /** Undefined where no stack of the project has it. */
  readonly stack?: string;
}

function finding({ stack: platform, endpoint, platform: offered }: Realization, { database, stack }: Hosted): Finding {
  const server = offered?.containers.server ?? "";
  const statement = `DROP DATABASE ${quotedName(database)}`;
  const drop = docker(endpoint.url, "exec", "-u", "postgres", server, "psql", "-c", statement);
  return {
    code: "platform-in-use",
    severity: "error",
    kind: "platform",
    key: platform,
    message:
      stack === undefined
        ? `hosts the database ${database}, which no stack of this project knows`
        : `hosts the database ${database} of ${stack}`,
    wanted: { stack: platform },
    held: { live: "database", name: database, ...(stack !== undefined && { stack }) },
    remedy: berth("stop", platform),
    remedyNote: [
      "keeps every database; to delete this one for good first:",
      stack === undefined ? drop : berth("destroy", stack, "--data"),
    ],
  };
}
