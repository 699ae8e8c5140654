import { isKeyId, isSecretText } from "./secret-forms.ts";

/**
 * Recognizes secrets by their name or their form. `certain` is a secret by every convention (`DB_PASSWORD`, a private
 * key); `likely` is one more often than not (`MAPS_KEY`), so that it is reported without stopping anything.
 */
export type Suspicion = "certain" | "likely";

const password =
  /^(?:PASSWORDS?|PASSWDS?|PASSES|PASS|PWDS?|PWS?|PASSCODES?|PASSPHRASES?|\w+(?:PASSWORD|PASSWD|PASSCODE|PASSPHRASE)|(?:DB|ROOT|ADMIN|USER|SMTP|MAIL|REDIS|FTP|LDAP|REQUIRE)(?:PASS|PWD?))$/;
const otherSecret =
  /^(?:SECRETS?|TOKENS?|CREDENTIALS?|CREDS?|\w+(?:SECRET|TOKEN)|(?:API|SECRET|PRIVATE|ACCESS|ENCRYPTION|SIGNING)KEYS?)$/;
const secretKeys =
  /^(?:SECRET|PRIVATE|API|APIKEY|ACCESS|ENCRYPTION|ENCRYPT|SIGNING|SIGNATURE|MASTER|AUTH|JWT|SESSION)$/;
const openKeys =
  /^(?:PUBLIC|PUBLISHABLE|SITE|CLIENT|CACHE|PRIMARY|PARTITION|SORT|SORTING|FOREIGN|ROUTING|IDEMPOTENCY|GROUP|INDEX|LOOKUP|MENU|MAP|SHARD)$/;
/** Words behind a secret's name that say which one it is, and not what is said about it. */
const which =
  /^(?:V?\d+|OLD|NEW|PREVIOUS|PREV|CURRENT|NEXT|FALLBACKS?|BACKUP|LEGACY|DEFAULT|VALUE|TEXT|PLAIN|PLAINTEXT|BASE64|B64|HEX|PROD|PRODUCTION|STAGING|DEV|TEST|LIVE|DB|DATABASE|ADMIN|ROOT|APP|POSTGRES|PG|MYSQL|REDIS|SMTP|MAIL|EMAIL|LDAP|S3)$/;

/** What a name says: its last word counts, so that `PASSWORD_MIN_LENGTH` and `TOKEN_URL` are settings. */
export function suspicionOfName(name: string): Suspicion | undefined {
  const [last = "", before = "", third] = wordsOf(name);
  if (password.test(last) || otherSecret.test(last)) return "certain";
  if (last === "BASE" && before === "KEY" && third === "SECRET") return "certain"; // SECRET_KEY_BASE
  if (last === "KEYS") return secretKeys.test(before) ? "certain" : undefined;
  if (last === "KEY" && before !== "" && !openKeys.test(before)) return secretKeys.test(before) ? "certain" : "likely";
  return /^(?:SALT|PEPPER|PIN)$/.test(last) ? "likely" : undefined;
}

/** The words of a name, the last that matters first. */
function wordsOf(name: string): string[] {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .split(/[^A-Z\d]+/)
    .filter((word) => word !== "")
    .map((word) => (/^(?:V|BASE|S|B)\d+$/.test(word) ? word : word.replace(/(?<=[A-Z])\d+$/, "")));
  while (words.length > 1 && which.test(words.at(-1) ?? "")) words.pop();
  return words.reverse();
}

const switched = /^(?:|true|false|yes|no|on|off|none|null|[01])$/i;
const duration = /^\d{1,6} ?(?:ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)$/i;
const path =
  /^(?:~?\/|\.{1,2}\/)(?:(?:etc|run|var|srv|opt|home|root|usr|mnt|media|tmp|data|app|secrets|certs|keys|vault)(?:\/[\w.@+-]+)*\/?|(?:[\w.@+-]+\/)*[\w@+-]+\.[a-z]{2,6}|(?:[a-z._-]+\/)+[a-z._-]*)$/;

/** What holds no secret, whatever its name: nothing, a switch, a small number, a duration, the path of a file. */
function isOrdinary(name: string, text: string): boolean {
  const value = text.trim();
  if (switched.test(value) || path.test(value)) return true;
  const words = wordsOf(name);
  // Limits are numbers, and a number is a poor password that is one nevertheless.
  if (/^\d+$/.test(value) && words.some((word) => /^(?:MIN|MAX|MINIMUM|MAXIMUM|LIMIT)$/.test(word))) return true;
  if (password.test(words[0] ?? "")) return false;
  return duration.test(value) || (words[0] === "TOKENS" ? /^\d{1,9}$/ : /^\d{1,3}$/).test(value);
}

/** Whether a setting is a secret, as far as its name and its text show it. */
export function suspicionOf(name: string, text: string): Suspicion | undefined {
  if (isSecretText(text)) return "certain";
  if (isOrdinary(name, text)) return undefined;
  return suspicionOfName(name) ?? (isKeyId(text) ? "likely" : undefined);
}

/** The name under berth:secrets of a secret that a blueprint calls otherwise: `db-password` is `db_password`. */
export const secretName = (key: string): string => key.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "_");
