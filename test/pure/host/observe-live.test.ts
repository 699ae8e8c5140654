import { afterEach, describe, expect, it } from "vitest";
import { compare } from "../../../src/drift/compare.ts";
import type { Live } from "../../../src/host/live.ts";
import { observeLive } from "../../../src/host/observe-live.ts";
import { type Fake, fakeDocker, type Replies, status } from "../docker/fake-docker.ts";
import { idOf, liveOf, sample } from "../drift/sample.ts";

const open: Fake[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

const file = "/run/secrets/TOKEN";
const archive = `/containers/${idOf(0)}/archive?path=${encodeURIComponent(file)}`;

/** A host on which the sample is live. */
function repliesOf(live: Live): Replies {
  const listed = live.containers.map(({ Id, Name, Image, Config, NetworkSettings }) => ({
    Id,
    Names: [Name],
    ImageID: Image,
    Labels: Config.Labels,
    NetworkSettings,
  }));
  return {
    "/containers/json?all=1": [...listed, { Id: "other", Names: ["/other"], ImageID: "x", Labels: null }],
    "/volumes": { Volumes: live.volumes },
    "/networks": live.networks.map(({ attached: _, ...network }) => network),
    ...Object.fromEntries(live.containers.map((container) => [`/containers/${container.Id}/json`, container])),
    ...Object.fromEntries(
      Object.entries(live.images).map(([name, image]) => [`/images/${name}/json`, image as object]),
    ),
  };
}

async function observed(replies: Replies, secrets = {}): Promise<Live> {
  const fake = await fakeDocker({ ...repliesOf(liveOf(sample)), ...replies });
  open.push(fake);
  const live = await observeLive([sample], fake.endpoint, { secrets, timeout: 2000 });
  if (live.kind === "unreachable") throw new Error(live.reason);
  return live;
}

describe("a look at what is live", () => {
  it("sees the deployment's things and no others", async () => {
    const live = await observed({});
    expect(live.containers.map(({ Name }) => Name)).toEqual(sample.containers.map(({ name }) => `/${name}`));
    expect(live.networks.map(({ attached }) => attached)).toEqual([
      ["shop_full"],
      ["shop_full", "shop_job", "shop_plain"],
    ]);
    expect(compare(sample, live)).toEqual([]);
  });

  it("sees who took a container's name, and what has another name than it should", async () => {
    const [first, second] = liveOf(sample).containers;
    const listed = [
      { Id: first?.Id, Names: first && [first.Name], ImageID: "x", Labels: {} },
      { Id: second?.Id, Names: ["/elsewhere"], ImageID: "x", Labels: second?.Config.Labels },
    ];
    const live = await observed({ "/containers/json?all=1": listed });
    expect(live.containers.map(({ Id }) => Id)).toEqual([first?.Id, second?.Id]);
  });

  it("leaves out a container that vanished after it was listed", async () => {
    const live = await observed({ [`/containers/${idOf(0)}/json`]: status(404, "{}") });
    expect(live.containers).toHaveLength(sample.services.length - 1);
  });

  it("does not compare with an image that the host no longer has", async () => {
    const gone = Object.keys(liveOf(sample).images).map((name) => [`/images/${name}/json`, status(404, "{}")]);
    expect(compare(sample, await observed(Object.fromEntries(gone)))).toEqual([]);
  });

  it("asks for no file unless its secret is known", async () => {
    const live = await observed({ [archive]: () => expect.unreachable() });
    expect(live.files).toEqual({});
  });

  it("knows a file that is gone from one that could not be looked at", async () => {
    const secrets = { [sample.id]: ["TOKEN"] };
    const gone = await observed({ [archive]: status(404, "{}") }, secrets);
    expect(gone.files).toEqual({ [idOf(0)]: { [file]: undefined } });
    expect(gone.notLookedAt).toEqual([]);
    const hidden = await observed({ [archive]: status(500, `{"message":"rootfs is broken"}`) }, secrets);
    expect(hidden.files).toEqual({ [idOf(0)]: {} });
    expect(hidden.notLookedAt).toEqual([
      { what: `${file} in container ${idOf(0).slice(0, 12)}`, why: expect.stringContaining("rootfs is broken") },
    ]);
  });

  it("is the reason where the host fails in the middle", async () => {
    const fake = await fakeDocker({ "/volumes": status(500, `{"message":"no room"}`) });
    open.push(fake);
    expect(await observeLive([sample], fake.endpoint)).toMatchObject({
      kind: "unreachable",
      reason: expect.stringContaining("no room"),
    });
  });
});
