import { afterEach, describe, expect, it } from "vitest";
import { endpointAt } from "../../endpoint-at.ts";
import { compare } from "../../../src/drift/compare.ts";
import type { Live } from "../../../src/host/inspected.ts";
import { liveReport } from "../../../src/host/live-report.ts";
import { observeHost } from "../../../src/host/observe-host.ts";
import { type Fake, fakeDocker, type Replies, status } from "../docker/fake-docker.ts";
import { repliesOf } from "./replies.ts";
import { idOf, liveOf, sample } from "../drift/sample.ts";

const open: Fake[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

const file = "/run/secrets/TOKEN";
const archive = `/containers/${idOf(0)}/archive?path=${encodeURIComponent(file)}`;

async function observed(replies: Replies, secrets = {}): Promise<Live> {
  const fake = await fakeDocker({ ...repliesOf(liveOf(sample)), ...replies });
  open.push(fake);
  const host = await observeHost(endpointAt(fake.endpoint), {
    about: [sample],
    scope: "about",
    files: secrets,
    timeout: 2000,
  });
  const live = liveReport(host, [sample]);
  if (live.kind === "unreachable") throw new Error(live.reason);
  return live;
}

describe("a look at what is live", () => {
  it("sees the deployment's things and no others", async () => {
    const live = await observed({});
    expect(live.containers.map(({ Name }) => Name)).toEqual(sample.containers.map(({ name }) => `/${name}`).sort());
    expect(live.networks.map(({ attached }) => attached)).toEqual([
      ["shop_full", "shop_job", "shop_plain"],
      ["shop_full"],
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

  it("is the reason where a container cannot be described: it is not gone", async () => {
    const broken = status(500, `{"message":"RWLayer is nil"}`);
    await expect(observed({ [`/containers/${idOf(0)}/json`]: broken })).rejects.toThrow("RWLayer is nil");
  });

  it("does not compare with an image that the host no longer has", async () => {
    const gone = Object.keys(liveOf(sample).images).map((name) => [
      `/images/${encodeURIComponent(name)}/json`,
      status(404, "{}"),
    ]);
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
    await expect(observed({ "/volumes": status(500, `{"message":"no room"}`) })).rejects.toThrow("no room");
  });
});
