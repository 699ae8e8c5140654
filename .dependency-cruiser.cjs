/** The walls between the rooms of src (docs/architecture.md). Each rule says what to do instead. */

/**
 * The floors of src (docs/architecture.md), the lowest first: a room imports rooms of lower floors only. The first floor and the
 * last have steps of their own: everything needs notation, and the library and the program are one. `may` lists what a room may do beside thinking: a room without it is pure.
 */
const floors = [
  [{ room: "notation" }],
  [{ room: "findings" }],
  [{ room: "disk", may: ["disk"] }],
  [{ room: "yaml" }, { room: "docker", may: ["disk", "network", "process", "docker"] }],
  [{ room: "config", may: ["disk", "zod"] }, { room: "deployment" }],
  [
    { room: "blueprint", may: ["disk", "zod"] },
    { room: "claims" },
    { room: "realize" },
    { room: "export" },
    { room: "resources", may: ["pulumi"], not: ["config"] },
    { room: "host", may: ["disk", "network", "docker"] },
  ],
  [
    { room: "resolve" },
    { room: "conflicts" },
    { room: "inventory", may: ["network", "postgresql"] },
    { room: "status" },
  ],
  [{ room: "project", may: ["disk"] }, { room: "engine", may: ["disk", "process", "automation"] }, { room: "report" }],
  [{ room: "drift" }],
  [
    {
      room: "operations",
      may: ["disk", "network", "process", "docker", "postgresql", "automation"],
      not: ["resources"],
    },
  ],
  [{ room: "program", path: "^src/(?:program|index)[.]ts$", may: ["pulumi"] }],
  [
    { room: "cli", may: ["disk", "process"], not: ["resources"] },
    { room: "berth", path: "^src/berth[.]ts$", may: ["pulumi"] },
  ],
];

/** What only the rooms that name it may import. */
const effects = {
  disk: "^(?:node:)?fs(?:/|$)",
  network: "^(?:node:)?(?:net|tls|http|https|http2|dgram|dns)(?:/|$)",
  process: "^(?:node:)?(?:child_process|worker_threads|cluster)(?:/|$)",
  docker: "node_modules/(?:dockerode|docker-modem)/",
  postgresql: "node_modules/pg/",
  pulumi: "node_modules/@pulumi/(?!pulumi/automation/)",
  automation: "node_modules/@pulumi/pulumi/automation/",
  zod: "node_modules/zod/",
};

const pathOf = ({ room, path }) => path ?? `^src/${room}/`;

/** One rule for each room: downwards, and with its own effects only. */
const roomRules = floors.flatMap((rooms, floor) =>
  rooms.map((own) => {
    const above = floors
      .slice(floor)
      .flat()
      .filter((other) => other !== own);
    const closed = Object.keys(effects).filter((effect) => !own.may?.includes(effect));
    return {
      name: own.room,
      comment: `src/${own.room} imports rooms of lower floors only${own.may ? `, and from outside: ${own.may.join(", ")}` : " and is pure"}. What you need from above is data: let the caller pass it in. What has another effect belongs in a room that may have it.`,
      severity: "error",
      from: { path: pathOf(own) },
      to: {
        path: [
          ...above.map(pathOf),
          ...(own.not ?? []).map((room) => `^src/${room}/`),
          ...closed.map((effect) => effects[effect]),
        ],
      },
    };
  }),
);

const pureRooms = floors.flat().filter(({ may }) => !may);
const roomsWithEffects = floors.flat().filter(({ may }) => may);

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: "pure-rooms-call-no-effects",
      comment:
        "A pure room that calls a room with effects is no longer pure. Types are free to use (import type); for the rest, let the caller pass the data in.",
      severity: "error",
      from: { path: pureRooms.map(pathOf) },
      to: {
        path: roomsWithEffects.map(pathOf),
        // Pure files beside readers: what the engine's state holds, and what can be said of a written text.
        pathNot:
          "^src/(?:engine/state|config/(?!stack-file|backend|project-defaults)[^/]+|blueprint/(?!load)[^/]+)[.]ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "docker-has-one-port",
      comment:
        "How a request reaches Docker is the business of src/docker. Use src/docker/api.ts to read, and src/docker/client.ts to change something or to stream.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/docker/" },
      to: { path: "^src/docker/(?:connection|request|ssh-agent)[.]ts$" },
    },
    {
      name: "every-file-has-a-room",
      comment: "This folder is on no floor: name it in the list above, or move the file into a room.",
      severity: "error",
      from: { path: "^src/", pathNot: [...floors.flat().map(pathOf), "^src/bundled[.]mjs$"] },
      to: {},
    },
    {
      name: "source-imports-no-tools",
      comment: "src is what is shipped: it must not need tests, benchmarks, scripts or packages for development.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|bench|scripts|examples)/" },
    },
    {
      name: "source-needs-dependencies-only",
      comment: "Move the package from devDependencies to dependencies: who installs berth does not get the former.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-cycles",
      comment:
        "Two files that need each other are one thing, or there is a third in them: move what both need into a file of its own. Types may go round.",
      severity: "error",
      from: { path: "^(src|scripts|bench)/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-orphans",
      comment: "Nothing imports this file and it imports nothing: remove it, or use it.",
      severity: "error",
      from: {
        orphan: true,
        pathNot: "^(src/(index|berth)[.]ts|src/cli/(bin|main)[.]ts|scripts/|bench/|examples/|test/.*[.]test[.]ts)",
      },
      to: {},
    },
    {
      name: "no-dead-files",
      comment: "Neither the program nor the library, the cli or a script reaches this file: remove it, or use it.",
      severity: "error",
      from: { path: "^(src/bundled[.]mjs$|src/berth[.]ts$|src/cli/(bin|main)[.]ts$|scripts/|bench/)" },
      to: {
        path: "^src/",
        pathNot: "^src/bundled[.]mjs$|^src/berth[.]ts$|^src/cli/(bin|main)[.]ts$",
        reachable: false,
      },
    },
    {
      name: "no-unresolved",
      comment: "This import leads nowhere: correct the path, or install the package.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
