/** Images that are built by this repository's scripts and are in no registry. */
const builders: readonly (readonly [name: RegExp, argv: (image: string) => readonly string[]])[] = [
  [/^berth-sample\/eqmd:/, (image) => ["npx", "tsx", "scripts/images/sample-image.ts", "--tag", image]],
  [/^berth-sample\/records:/, (image) => ["npx", "tsx", "scripts/images/records-image.ts", "--tag", image]],
  [/^berth-(?:postgres:15|pgbouncer:1\.18|redis:7|haproxy:2\.6)$/, () => ["npm", "run", "database-images"]],
];

/** The words of the command that builds a sample image on the Docker host that DOCKER_HOST names; undefined for every other image. */
export const buildCommandOf = (image: string): readonly string[] | undefined =>
  builders.find(([name]) => name.test(image))?.[1](image);

const samples: ReadonlyMap<string, string> = new Map([
  ["eqmd:latest", "berth-sample/eqmd:1"],
  ["dna:latest", "berth-sample/records:1.0"],
  ["healthcare-backend:latest", "berth-sample/records:1.0"],
]);

/** The sample that runs in place of an image that a blueprint of this repository names and its users build. */
export const sampleFor = (image: string): string | undefined => samples.get(image);
