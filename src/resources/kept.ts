/** Names of resources in the state, without which the engine would delete what it has and create it again. */
export interface Kept {
  /** Of the component of the deployment, from which all others follow: a renamed stack keeps it. */
  readonly name?: string;
  /** Of generated secrets, with their lengths. */
  readonly passwords: Readonly<Record<string, number>>;
  /** Of volumes, by their names on the host. */
  readonly volumes: Readonly<Record<string, string>>;
}
