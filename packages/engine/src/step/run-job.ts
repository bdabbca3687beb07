/** Every kind of job, and what does it. */
import { assertInvariant } from "@halqa/bytes";
import { runBoot } from "./boot.ts";
import { runCommand } from "./commands/run-command.ts";
import { runEntries, withRecord } from "./entries.ts";
import type { Job } from "./job.ts";
import { runExpire } from "./expiry/expire-job.ts";
import { runParts } from "./files/transfer-jobs.ts";
import { runMessage } from "./messages.ts";
import { runShare } from "./presence/share-job.ts";
import { runNote } from "./note-job.ts";
import { runIndex } from "./search/index-job.ts";
import { runSearch } from "./search/search-job.ts";
import { settleMoves } from "./side/moves.ts";
import { tend } from "./tend.ts";
import { runBrief, runErase, runWindow } from "./window.ts";
import type { JobContext, JobStep } from "./job-context.ts";
import type { Loaded } from "./job-stage.ts";

type Name = Job["job"];
type JobOf<N extends Name> = Extract<Job, { readonly job: N }>;
type Run<Of extends Job> = (
  job: Of,
  context: JobContext,
  loaded: Loaded,
) => JobStep;

const runs: { readonly [N in Name]: Run<JobOf<N>> } = {
  boot: (job, context, loaded) => runBoot(job.stage, context, loaded),
  command: runCommand,
  search: runSearch,
  index: runIndex,
  note: (job, context) => runNote(job.note, context),
  window: runWindow,
  brief: runBrief,
  entries: runEntries,
  message: runMessage,
  erase: runErase,
  parts: runParts,
  expire: runExpire,
  move: (job, context) => runMove(context, job.circle),
  share: runShare,
  tend: (job, context) => runTend(context, job.circle),
};

export function runJob(context: JobContext, job: Job, loaded: Loaded): JobStep {
  return run(context, { name: job.job, job, loaded });
}

function run<N extends Name>(
  context: JobContext,
  o: { readonly name: N; readonly job: JobOf<N>; readonly loaded: Loaded },
): JobStep {
  return runs[o.name](o.job, context, o.loaded);
}

function runMove(context: JobContext, id: string): JobStep {
  const record = context.state.durable.circles.get(id);
  assertInvariant(record !== undefined, "a circle that is moved is there");
  const settled = settleMoves(context.env, record);
  assertInvariant(settled !== record, "settling changes something");
  const durable = withRecord(context, tend(context, settled));
  return { step: "done", durable, writes: [], after: [] };
}

function runTend(context: JobContext, id: string): JobStep {
  const record = context.state.durable.circles.get(id);
  assertInvariant(record !== undefined, "a circle that is tended is there");
  const tended = tend(context, record);
  // Chosen because something was to be done: a round that changes nothing would be chosen for ever.
  assertInvariant(tended !== record, "tending changes something");
  const durable = withRecord(context, tended);
  return { step: "done", durable, writes: [], after: [] };
}
