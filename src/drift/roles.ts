import type { LiveRole } from "../inventory/observe-databases.ts";

/** What is compared of a role of PostgreSQL, and the statements that put it right. */

/** A name as SQL takes it. */
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Takes every right from a role but these. */
export const withoutRights = ({ name, rights }: LiveRole, wanted: readonly string[]): string =>
  `ALTER ROLE ${quotedName(name)} ${rights
    .filter((right) => !wanted.includes(right))
    .map((right) => `NO${right.toUpperCase()}`)
    .join(" ")}`;

/** What a role is a member of, and who is a member of it, beyond what is expected. */
export function memberships(
  { name, memberOf, members }: LiveRole,
  expected: { readonly memberOf: readonly string[]; readonly members: readonly string[] },
): { readonly messages: string[]; readonly statements: string[] } {
  const groups = memberOf.filter((group) => !expected.memberOf.includes(group));
  const others = members.filter((member) => !expected.members.includes(member));
  return {
    messages: [
      ...(groups.length === 0 ? [] : [`is a member of ${groups.join(", ")}`]),
      ...(others.length === 0 ? [] : [`has the members ${others.join(", ")}`]),
    ],
    statements: [
      ...groups.map((group) => `REVOKE ${quotedName(group)} FROM ${quotedName(name)}`),
      ...others.map((member) => `REVOKE ${quotedName(name)} FROM ${quotedName(member)}`),
    ],
  };
}

/** What a role's sessions begin with beyond what is expected, each with the statement that takes it away. */
export function settings(
  { name, settings: all, settingsIn }: LiveRole,
  expected: readonly string[] = [],
): { readonly text: string; readonly statement: string }[] {
  const role = quotedName(name);
  return [
    ...all
      .filter((setting) => !expected.includes(setting))
      .map((setting) => ({ text: setting, statement: `ALTER ROLE ${role} RESET ALL` })),
    ...settingsIn.map(({ database, setting }) => ({
      text: `${setting} in ${database}`,
      statement: `ALTER ROLE ${role} IN DATABASE ${quotedName(database)} RESET ALL`,
    })),
  ];
}
