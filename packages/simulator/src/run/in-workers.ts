/** Stories in threads of their own, as many at once as asked for: a thread runs with real or with symbolic crypto. */
import { Worker } from "node:worker_threads";
import type { Plan } from "../story/plan-data.ts";
import type { Told } from "../story/tell-story.ts";
import type { Regression, RunSummary } from "./run-seeds.ts";

export interface Share {
  readonly isSymbolic: boolean;
  readonly from: number;
  readonly seeds: number;
  readonly isShrinking: boolean;
  readonly isLogging: boolean;
  /** One story instead of seeds. */
  readonly plan: Plan | undefined;
}

export type WorkerMessage =
  | {
      readonly type: "failure";
      readonly report: string;
      readonly regression: Regression | undefined;
    }
  | { readonly type: "progress"; readonly seeds: number }
  | { readonly type: "log"; readonly line: string }
  | { readonly type: "told"; readonly told: Told }
  | { readonly type: "done"; readonly summary: RunSummary };

export interface SimOptions {
  readonly isSymbolic: boolean;
  readonly from: number;
  readonly seeds: number;
  /** Threads at once. */
  readonly jobs: number;
  readonly isShrinking?: boolean;
  readonly isLogging?: boolean;
  readonly onFailure?: (
    report: string,
    regression: Regression | undefined,
  ) => void;
  readonly onProgress?: (seeds: number) => void;
  readonly onLog?: (line: string) => void;
}

// A thread that tells too many stories keeps too much: small shares also keep all threads busy to the end.
const SHARE = 25;

/** Tells the seeds from `from` on. */
export async function simulate(options: SimOptions): Promise<RunSummary> {
  const shares: { from: number; seeds: number }[] = [];
  const end = options.from + options.seeds;
  for (let from = options.from; from < end; from += SHARE)
    shares.push({ from, seeds: Math.min(SHARE, end - from) });
  const sum = { seeds: 0, steps: 0, failures: 0, shapes: new Array<string>() };
  const work = async (): Promise<void> => {
    for (;;) {
      const share = shares.shift();
      if (share === undefined) return;
      // One share after the other is what a thread is for.
      const done = await runShare(options, share);
      sum.seeds += done.seeds;
      sum.steps += done.steps;
      sum.failures += done.failures;
      sum.shapes.push(...done.shapes);
      options.onProgress?.(sum.seeds);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return sum;
}

/** Tells one kept story, twice. */
export function retell(plan: Plan, isSymbolic: boolean): Promise<Told> {
  const share: Share = {
    isSymbolic,
    from: 0,
    seeds: 1,
    isShrinking: false,
    isLogging: false,
    plan,
  };
  return startWorker(share, (message, resolve) => {
    if (message.type === "told") resolve(message.told);
  });
}

function runShare(
  options: SimOptions,
  { from, seeds }: { readonly from: number; readonly seeds: number },
): Promise<RunSummary> {
  const share: Share = {
    isSymbolic: options.isSymbolic,
    from,
    seeds,
    isShrinking: options.isShrinking ?? false,
    isLogging: options.isLogging ?? false,
    plan: undefined,
  };
  return startWorker(share, (message, resolve) => {
    if (message.type === "failure")
      options.onFailure?.(message.report, message.regression);
    else if (message.type === "log") options.onLog?.(message.line);
    else if (message.type === "done") resolve(message.summary);
  });
}

function startWorker<T>(
  share: Share,
  onMessage: (message: WorkerMessage, resolve: (value: T) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const worker = new Worker(new URL("worker.ts", import.meta.url), {
      workerData: share,
    });
    worker.on("message", (message: WorkerMessage) =>
      onMessage(message, resolve),
    );
    worker.on("error", reject);
    worker.on("exit", (code) => {
      if (code !== 0) reject(new Error(`a thread ended with ${code}`));
    });
  });
}
