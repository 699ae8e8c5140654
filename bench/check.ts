import { check } from "../src/conflicts/check.ts";
import { inventoryOf } from "./claims.ts";
import { computing, medians, type Result } from "./measure.ts";

const all = 10_000;
const more = { kind: "ratio", atMost: 12 } as const;
const second = { kind: "time", atMost: 1_000 } as const;

/** The conflict check alone: it grows with the deployments, not with their pairs. */
export async function checkResults(): Promise<Result[]> {
  const whole = inventoryOf(all);
  const claimsEach = whole.claims.length / all;
  // Each turn checks the same 10,000, in parts or at once: none finds more in the processor's cache than another.
  const works = [100, 1_000, all].map((size) => {
    const parts = Array.from({ length: all / size }, (_, part) => ({
      ...whole,
      claims: whole.claims.slice(part * size * claimsEach, (part + 1) * size * claimsEach),
    }));
    return () => parts.map((part) => check(part));
  });
  const clashing = inventoryOf(all, 100);
  const [hundreds = NaN, thousands = NaN, tenThousand = NaN, conflicts = NaN] = await medians(
    [...works, () => check(clashing)],
    15,
    computing,
  );
  const hundred = { what: what("100"), measured: hundreds / 100 };
  const thousand = { what: what("1,000"), measured: thousands / 10 };
  return [
    { ...thousand, against: hundred, target: more },
    { what: what("10,000"), measured: tenThousand, against: thousand, target: more },
    { what: what("10,000"), measured: tenThousand, target: second },
    { what: `${what("10,000")}, 100 in conflict`, measured: conflicts, target: second },
  ];
}

const what = (count: string): string => `check ${count} deployments, 10 claims each`;
