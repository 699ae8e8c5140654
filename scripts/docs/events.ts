import { eventCodes, questionCodes } from "../../src/operations/host.ts";
import { code, page, table } from "./markdown.ts";

/** Every event and every question of an operation. */
export function eventsPage(): string {
  const rows = (codes: Readonly<Record<string, string>>): string[][] =>
    Object.entries(codes).map(([name, meaning]) => [code(name), meaning]);
  return page(
    "src/operations/host.ts",
    "# Events and questions of operations",
    "An operation (`berth destroy`, `berth start`, `berth stop`) reports events to its host and asks it questions. The command line is a host: it prints the text of an event, and asks on the terminal.",
    table(["event", "what it means"], rows(eventCodes)),
    table(["question", "what it asks"], rows(questionCodes)),
  );
}
