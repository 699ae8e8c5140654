import { check } from "../src/conflicts/check.ts";
import { inventoryOf } from "./claims.ts";
import { medians, type Result } from "./measure.ts";

const more = { kind: "ratio", atMost: 12 } as const;

/** The conflict check alone: it grows with the deployments, not with their pairs. */
export async function checkResults(): Promise<Result[]> {
  const [hundred = NaN, thousand = NaN, tenThousand = NaN, clashing = NaN] = await medians(
    [inventoryOf(100), inventoryOf(1_000), inventoryOf(10_000), inventoryOf(10_000, 100)].map(
      (inventory) => () => check(inventory),
    ),
    15,
  );
  const what = (count: string) => `check ${count} deployments, 10 claims each`;
  return [
    { what: what("1,000"), measured: thousand, against: { what: what("100"), measured: hundred }, target: more },
    { what: what("10,000"), measured: tenThousand, against: { what: what("1,000"), measured: thousand }, target: more },
    { what: what("10,000"), measured: tenThousand, target: { kind: "time", atMost: 1_000 } },
    { what: `${what("10,000")}, 100 in conflict`, measured: clashing, target: { kind: "time", atMost: 1_000 } },
  ];
}
