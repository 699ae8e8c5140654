/** Recognizes secrets by the form of their text alone, anywhere in it. */

/** The password in a URL, also in one of several; undefined without one. */
export const passwordInUrl = (text: string): string | undefined =>
  /(?<=[a-z\d+.-]):\/\/[^\s/?#@]*?:([^\s/?#]+)@/i.exec(text)?.[1];

const start = "(?<![A-Za-z0-9_-])";

const forms: readonly RegExp[] = [
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY/,
  // Tokens that carry the mark of the service that issued them.
  new RegExp(
    `${start}(?:gh[pousr]_|github_pat_|glpat-|[sr]k_(?:live|test)_|whsec_|npm_|hf_|dop_v1_|xox[abeoprs]-|xapp-|SG\\.|sk-(?:proj|ant|live|svcacct|or)-)[A-Za-z0-9_.-]{16,}`,
  ),
  new RegExp(`${start}sk-(?=[A-Za-z]*\\d)[A-Za-z0-9]{20,}`),
  new RegExp(`${start}AIza[A-Za-z0-9_-]{35}`),
  // JSON Web Tokens, and what an Authorization header carries.
  new RegExp(`${start}eyJ[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]{5,}\\.`),
  /\bBearer\s+(?:eyJ|(?=[A-Za-z._~+/-]*\d)[\w.~+/-]{16,})/i,
  /\bAuthorization["']?\s*[:=]\s*["']?(?:Basic|Token|Digest)\s+[\w.~+/=-]{6,}/i,
  // The id of an AWS key with its secret.
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b[\s\S]*?(?<![\w/+])[\w/+]{38,}/,
  // Addresses that are keys by themselves.
  /hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/[^\s/]+\/\S+/i,
  /discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/\d+\/\S+/i,
  /webhook\.office\.com\/webhookb2\/\S+/i,
  /[?&](?:access_token|auth_token|token|api_?key|client_secret|secret|sig)=[^\s&#]{8,}/i,
  // Passwords in connection strings, options and JSON.
  /(?:^|[\s;&?,])-{0,2}(?:password|passwd|pwd|accountkey|sharedaccesskey)\s*=\s*["']?(?!(?:true|false|yes|no|none|null|required|optional)\b)[^\s;&"']/i,
  /"\w*(?:password|passwd|secret|private_?key|api_?key|token)"\s*:\s*"[^"]+"/i,
];

/** Whether a text is or holds a secret, whatever its name. */
export const isSecretText = (text: string): boolean =>
  forms.some((form) => form.test(text)) || passwordInUrl(text) !== undefined;

/** Whether a text is the id of an AWS key: no secret by itself, but rarely without one beside it. */
export const isKeyId = (text: string): boolean => /^(?:AKIA|ASIA)[A-Z0-9]{16}$/.test(text.trim());
