/** Many histories, one after the other, with one report: for `npm run fuzz:mls` and for the tests. */
import { runHistory } from "./history.ts";
import { createOpenMlsMember } from "./openmls-member.ts";

export interface RunOptions {
  readonly from: number;
  readonly seeds: number;
  readonly steps: number;
  /** Half of the members run OpenMLS. */
  readonly interop: boolean;
  /** Called for every failing history with its report, and from time to time with the number of seeds done. */
  readonly onFailure: (report: string) => void;
  readonly onProgress?: (seeds: number) => void;
}

export interface RunSummary {
  readonly seeds: number;
  readonly steps: number;
  readonly epochs: number;
  readonly failures: number;
}

export const STEPS = 40;
const PROGRESS_EVERY = 50;
const MILLISECONDS = 1000;

export async function runHistories(options: RunOptions): Promise<RunSummary> {
  const { from, seeds, steps, interop } = options;
  // KeyPackages of the other implementation are valid around the time of this machine.
  const now = interop
    ? BigInt(Math.floor(Date.now() / MILLISECONDS))
    : 1_800_000_000n;
  let summary: RunSummary = { seeds: 0, steps: 0, epochs: 0, failures: 0 };
  for (let seed = from; seed < from + seeds; seed += 1) {
    const result = await runHistory({
      seed,
      steps,
      now,
      ...(interop ? { createPeer: createOpenMlsMember } : {}),
    });
    summary = {
      seeds: summary.seeds + 1,
      steps: summary.steps + result.steps,
      epochs: summary.epochs + result.epochs,
      failures: summary.failures + (result.failure === undefined ? 0 : 1),
    };
    if (result.failure !== undefined) {
      options.onFailure(`${result.failure}\n${replay(seed, options)}`);
    }
    if (summary.seeds % PROGRESS_EVERY === 0)
      options.onProgress?.(summary.seeds);
  }
  return summary;
}

function replay(seed: number, { steps, interop }: RunOptions): string {
  const flags = `${interop ? " --interop" : ""}${steps === STEPS ? "" : ` --steps ${steps}`}`;
  return `again: npm run fuzz:mls -- --from ${seed} --seeds 1${flags}`;
}
