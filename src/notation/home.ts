/** Where the state of a project's deployments is kept: it distinguishes two checkouts of one project. */
export interface Home {
  /** Value of the label `berth.home`: a hash of the place. */
  readonly hash: string;
  /** For people: `machine:/srv/berth/.state`, or the backend's URL without user, password and query. */
  readonly place: string;
}

/** The id under which something is listed that has a deployment's id and is managed from another place. */
export const foreignId = (id: string, place: string): string => `${id}@${place}`;

/** The URL of the backend at a place: `file:///srv/berth/.state` of a folder, which is on that machine only. */
export const backendOf = (place: string): string => {
  const folder = /^[^/:]+:(\/.*)$/.exec(place)?.[1];
  return folder === undefined || place.includes("://") ? place : `file://${folder}`;
};
