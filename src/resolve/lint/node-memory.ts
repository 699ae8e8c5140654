import type { Demand } from "./memory-demand.ts";
import type { Service } from "../../deployment/deployment.ts";
import { sizeText } from "../../notation/quantities.ts";

const option = /--max[-_]old[-_]space[-_]size[= ](\d+)/g;
const MB = 1024 ** 2;

/** The share of a container's memory that its heap may fill: the rest is stacks, buffers and the program itself. */
const share = 0.75;

/** Node's heap, as its options say it in environment or command, above what the container may have. */
export function heapDemands(service: Service, memory: number): Demand[] {
  const texts = [
    ...Object.values(service.environment),
    [...(service.entrypoint ?? []), ...(service.command ?? [])].join(" "),
  ];
  const heaps = texts.flatMap((text) =>
    typeof text === "string" ? Array.from(text.matchAll(option), ([, size]) => Number(size) * MB) : [],
  );
  // Of several options that of the command counts, but which process gets which is not known here.
  const heap = Math.max(0, ...heaps);
  if (heap <= memory) return [];
  return [
    {
      severity: "error",
      key: "--max-old-space-size",
      message: `a heap of ${sizeText(heap)}, and the container has ${sizeText(memory)}`,
      allowed: `at most ${Math.floor(memory / MB)}; ${Math.floor((memory * share) / MB)} leaves room for what is not heap`,
      needed: Math.ceil(heap / share),
    },
  ];
}
