import type { Ask } from "../docker/request.ts";
import { failureOf } from "../docker/failure.ts";
import type { HostSnapshot, ImageReport } from "./snapshot.ts";
import type { InspectedImage } from "./inspected.ts";

/**
 * Images by their names or ids.
 * @param known those that are described already, by name
 */
export async function describeImages(
  ask: Ask,
  wanted: ReadonlySet<string>,
  known: HostSnapshot["images"] = {},
): Promise<HostSnapshot["images"]> {
  const byId = new Map(
    Object.values(known).flatMap((report) => (report.kind === "here" ? [[report.image.Id, report] as const] : [])),
  );
  const described = [...wanted].map(
    async (name) => [name, byId.get(name) ?? (await describeImage(ask, name))] as const,
  );
  return Object.fromEntries(await Promise.all(described));
}

async function describeImage(ask: Ask, name: string): Promise<ImageReport> {
  try {
    return { kind: "here", image: await ask<InspectedImage>(`/images/${encodeURIComponent(name)}/json`) };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== "status") throw error;
    return failure.status === 404 ? { kind: "absent" } : { kind: "unknown", message: failure.message };
  }
}
