/** Endings of files that a container reads; names of domains end otherwise. */
const ending =
  /^\.env$|\.(?:conf|cfg|cnf|ini|ya?ml|json|toml|xml|properties|env|pem|crt|cer|key|p12|pfx|jks|sql|sh|py|js|mjs|php|html?|txt|log|csv|db|sqlite3?|lua|htpasswd|sock)$/i;

/** Whether a path names a file, as far as its ending says so. */
export const isFileName = (path: string): boolean => ending.test(path.slice(path.lastIndexOf("/") + 1));
