import { expect, it } from "vitest";
import { containerDrifts } from "../../../src/drift/container.ts";
import { trialContainer, trialsOf } from "../../../src/drift/trial.ts";
import { change, liveOf, sample, sampleDeployment } from "./sample.ts";

it("is made of the containers that an up creates beside those that are live, and of none where nothing is", () => {
  const live = liveOf(sample);
  expect(trialsOf(containerDrifts(sample, live), live)).toEqual([]);
  const changed = sampleDeployment("  berth:services: { full: { cpus: 0.25 } }\n");
  const trials = trialsOf(containerDrifts(changed, live), live);
  expect(trials.map(({ service, image, own }) => [service.key, image, own])).toEqual([
    ["full", "sha256:1111111111111111", true],
  ]);
  const nobody = { ...live, containers: [] };
  expect(trialsOf(containerDrifts(changed, nobody), nobody)).toEqual([]);
});

it("takes the image of what runs where the new one is still to be pulled, and then names no user", () => {
  const live = { ...liveOf(sample), images: {} };
  change("plain", () => ({ Config: { Labels: { "berth.stack": sample.id, "berth.spec": "other" } } }))(live);
  const [trial] = trialsOf(containerDrifts(sample, live), live);
  expect(trial).toMatchObject({ image: "sha256:1111111111111111", own: false });
  const full = { ...trial!, service: sample.containers[0]! };
  expect(trialContainer(full, sample)).not.toHaveProperty("User");
  expect(trialContainer({ ...full, own: true }, sample)).toHaveProperty("User", "1001:1001");
});

it("carries nothing that could clash, be seen or stay: no port, network, volume, environment or label of the deployment", () => {
  const service = sample.containers.find(({ key }) => key === "full")!;
  const text = JSON.stringify(trialContainer({ service, image: "i", own: true }, sample));
  expect(text).toContain('"NetworkMode":"none"');
  for (const absent of [
    "Env",
    "Binds",
    "VolumesFrom",
    "PortBindings",
    "ExposedPorts",
    "EndpointsConfig",
    "berth.stack",
  ])
    expect(text).not.toContain(`"${absent}"`);
});

it("mounts what has to be there, in the form in which Docker creates nothing, and leaves out what it may create", () => {
  const service = sample.containers.find(({ key }) => key === "full")!;
  const mounts = (created?: true) => {
    const full = { ...service, mounts: service.mounts.map((mount) => (created ? { ...mount, created } : mount)) };
    const trial = { service: full, image: "i", own: true };
    return trialContainer(trial, {
      ...sample,
      services: sample.services.map((each) => (each.key === "full" ? { ...each, mounts: full.mounts } : each)),
    }).HostConfig.Mounts;
  };
  expect(mounts()).toEqual([{ Type: "bind", Source: "/srv/conf", Target: "/conf", ReadOnly: true }]);
  expect(mounts(true)).toEqual([]);
});
