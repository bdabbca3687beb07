// Processes whose system calls are watched or disturbed, by strace, where it exists.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Whether this machine has strace and lets it watch. */
export const hasStrace =
  spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0;

export interface Traced {
  /** Lines of the output. */
  readonly lines: readonly string[];
  /** System calls, in order. */
  readonly calls: readonly string[];
}

/** Runs `append-script.ts` over a folder of a test and watches its syncs and what it says; `inject` is strace's. */
export function traceAppends(
  folder: string,
  count: number,
  inject?: string,
): Traced {
  const trace = join(folder, "trace.txt");
  const script = join(import.meta.dirname, "append-script.ts");
  const disturbed = inject === undefined ? [] : ["-e", `inject=${inject}`];
  const watched = ["-f", "-qq", "-e", "trace=fsync,fdatasync,write"];
  const command = [process.execPath, script, folder, String(count)];
  const { stdout, stderr } = spawnSync(
    "strace",
    [...watched, ...disturbed, "-o", trace, ...command],
    { encoding: "utf8" },
  );
  if (stderr !== "") throw new Error(stderr);
  return {
    lines: stdout.trim().split("\n"),
    calls: readFileSync(trace, "utf8").split("\n"),
  };
}
