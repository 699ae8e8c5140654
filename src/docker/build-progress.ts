import protobuf from "protobufjs";
import type { BuildEvent } from "./build.ts";

/** The part of BuildKit's StatusResponse (moby/buildkit, api/services/control/control.proto) that is shown. */
const definitions = {
  nested: {
    Vertex: {
      fields: {
        name: { type: "string", id: 3 },
        cached: { type: "bool", id: 4 },
        started: { type: "bytes", id: 5 },
        completed: { type: "bytes", id: 6 },
        error: { type: "string", id: 7 },
      },
    },
    VertexLog: { fields: { msg: { type: "bytes", id: 4 } } },
    StatusResponse: {
      fields: {
        vertexes: { rule: "repeated", type: "Vertex", id: 1 },
        logs: { rule: "repeated", type: "VertexLog", id: 3 },
      },
    },
  },
};

interface Status {
  readonly vertexes: readonly { readonly name: string; readonly started?: unknown; readonly completed?: unknown }[];
  readonly logs: readonly { readonly msg: Uint8Array }[];
}

const statusResponse = protobuf.Root.fromJSON(definitions).lookupType("StatusResponse");

/** The lines that one event of a build adds to its log: steps as they begin, and what they print. */
export function progressLines({ stream, id, aux }: BuildEvent): string[] {
  if (stream !== undefined) return linesOf(stream);
  if (id !== "moby.buildkit.trace" || typeof aux !== "string") return [];
  const { vertexes = [], logs = [] } = statusResponse.decode(Buffer.from(aux, "base64")) as unknown as Partial<Status>;
  const begun = vertexes.filter(({ name, started, completed }) => has(started) && !has(completed) && shows(name));
  return [...begun.map(({ name }) => name), ...logs.flatMap(({ msg }) => linesOf(Buffer.from(msg).toString("utf8")))];
}

const has = (bytes: unknown): boolean => bytes instanceof Uint8Array && bytes.length > 0;

/** Steps of the Dockerfile, without BuildKit's internal ones. */
const shows = (name: string): boolean => /^\[/.test(name) && !name.startsWith("[internal]");

const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n|\r/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
