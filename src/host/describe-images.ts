import type { DockerApi } from "../docker/api.ts";
import { failureOf } from "../docker/failure.ts";
import type { HostSnapshot, ImageReport } from "./snapshot.ts";
import type { InspectedImage } from "./inspected.ts";

/**
 * Images by their names or ids.
 * @param known those that are described already, by name
 */
export async function describeImages(
  docker: DockerApi,
  wanted: ReadonlySet<string>,
  known: HostSnapshot["images"] = {},
): Promise<HostSnapshot["images"]> {
  const byId = new Map(
    Object.values(known).flatMap((report) => (report.kind === "here" ? [[report.image.Id, report] as const] : [])),
  );
  const described = [...wanted].map(
    async (name) => [name, byId.get(name) ?? (await describeImage(docker, name))] as const,
  );
  return Object.fromEntries(await Promise.all(described));
}

async function describeImage(docker: DockerApi, name: string): Promise<ImageReport> {
  try {
    return { kind: "here", image: await docker.get<InspectedImage>(`/images/${encodeURIComponent(name)}/json`) };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== "status") throw error;
    return failure.status === 404 ? { kind: "absent" } : { kind: "unknown", message: failure.message };
  }
}
