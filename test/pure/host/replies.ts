import type { Live } from "../../../src/host/inspected.ts";
import type { Replies } from "../docker/fake-docker.ts";

/** What Docker answers where this is live, beside a container of somebody else. */
export function repliesOf(live: Live): Replies {
  const listed = live.containers.map(({ Id, Name, Image, Config, NetworkSettings }) => ({
    Id,
    Names: [Name],
    ImageID: Image,
    Labels: Config.Labels,
    NetworkSettings,
  }));
  const other = { Id: "other", Name: "/other", Config: {}, State: {}, HostConfig: {}, NetworkSettings: {} };
  return {
    "/containers/other/json": other,
    "/containers/json?all=1": [...listed, { Id: "other", Names: ["/other"], ImageID: "x", Labels: null }],
    "/volumes": { Volumes: live.volumes },
    "/networks": live.networks.map(({ attached: _, ...network }) => network),
    ...Object.fromEntries(live.containers.map((container) => [`/containers/${container.Id}/json`, container])),
    ...Object.fromEntries(
      Object.entries(live.images).map(([name, image]) => [`/images/${encodeURIComponent(name)}/json`, image as object]),
    ),
  };
}
