/** Many stories, each told twice, with one report: for `npm run sim` and for the tests. */
import { ready } from "@halqa/crypto";
import { drawPlan } from "../story/plan.ts";
import type { Plan } from "../story/plan-data.ts";
import { tellStory } from "../story/tell-story.ts";
import type { Told } from "../story/tell-story.ts";
import { shrinkPlan } from "./shrink.ts";

export interface RunOptions {
  readonly from: number;
  readonly seeds: number;
  readonly isSymbolic: boolean;
  /** A failing story: its report, and its plan made short. */
  readonly onFailure: (report: string, shrunk: Regression | undefined) => void;
  readonly onProgress?: (seeds: number) => void;
  /** Everything that happens, for people. */
  readonly log?: (line: string) => void;
  /** Failing stories are made short. */
  readonly isShrinking: boolean;
}

export interface RunSummary {
  readonly seeds: number;
  readonly steps: number;
  readonly failures: number;
  /** Of each world. */
  readonly shapes: readonly string[];
}

/** A failing story that was kept. */
export interface Regression {
  readonly invariant: string;
  readonly message: string;
  readonly isSymbolic: boolean;
  readonly plan: Plan;
}

const PROGRESS_EVERY = 50;
const TELLINGS = 400;

export async function runSeeds(options: RunOptions): Promise<RunSummary> {
  await ready;
  const { from, seeds } = options;
  let steps = 0;
  let failures = 0;
  const shapes: string[] = [];
  for (let seed = from; seed < from + seeds; seed++) {
    const plan = drawPlan(seed);
    const told = tellTwice(plan, options.log);
    steps += told.steps;
    shapes.push(told.shape);
    if (told.fault !== undefined) {
      failures++;
      report(plan, told.fault, options);
    }
    const done = seed - from + 1;
    if (done % PROGRESS_EVERY === 0) options.onProgress?.(done);
  }
  return { seeds, steps, failures, shapes };
}

/** Tells a kept story again. */
export async function tellAgain(plan: Plan): Promise<Told> {
  await ready;
  return tellTwice(plan);
}

/** Two tellings that differ are a fault of their own: something asked the machine, or was left over. */
function tellTwice(plan: Plan, log?: (line: string) => void): Told {
  const told = tellStory(plan, { log });
  const again = tellStory(plan);
  const steps = told.steps + again.steps;
  const fault =
    told.digest === again.digest
      ? told.fault
      : { invariant: "SI-2", message: "SI-2: told twice, the story differs" };
  return { ...told, steps, fault };
}

function commandFor(seed: number, { isSymbolic }: RunOptions): string {
  return `npm run sim -- --only ${seed}${isSymbolic ? "" : " --real"}`;
}

function report(
  plan: Plan,
  fault: NonNullable<Told["fault"]>,
  options: RunOptions,
): void {
  const { invariant, message } = fault;
  const head = `seed ${plan.seed}: ${message}\nagain: ${commandFor(plan.seed, options)}`;
  if (!options.isShrinking || invariant === "SI-2") {
    options.onFailure(head, undefined);
    return;
  }
  const shrunk = shrinkPlan(
    plan,
    TELLINGS,
    (candidate) => tellStory(candidate).fault?.invariant === invariant,
  );
  const lines = shrunk.happenings.map(
    ({ at, kind, name, who }) =>
      `  ${(at / 1_000).toFixed(1)}s ${kind} ${name} p${who}`,
  );
  const size = `${shrunk.happenings.length} of ${plan.happenings.length} happenings suffice:`;
  options.onFailure([head, size, ...lines].join("\n"), {
    invariant,
    message,
    isSymbolic: options.isSymbolic,
    plan: shrunk,
  });
}
