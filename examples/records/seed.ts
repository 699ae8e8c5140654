import { onDirectAddress } from "./database.ts";
import type { Environment } from "./settings.ts";

const samples = ["first visit", "blood sample taken", "result discussed"];

/** Writes the sample rows that are not there yet. */
export async function seed(environment: Environment): Promise<void> {
  await onDirectAddress(environment, async (client) => {
    const { rowCount } = await client.query(
      "insert into visits (note, source, seed) select note, 'seed', note from unnest($1::text[]) as note on conflict do nothing",
      [samples],
    );
    console.log(`seed: ${rowCount ?? 0} rows written, ${samples.length - (rowCount ?? 0)} were there already`);
  });
}
