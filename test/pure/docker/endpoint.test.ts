import { describe, expect, it } from "vitest";
import { isThisMachine, localEndpoint } from "../../../src/docker/endpoint.ts";

const HOME = "/home/ann";
const config = "/home/ann/.docker/config.json";
const metaIn = (directory: string) =>
  `${directory}/contexts/meta/512eea46ceb3921dff4363c7069d89d4964d1d9fccaa0f411851a7aa60a5c868/meta.json`;
const far = metaIn("/home/ann/.docker");
const farMeta = JSON.stringify({ Name: "far", Endpoints: { docker: { Host: "ssh://ann@far" } } });
const reader = (files: Record<string, string>) => (path: string) => files[path];

describe("the endpoint that local means", () => {
  it.each<[string, Record<string, string>, Record<string, string>, string]>([
    ["nothing is set", { HOME }, {}, "unix:///var/run/docker.sock"],
    ["DOCKER_HOST", { HOME, DOCKER_HOST: "tcp://far:2375" }, {}, "tcp://far:2375"],
    ["DOCKER_HOST without a scheme", { HOME, DOCKER_HOST: "far:2375" }, {}, "tcp://far:2375"],
    [
      "DOCKER_HOST before DOCKER_CONTEXT",
      { HOME, DOCKER_HOST: "tcp://a:1", DOCKER_CONTEXT: "far" },
      { [far]: farMeta },
      "tcp://a:1",
    ],
    ["an empty DOCKER_HOST", { HOME, DOCKER_HOST: "" }, {}, "unix:///var/run/docker.sock"],
    ["DOCKER_CONTEXT", { HOME, DOCKER_CONTEXT: "far" }, { [far]: farMeta }, "ssh://ann@far"],
    [
      "DOCKER_CONTEXT before the chosen one",
      { HOME, DOCKER_CONTEXT: "default" },
      { [config]: '{"currentContext":"far"}', [far]: farMeta },
      "unix:///var/run/docker.sock",
    ],
    ["the chosen context", { HOME }, { [config]: '{"currentContext":"far"}', [far]: farMeta }, "ssh://ann@far"],
    ["the context default", { HOME }, { [config]: '{"currentContext":"default"}' }, "unix:///var/run/docker.sock"],
    ["a configuration without a context", { HOME }, { [config]: '{"auths":{}}' }, "unix:///var/run/docker.sock"],
    [
      "DOCKER_CONFIG",
      { HOME, DOCKER_CONFIG: "/c", DOCKER_CONTEXT: "far" },
      { [metaIn("/c")]: farMeta },
      "ssh://ann@far",
    ],
  ])("%s", (_, env, files, url) => expect(localEndpoint(env, reader(files))).toBe(url));

  it("is never the default socket where the context cannot be read", () => {
    expect(() => localEndpoint({ HOME, DOCKER_CONTEXT: "far" }, reader({}))).toThrow(
      `the Docker context "far", chosen by DOCKER_CONTEXT, has no endpoint in ${far}; ` +
        "choose one that docker context ls shows: docker context use default",
    );
  });

  it("is unknown where the configuration is broken", () => {
    expect(() => localEndpoint({ HOME }, reader({ [config]: "{" }))).toThrow(
      `${config} is not JSON, so the current Docker context is unknown; correct it or set DOCKER_HOST`,
    );
  });
});

describe("whether an endpoint is this machine", () => {
  it.each([
    ["unix:///var/run/docker.sock", true],
    ["tcp://localhost:2375", true],
    ["tcp://127.0.0.1:2375", true],
    ["tcp://[::1]:2375", true],
    ["tcp://localhost.example:2375", false],
    ["tcp://10.0.0.5:2375", false],
    ["ssh://ann@localhost", false],
    ["https://docker.example", false],
  ])("%s: %s", (url, expected) => expect(isThisMachine(url)).toBe(expected));
});
