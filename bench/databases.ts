import { missingEngine } from "../test/engine/missing.ts";
import { dockerAnswers } from "../test/host/docker.ts";
import type { Result } from "./measure.ts";
import { withPlatform } from "./platform.ts";
import { poolResults } from "./pool.ts";
import { tenantResults } from "./tenant.ts";

/** Databases on a platform: how soon a further tenant has one, and what the pool costs or spares. */
export async function databaseResults(): Promise<Result[]> {
  const skipped = dockerAnswers ? missingEngine() : "Docker does not answer";
  if (skipped !== "") return [{ what: "a platform, its tenants and its pool", skipped }];
  return withPlatform(async (platform) => [...(await tenantResults(platform)), ...(await poolResults(platform))]);
}
