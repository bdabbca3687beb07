/** A command as a job (docs/spec/engine.md, EN-12): judged, stored, and answered when it is stored. */
import type { Command, CommandReply } from "../../views/command.ts";
import { putCircle } from "../circle-record.ts";
import type { Durable } from "../durable.ts";
import type { JobContext, JobStep } from "../job-context.ts";
import type { Loaded } from "../job-stage.ts";
import type { Job } from "../job.ts";
import { tend } from "../tend.ts";
import { perform } from "./handlers.ts";

type CommandJob = Extract<Job, { job: "command" }>;

export function runCommand(
  job: CommandJob,
  context: JobContext,
  loaded: Loaded,
): JobStep {
  const { id, command, stage } = job;
  const known = stage === "target" ? loaded : undefined;
  const outcome = perform(context, command, known);
  if ("needs" in outcome)
    return {
      step: "read",
      refs: "store" in outcome.needs ? [outcome.needs] : outcome.needs,
      job: { ...job, stage: "target" },
    };
  if ("fault" in outcome) {
    const { durable } = context.state;
    return done(durable, { id, reply: { ok: false, error: outcome.fault } });
  }
  const { value, durable, writes, after } = outcome;
  const tended = tendChanged(context, durable, command);
  const made = done(tended, { id, reply: { ok: true, value } });
  return {
    ...made,
    writes: writes ?? [],
    after: [...(after ?? []), ...made.after],
  };
}

function done(
  durable: Durable,
  o: { readonly id: number; readonly reply: CommandReply },
): Extract<JobStep, { step: "done" }> {
  return {
    step: "done",
    durable,
    writes: [],
    after: [{ after: "reply", ...o }],
  };
}

function tendChanged(
  context: JobContext,
  durable: Durable,
  command: Command,
): Durable {
  if (!("circle" in command)) return durable;
  const record = durable.circles.get(command.circle);
  if (record === undefined) return durable;
  const tended = tend(context, record);
  return tended === record ? durable : putCircle(durable, tended);
}
