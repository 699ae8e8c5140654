import type { SocketAddress } from "../deployment/deployment.ts";
import type { Realization } from "../deployment/realization.ts";
import type { StateResource } from "../engine/state.ts";
import { observeLogin, serverSilence } from "../inventory/observe-databases.ts";
import type { Operation } from "./deploy.ts";
import { clearText } from "../engine/stack-state.ts";

/**
 * How the engine deals with what a deployment has at PostgreSQL. A refresh asks PostgreSQL for every role, database and
 * grant, at the address and with the password in the state, before the program can say another word: where that fails,
 * nothing else of the deployment could be brought up, stopped or removed.
 */
export type DatabaseCourse =
  /** Refresh, then the program: PostgreSQL answers as the state says. */
  | { readonly kind: "usual" }
  /** The program first: it brings PostgreSQL back, or gives its present address and password, and only then it is asked. */
  | { readonly kind: "program first"; readonly why: string }
  /** PostgreSQL is not there to be asked: what is in it stays as it is. `urns`: the resources that are left out. */
  | { readonly kind: "left out"; readonly why: string; readonly urns: readonly string[] };

/** A resource as the engine's state has it. */
export interface KeptResource extends StateResource {
  readonly urn: string;
  readonly protect?: boolean;
  readonly inputs?: unknown;
}

const usual: DatabaseCourse = { kind: "usual" };

/** @param resources of the deployment's stack, as the state has them */
export async function databaseCourse(
  deployment: Realization,
  operation: Operation,
  resources: readonly KeptResource[],
): Promise<DatabaseCourse> {
  const login = loginOf(resources);
  const urns = resources.filter(({ type }) => type.startsWith("postgresql:")).map(({ urn }) => urn);
  if (login === undefined || urns.length === 0) return usual;
  // It stops itself: nothing can be changed in it afterwards.
  if (deployment.platform !== undefined && !deployment.running && operation !== "destroy")
    return { kind: "left out", why: `the PostgreSQL of ${deployment.stack} stops`, urns };
  const answer = await observeLogin(login, login);
  // One that has no room for another login is there, and may have it when the provider asks.
  if (answer.kind === "seen" || answer.kind === "exhausted") return usual;
  const why = `PostgreSQL at ${login.host}:${login.port} ${answer.kind === "refused" ? "refuses the login" : "does not answer"} (${answer.reason})`;
  const leftOut: DatabaseCourse = { kind: "left out", why, urns };
  if (deployment.database !== undefined)
    return (await serverSilence(deployment.database.platform.server)) === undefined
      ? { kind: "program first", why }
      : leftOut;
  // A platform's own containers come before what is in PostgreSQL; what refuses the login is up already.
  const bringsUp = operation === "up" && deployment.running;
  return bringsUp || answer.kind === "refused" ? { kind: "program first", why } : leftOut;
}

interface Login extends SocketAddress {
  readonly user: string;
  readonly password: string;
}

/** How the engine logs in at PostgreSQL, as the provider in the state has it. */
function loginOf(resources: readonly KeptResource[]): Login | undefined {
  const provider = resources.find(({ type, delete: leaves }) => type === providerType && leaves !== true);
  const { host, port, username, password } = (provider?.inputs ?? {}) as Readonly<Record<string, unknown>>;
  if (host === undefined || password === undefined) return undefined;
  return {
    host: clearText(host),
    port: Number(clearText(port)),
    user: clearText(username),
    password: clearText(password),
  };
}

const providerType = "pulumi:providers:postgresql";

/** The line that reports it. */
export function courseText(course: DatabaseCourse): string | undefined {
  if (course.kind === "usual") return undefined;
  return course.kind === "program first"
    ? `${course.why}: the containers and the login are brought up to date first`
    : `${course.why}: its roles and databases are left as they are`;
}
