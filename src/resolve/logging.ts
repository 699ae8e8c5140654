import type { ComposeService } from "../blueprint/blueprint.ts";
import { quoted } from "../notation/quoted.ts";
import { closest } from "../findings/suggest.ts";
import { instruction } from "../findings/remedy.ts";
import type { Service } from "../deployment/deployment.ts";
import type { Filler, Path } from "./interpolate.ts";
import { driverOptions, everyDriver, forms, required } from "./log-options.ts";
import { ownValue } from "../notation/own-value.ts";

type Options = Readonly<Record<string, string>>;

/** Where and how a service's output is kept: in three files of 10 MB where nothing is said. */
export function loggingOf(written: ComposeService["logging"], path: Path, filler: Filler): Service["logging"] {
  if (written === undefined) return { driver: "json-file", options: { "max-file": "3", "max-size": "10m" } };
  const { driver = "json-file", options = {} } = written;
  const known = Object.hasOwn(driverOptions, driver) ? driverOptions[driver] : undefined;
  if (known !== undefined) rejectOptions(driver, options, [...known, ...everyDriver], [...path, "options"], filler);
  // A driver may be a plugin of the host, whose name only the host knows.
  const meant = known === undefined ? closest(driver, Object.keys(driverOptions)) : undefined;
  if (meant !== undefined || driver === "")
    filler.wrong(
      [...path, "driver"],
      `found ${quoted(driver)}`,
      `${Object.keys(driverOptions).join(", ")}, or a plugin of the host`,
      instruction(`write ${meant ?? "json-file"}${driver === "" ? "" : ` for ${driver}`}`),
    );
  return { driver, options };
}

function rejectOptions(driver: string, options: Options, known: readonly string[], path: Path, filler: Filler): void {
  if (driver === "none") return;
  for (const [name, value] of Object.entries(options)) {
    const form = forms[`${driver} ${name}`] ?? ownValue(forms, name);
    if (!known.includes(name)) {
      const nearest = closest(name, known);
      const remedy = instruction(nearest === undefined ? "remove it" : `rename it to ${nearest}`);
      filler.wrong([...path, name], `the log driver ${driver} has no option ${name}`, known.join(", "), remedy);
    } else if (form !== undefined && !form.fits(value)) {
      filler.wrong([...path, name], `found ${quoted(value)}`, form.allowed);
    }
  }
  for (const name of ownValue(required, driver) ?? [])
    if (!ownValue(options, name)) filler.wrong(path, `the log driver ${driver} needs the option ${name}`);
  rejectTogether(driver, options, path, filler);
}

/** Options that are right by themselves and not beside each other. */
function rejectTogether(driver: string, options: Options, path: Path, filler: Filler): void {
  if (options["max-buffer-size"] !== undefined && options["mode"] !== "non-blocking")
    filler.wrong([...path, "max-buffer-size"], "max-buffer-size counts with mode: non-blocking only");
  const files = Number(options["max-file"] ?? (driver === "local" ? 5 : 1));
  const compress = options["compress"] ?? (driver === "local" ? "true" : "false");
  const isCompressed = ["json-file", "local"].includes(driver) && /^(?:1|t|true)$/i.test(compress);
  if (isCompressed && (files < 2 || (driver === "json-file" && options["max-size"] === undefined)))
    filler.wrong(
      [...path, options["compress"] === undefined ? "max-file" : "compress"],
      `the log driver ${driver} compresses with several files of limited size only`,
      driver === "local" ? 'max-file: "2" or more, or compress: "false"' : 'max-size, and max-file: "2" or more',
    );
}
