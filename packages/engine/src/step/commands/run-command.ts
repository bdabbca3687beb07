/** A command as a job (docs/spec/engine.md, EN-12): judged, stored, and answered when it is stored. */
import type { Command, CommandReply } from "../../views/command.ts";
import type { Job } from "../job.ts";
import { putCircle } from "../circle-record.ts";
import { tend } from "../tend.ts";
import type { Durable } from "../durable.ts";
import { compose, discardOrRetry } from "./compose.ts";
import { inspectInvite, requestJoin } from "./join.ts";
import {
  forgetCircle,
  foundCircleBy,
  markReadTo,
  setProfile,
} from "./profile.ts";
import { createInviteBy, decideRequest, removeMember } from "./steward.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import type { JobContext, JobStep } from "../job-context.ts";
import type { Loaded } from "../job-stage.ts";

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
      refs: [outcome.needs],
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

function perform(
  context: JobContext,
  command: Command,
  loaded: Loaded | undefined,
): CommandOutcome {
  if (isWriting(command)) return compose(context, command, loaded);
  if (isStewards(command)) return performAct(context, command);
  switch (command.command) {
    case "set-profile":
      return setProfile(context, command);
    case "found-circle":
      return foundCircleBy(context, command);
    case "forget-circle":
      return forgetCircle(context, command);
    case "mark-read":
      return markReadTo(context, command);
    case "inspect-invite":
      return inspectInvite(context, command);
    case "request-join":
      return requestJoin(context, command);
    case "discard":
    case "retry":
      return discardOrRetry(context, command);
  }
}

type Writing = CommandOf<"send" | "react" | "post-notice" | "rsvp">;
type Stewards = CommandOf<
  "create-invite" | "approve" | "decline" | "remove-member"
>;

const writing: ReadonlySet<string> = new Set<Writing["command"]>([
  "send",
  "react",
  "post-notice",
  "rsvp",
]);

const stewards: ReadonlySet<string> = new Set<Stewards["command"]>([
  "create-invite",
  "approve",
  "decline",
  "remove-member",
]);

function isWriting(command: Command): command is Writing {
  return writing.has(command.command);
}

function isStewards(command: Command): command is Stewards {
  return stewards.has(command.command);
}

function performAct(context: JobContext, command: Stewards): CommandOutcome {
  switch (command.command) {
    case "create-invite":
      return createInviteBy(context, command);
    case "approve":
    case "decline":
      return decideRequest(context, command);
    case "remove-member":
      return removeMember(context, command);
  }
}
