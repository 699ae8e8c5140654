/** The walls between the rooms of src (docs/architecture.md). Each rule says what to do instead. */

/** Of src/drift all but the looking itself. */
const pureRooms = "^src/(?:(?:deployment|conflicts|export|report|status)/|drift/(?!observe-))";
const effects = "^(node:)?(fs|net|tls|http|https|http2|dgram|dns|child_process|os|worker_threads|cluster|timers)(/|$)";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "pure-rooms-know-no-engine",
      comment:
        "Pure rooms only read data. What comes from Pulumi is handed in by src/program.ts; what becomes resources belongs in src/resources.",
      severity: "error",
      from: { path: pureRooms },
      to: { path: "node_modules/@pulumi/" },
    },
    {
      name: "pure-rooms-touch-nothing",
      comment:
        "Pure rooms look at no disk, network, process or clock. Look in src/inventory (or read in src/config, src/blueprint) and hand the result in as data.",
      severity: "error",
      from: { path: pureRooms },
      to: { dependencyTypes: ["core"], path: effects },
    },
    {
      name: "pure-rooms-ask-no-docker",
      comment: "Docker is asked in src/inventory and acted upon in src/operations; hand the report in as data.",
      severity: "error",
      from: { path: pureRooms },
      to: { path: "node_modules/(dockerode|docker-modem)/" },
    },
    {
      name: "pure-rooms-call-no-effects",
      comment:
        "A pure room that imports a room with effects is no longer pure. Types are free to use (import type); for the rest, move the pure part into src/deployment or src/conflicts.",
      severity: "error",
      from: { path: pureRooms },
      to: {
        path: "^src/(inventory|operations|resources|cli|web)/|^src/(index|program|berth)[.]ts$",
        // The provider's canonical forms are pure, and drift is compared in them.
        pathNot: "^src/resources/canonical[.]ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "resources-read-deployments-only",
      comment:
        "src/resources declares what a Deployment says. A value that is missing there belongs into the Deployment: resolve it in src/deployment.",
      severity: "error",
      from: { path: "^src/resources/" },
      to: { path: "^src/(config|blueprint)/|node_modules/zod/" },
    },
    {
      name: "cli-declares-no-resources",
      comment:
        "Commands drive the engine through src/operations; resources are declared by the program that the engine runs, src/index.ts.",
      severity: "error",
      from: { path: "^src/cli/" },
      to: { path: "^src/resources/|node_modules/@pulumi/(docker|random|postgresql)/" },
    },
    {
      name: "operations-declare-no-resources",
      comment: "As for the cli: an operation asks the engine to run the program; only the program declares resources.",
      severity: "error",
      from: { path: "^src/(operations|inventory)/" },
      to: { path: "^src/resources/|node_modules/@pulumi/(docker|random|postgresql)/" },
    },
    {
      name: "nothing-imports-the-cli",
      comment:
        "Commands parse, call and print. What others need of them is logic: move it into src/operations, src/report or src/export.",
      severity: "error",
      from: { path: "^src/(?!cli/)" },
      to: { path: "^src/cli/" },
    },
    {
      name: "zod-stays-at-the-entrance",
      comment:
        "Only what a person writes is parsed, in src/config and src/blueprint. Behind them data is complete and typed: use the types that they export.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(config|blueprint)/" },
      to: { path: "node_modules/zod/" },
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
        pathNot: "^(src/(index|berth)[.]ts|src/cli/(start|main)[.]ts|scripts/|bench/|examples/|test/.*[.]test[.]ts)",
      },
      to: {},
    },
    {
      name: "no-dead-files",
      comment: "Neither the program nor the library, the cli or a script reaches this file: remove it, or use it.",
      severity: "error",
      from: { path: "^(src/(index|berth)[.]ts$|src/cli/(start|main)[.]ts$|scripts/|bench/)" },
      to: { path: "^src/", pathNot: "^src/(index|berth)[.]ts$|^src/cli/(start|main)[.]ts$", reachable: false },
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
