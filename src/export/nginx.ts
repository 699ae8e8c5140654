import type { Finding } from "../findings/finding.ts";
import { mistake } from "../findings/config-finding.ts";
import { instruction, setKey } from "../findings/remedy.ts";
import type { Deployment, Entrance, StaticDirectory } from "../deployment/deployment.ts";
import type { Exported } from "../disk/export-file.ts";
import { ownValue } from "../notation/own-value.ts";

/**
 * A virtual host of nginx for one deployment, to be included under `http`. Any number of these files stand side by side:
 * nothing in them is named twice. Made for nginx on the deployment's own host.
 */
export function nginxFiles(deployment: Deployment): Exported {
  const { stack, entrance, staticDirectory } = deployment;
  const findings = problems(deployment);
  if (entrance === undefined || findings.length > 0) return { ok: false, findings };
  const text = [
    `# The deployment ${stack}, exported by berth from ${deployment.sources.domain.file}: change it there.`,
    ...upstream(deployment, entrance),
    "",
    "server {",
    "    listen 80;",
    ...longNames(deployment),
    `    server_name ${deployment.serverNames.join(" ")};`,
    "    client_max_body_size 50m;",
    "",
    ...proxy,
    ...(staticDirectory === undefined ? [] : ["", ...staticFiles(staticDirectory)]),
    "",
    `    location = ${healthPath(entrance)} {`,
    "        access_log off;",
    `        proxy_pass http://${deployment.prefix};`,
    "    }",
    "",
    "    location / {",
    `        proxy_pass http://${deployment.prefix};`,
    "    }",
    "}",
  ];
  return { ok: true, value: [{ path: `nginx.${stack}.conf`, text: `${text.join("\n")}\n`, mode: 0o644 }], findings };
}

function upstream({ prefix }: Deployment, { address, port }: Entrance): string[] {
  const everywhere: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
  const host = ownValue(everywhere, address) ?? address;
  const server = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return [`upstream ${prefix} {`, `    server ${server};`, "}"];
}

/** By default nginx has room for names of 46 characters, and starts with none at all where one is longer. */
const longNames = ({ serverNames }: Deployment): string[] =>
  serverNames.some(({ length }) => length > 46)
    ? ["    # So long a name needs `server_names_hash_bucket_size 128;` under http, once for all files."]
    : [];

/** For all locations. Only who asks for another protocol, as websockets do, gets a connection that stays. */
const proxy = [
  '    set $berth_connection "close";',
  '    if ($http_upgrade) { set $berth_connection "upgrade"; }',
  "    proxy_http_version 1.1;",
  "    proxy_set_header Upgrade $http_upgrade;",
  "    proxy_set_header Connection $berth_connection;",
  "    proxy_set_header Host $host;",
  "    proxy_set_header X-Real-IP $remote_addr;",
  "    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
  "    proxy_set_header X-Forwarded-Proto $scheme;",
];

/** Both end in a slash, so that no path leads out of the directory. */
const staticFiles = ({ path, url }: StaticDirectory): string[] => [
  `    location ^~ ${url} {`,
  `        alias ${path}/;`,
  "        add_header X-Content-Type-Options nosniff always;",
  "        location ~ /\\. { return 404; }",
  "    }",
];

/** The path alone: nginx compares it without a query. */
const healthPath = ({ healthPath: path }: Entrance): string => path.replace(/[?#].*$/s, "");

/** What is missing, and what would say something else to nginx than it says to us. */
function problems({ stack, prefix, serverNames, entrance, staticDirectory, sources }: Deployment): Finding[] {
  const plain = "letters, digits, . _ - and /";
  const found: (Finding | false)[] = [
    serverNames.length === 0 &&
      mistake(
        sources.domain,
        "it has no domain, so nginx cannot know which requests are for it",
        undefined,
        setKey(["domain"], "DOMAIN", stack),
      ),
    !serverNames.every((name) => /^[a-z0-9.-]+$/.test(name)) &&
      mistake(sources.domain, `found ${JSON.stringify(serverNames.join(" "))}`, "a host name in lower case"),
    !/^[a-z0-9_]+$/.test(prefix) &&
      mistake(sources.prefix, `found ${JSON.stringify(prefix)}`, "lower-case letters, digits and _"),
    entrance === undefined &&
      mistake(
        sources.blueprint,
        "none of its services publishes a port, so nginx has nowhere to go",
        undefined,
        instruction("write ports: under the app's service in the blueprint"),
      ),
    entrance !== undefined &&
      !/^\/[\w.\-/]*$/.test(healthPath(entrance)) &&
      mistake(sources.blueprint, `x-berth.health is ${JSON.stringify(entrance.healthPath)}`, `/ and ${plain}`),
    entrance !== undefined &&
      !/^[0-9a-f.:]+$/i.test(entrance.address) &&
      mistake(sources.blueprint, `found ${JSON.stringify(entrance.address)}`, "an address of the host"),
    staticDirectory !== undefined &&
      !(/^\/[\w.\-/]+\/$/.test(staticDirectory.url) && /^\/[\w.\-/]+$/.test(staticDirectory.path)) &&
      mistake(
        staticDirectory.source,
        `found ${JSON.stringify(staticDirectory.url)} for ${JSON.stringify(staticDirectory.path)}`,
        `a path below / for a directory, both of ${plain}`,
      ),
  ];
  return found.filter((finding) => finding !== false);
}
