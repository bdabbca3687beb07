/** Every kind of job, and what does it. */
import { assertInvariant } from "@halqa/bytes";
import { runBoot } from "./boot.ts";
import { runCommand } from "./commands/run-command.ts";
import { runEntries, withRecord } from "./entries.ts";
import type { Job } from "./job.ts";
import { runMessage } from "./messages.ts";
import { runNote } from "./note-job.ts";
import { tend } from "./tend.ts";
import { runBrief, runErase, runWindow } from "./window.ts";
import type { JobContext, JobStep } from "./job-context.ts";
import type { Loaded } from "./job-stage.ts";

export function runJob(context: JobContext, job: Job, loaded: Loaded): JobStep {
  switch (job.job) {
    case "boot":
      return runBoot(job.stage, context, loaded);
    case "command":
      return runCommand(job, context, loaded);
    case "note":
      return runNote(job.note, context);
    case "window":
      return runWindow(job, context, loaded);
    case "brief":
      return runBrief(job, context, loaded);
    case "entries":
      return runEntries(job, context, loaded);
    case "message":
      return runMessage(job, context);
    case "erase":
      return runErase(job, context, loaded);
    case "tend":
      return runTend(context, job.circle);
  }
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
