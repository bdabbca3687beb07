/**
 * The lane: one job at a time, from the store to the store (docs/spec/engine.md, EN-11 to EN-13). What a job made is adopted,
 * told and sent when its transaction is durable, and is as if it had never been when it is not.
 */
import { assertInvariant } from "@halqa/bytes";
import type { RecordRef } from "../ports/store.ts";
import type { CommandReply } from "../views/command.ts";
import { applyAfter } from "./after.ts";
import { refKey } from "./job.ts";
import type { Job, JobDone } from "./job.ts";
import { MAX_COMMANDS, MAX_JOBS_AT_ONCE, STORE_RETRY_MS } from "./limits.ts";
import { putBack } from "./inboxes.ts";
import { readAgain } from "./log-run.ts";
import { chooseJob } from "./choose-job.ts";
import { runJob } from "./run-job.ts";
import type { Lane, WaitingCommand } from "./state.ts";
import { emit, takeNumber, update } from "./turn.ts";
import { forgetWindows } from "./watches.ts";
import type { Turn } from "./turn.ts";
import { settleWrites } from "./writes.ts";
import type { JobStep } from "./job-context.ts";
import type { Loaded } from "./job-stage.ts";

const nothing: Loaded = new Map();

export function updateLane(turn: Turn, change: Partial<Lane>): void {
  update(turn, { lane: { ...turn.state.lane, ...change } });
}

/** Queues a command; one too many is answered at once. */
export function enqueueCommand(turn: Turn, command: WaitingCommand): void {
  const { commands } = turn.state.lane;
  if (commands.length >= MAX_COMMANDS) {
    reply(turn, command.id, { ok: false, error: "outbox-full" });
    return;
  }
  updateLane(turn, { commands: [...commands, command] });
}

/** Runs jobs until one waits for the store or nothing is left to do. */
export function runLane(turn: Turn): void {
  let jobs = 0;
  while (turn.state.lane.running === undefined) {
    const job = chooseJob(turn);
    if (job === undefined) return;
    // EN-18: jobs that make each other due again would hold the device for ever, and nobody would learn why.
    jobs += 1;
    assertInvariant(jobs <= MAX_JOBS_AT_ONCE, "the lane comes to rest");
    proceed(turn, job, nothing);
  }
}

/** The store's answer to a read. */
export function hearRecords(
  turn: Turn,
  tag: number,
  values: readonly (Uint8Array | undefined)[],
): void {
  const { running } = turn.state.lane;
  if (running?.phase !== "reading" || running.tag !== tag) return;
  assertInvariant(
    values.length === running.refs.length,
    "the store answers every reference",
  );
  const loaded = new Map(
    running.refs.map((ref, index) => [refKey(ref), values[index]]),
  );
  updateLane(turn, { running: undefined });
  proceed(turn, running.job, loaded);
}

/** EN-12: the transaction is durable; now its outcome is what we know, and may be told and sent. */
export function hearCommitted(turn: Turn, tag: number): void {
  const { running } = turn.state.lane;
  if (running?.phase !== "committing" || running.tag !== tag) return;
  updateLane(turn, { running: undefined });
  adopt(turn, running.done);
}

/** EN-13: nothing was written. A command is told; anything else is done again, from what is stored, after a while. */
export function hearStoreFailed(turn: Turn, tag: number): void {
  const { running } = turn.state.lane;
  if (running?.phase !== "committing" || running.tag !== tag) return;
  updateLane(turn, { running: undefined, isResting: true });
  emit(turn, { type: "timer", id: "store", afterMs: STORE_RETRY_MS });
  undo(turn, running.job);
}

function proceed(turn: Turn, job: Job, loaded: Loaded): void {
  const { env, state } = turn;
  const next = runJob({ env, state }, job, loaded);
  if (next.step === "read") startReading(turn, next);
  else startCommitting(turn, job, next);
}

function startReading(
  turn: Turn,
  { refs, job }: Extract<JobStep, { step: "read" }>,
): void {
  if (refs.length === 0) {
    proceed(turn, job, nothing);
    return;
  }
  const tag = takeNumber(turn);
  const unique = uniqueRefs(refs);
  updateLane(turn, { running: { phase: "reading", tag, job, refs: unique } });
  emit(turn, { type: "read", tag, refs: unique });
}

function startCommitting(turn: Turn, job: Job, made: JobDone): void {
  // What was read at the start is stored already: to write it again would leave changes behind that no longer fit it.
  const { durable, writes } =
    job.job === "boot"
      ? { durable: made.durable, writes: [] }
      : settleWrites(turn.env, turn.state.durable, made.durable);
  const done = { ...made, durable, writes: [...writes, ...made.writes] };
  if (done.writes.length === 0) {
    adopt(turn, done);
    return;
  }
  const tag = takeNumber(turn);
  updateLane(turn, { running: { phase: "committing", tag, job, done } });
  emit(turn, { type: "commit", tag, writes: done.writes });
}

function adopt(turn: Turn, { durable, after }: JobDone): void {
  update(turn, { durable });
  forgetWindows(turn);
  for (const one of after) applyAfter(turn, one);
}

/** What was taken out of a queue for the job goes back, or is read again; other jobs are chosen again from the state. */
function undo(turn: Turn, job: Job): void {
  if (job.job === "boot") {
    // A new device that cannot even begin: whoever waits is told, and the rest waits on.
    for (const { id } of turn.state.lane.commands)
      reply(turn, id, { ok: false, error: "storage-failed" });
    updateLane(turn, { commands: [] });
  } else if (job.job === "command") {
    reply(turn, job.id, { ok: false, error: "storage-failed" });
  } else if (job.job === "note") {
    updateLane(turn, { notes: [job.note, ...turn.state.lane.notes] });
  } else if (job.job === "entries") {
    const { circle } = turn.state.durable.circles.get(job.circle) ?? {};
    if (circle !== undefined) readAgain(turn, job.circle, circle.log.seq);
  } else if (job.job === "message") {
    putBack(turn, job.inbox, job.message);
  }
}

function reply(turn: Turn, id: number, answer: CommandReply): void {
  emit(turn, { type: "reply", id, reply: answer });
}

function uniqueRefs(refs: readonly RecordRef[]): readonly RecordRef[] {
  return [...new Map(refs.map((ref) => [refKey(ref), ref])).values()];
}
