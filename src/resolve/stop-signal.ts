import { quoted } from "../notation/quoted.ts";
import { closest } from "../findings/suggest.ts";
import { instruction } from "../findings/remedy.ts";
import type { Filler, Path } from "./interpolate.ts";

/** The names that Docker knows (SignalMap of moby/sys/signal); those of real-time signals count from both ends. */
const known: readonly string[] = [
  ...["ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL"],
  ...["PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1"],
  ...["USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX"],
  ...Array.from({ length: 15 }, (_, index) => `RTMIN+${index + 1}`),
  ...Array.from({ length: 14 }, (_, index) => `RTMAX-${index + 1}`),
];

const allowed = "a signal, for example SIGTERM, or its number from 1 to 64";

/** The signal that stops a container, as it was written; undefined for none, where the image decides. */
export function stopSignalOf(written: string | undefined, path: Path, filler: Filler): string | undefined {
  if (written === undefined || written === "") return undefined;
  const name = written.toUpperCase().replace(/^SIG/, "");
  const isNumber = /^\d{1,2}$/.test(written) && Number(written) >= 1 && Number(written) <= 64;
  if (isNumber || known.includes(name)) return written;
  const nearest = closest(name, known);
  filler.wrong(
    path,
    `found ${quoted(written)}`,
    allowed,
    nearest === undefined ? undefined : instruction(`write SIG${nearest} for ${written}`),
  );
  return undefined;
}
