import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stackText } from "./claims.ts";

export const repository = fileURLToPath(new URL("..", import.meta.url));

/** A project of its own with so many stack files, for as long as the work lasts. */
export async function withProject<T>(stacks: number, work: (root: string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), "berth-bench-"));
  try {
    for (const name of ["Pulumi.yaml", "package.json", "tsconfig.json", "src", "blueprints"]) {
      cpSync(join(repository, name), join(root, name), { recursive: true });
    }
    symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
    for (let index = 0; index < stacks; index += 1) {
      writeFileSync(join(root, `Pulumi.hospital-${index}.yaml`), stackText(index));
    }
    return await work(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}
