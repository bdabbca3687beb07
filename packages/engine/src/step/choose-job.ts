/**
 * What the lane does next (docs/spec/engine.md, EN-12): commands first, because somebody waits for them; then what is watched;
 * then what relays confirmed; then the circles in turn, so that a flood in one does not stop the others.
 */
import { equalBytes } from "@halqa/bytes";
import { nextNoticeOf } from "@halqa/model";
import type { CircleRecord } from "./durable.ts";
import { chooseExpiring } from "./expiry/expiry.ts";
import { choosePartsJob } from "./files/transfer-jobs.ts";
import { setInboxRun } from "./inboxes.ts";
import type { Job } from "./job.ts";
import { MAX_BATCH } from "./limits.ts";
import { LINKING } from "./linking-record.ts";
import { isBehind, isFilling } from "./filling.ts";
import { takeEntries } from "./log-run.ts";
import { isMoveDue } from "./side/moves.ts";
import { takeOffered } from "./side/offers.ts";
import { noteRecent } from "./side/recent.ts";
import { dueSegment } from "./search/search-state.ts";
import type { WaitingCommand } from "./state.ts";
import { isShareDue } from "./presence/share-job.ts";
import { canTend } from "./tend.ts";
import { update } from "./turn.ts";
import type { Turn } from "./turn.ts";

const MINUTE_MS = 60_000;

/** Takes the next job out of its queue. */
export function chooseJob(turn: Turn): Job | undefined {
  const { phase, lane } = turn.state;
  if (phase === "new") return undefined;
  if (phase === "booting")
    return lane.isResting ? undefined : { job: "boot", stage: { at: "start" } };
  const [command, ...commands] = lane.commands;
  if (command !== undefined) {
    update(turn, { lane: { ...lane, commands } });
    return jobOf(command);
  }
  const view = chooseView(turn);
  if (view !== undefined) return view;
  // The store refused a write: only what somebody waits for is tried meanwhile.
  if (lane.isResting) return undefined;
  const [note, ...notes] = lane.notes;
  if (note !== undefined) {
    update(turn, { lane: { ...lane, notes } });
    return { job: "note", note };
  }
  return (
    chooseExpiring(turn) ??
    chooseCircle(turn) ??
    choosePartsJob(turn.state) ??
    chooseErasing(turn) ??
    chooseIndexing(turn)
  );
}

function jobOf({ id, command }: WaitingCommand): Job {
  return command.command === "search"
    ? { job: "search", id, command, stage: { at: "start" } }
    : { job: "command", id, command, stage: "start" };
}

/** EN-151: the index follows when nothing else is to be done. */
function chooseIndexing({ state }: Turn): Job | undefined {
  for (const [circle, { desk }] of state.durable.circles) {
    const run = state.logs.get(circle);
    if (run !== undefined && isBehind(run)) continue;
    const segment = dueSegment(desk.search, desk.summary.nextOrdinal);
    if (segment !== undefined)
      return { job: "index", circle, segment, docs: [], asked: 0 };
  }
  return undefined;
}

function chooseErasing({ state }: Turn): Job | undefined {
  const isLeft = state.durable.root.erasing.length > 0;
  return isLeft ? { job: "erase", stage: "start" } : undefined;
}

function chooseView({ state, env }: Turn): Job | undefined {
  for (const [circle, window] of state.windows) {
    if (!window.isLoaded)
      return { job: "window", circle, stage: { at: "start" } };
  }
  if (state.watches.size === 0) return undefined;
  const minute = Math.floor(env.now / MINUTE_MS);
  for (const [circle, { desk }] of state.durable.circles) {
    const next = nextNoticeOf(desk.summary, minute);
    if (
      next !== undefined &&
      state.briefs.get(circle)?.ordinal !== next.ordinal
    )
      return { job: "brief", circle, ordinal: next.ordinal };
  }
  return undefined;
}

function chooseCircle(turn: Turn): Job | undefined {
  const linking = chooseMessage(turn, LINKING);
  if (linking !== undefined) return linking;
  const records = [...turn.state.durable.circles.values()];
  const last = records.findIndex(({ id }) => id === turn.state.lane.lastServed);
  const inTurn = [...records.slice(last + 1), ...records.slice(0, last + 1)];
  for (const record of inTurn) {
    const job = chooseFor(turn, record);
    if (job === undefined) continue;
    update(turn, { lane: { ...turn.state.lane, lastServed: record.id } });
    return job;
  }
  return undefined;
}

/** The next message of an inbox of that circle, or of the linking session. */
function chooseMessage(turn: Turn, id: string): Job | undefined {
  for (const [inbox, { circle, queue, ...rest }] of turn.state.inboxes) {
    const [message, ...others] = queue;
    if (circle !== id || message === undefined) continue;
    setInboxRun(turn, inbox, { ...rest, circle, queue: others });
    return { job: "message", inbox, message };
  }
  return undefined;
}

/** What came on another way, and moves to another relay. */
function chooseBeside(turn: Turn, record: CircleRecord): Job | undefined {
  const { id, circle } = record;
  const offered = takeOffered(turn, record);
  if (offered.length > 0 && circle !== undefined) {
    const { logId } = circle.log;
    noteRecent(turn, record, offered);
    const stage = { at: "open" } as const;
    return { job: "entries", circle: id, logId, entries: offered, stage };
  }
  return isMoveDue(record) ? { job: "move", circle: id } : undefined;
}

function chooseFor(turn: Turn, record: CircleRecord): Job | undefined {
  const { id } = record;
  const run = turn.state.logs.get(id);
  if (run !== undefined && run.queue.length > 0) {
    if (isFilling(run)) return undefined;
    const { logId } = run;
    const entries = takeEntries(turn, id, MAX_BATCH);
    if (
      record.circle !== undefined &&
      equalBytes(record.circle.log.logId, logId)
    )
      noteRecent(turn, record, entries);
    return {
      job: "entries",
      circle: id,
      logId,
      entries,
      stage: { at: "open" },
    };
  }
  const beside = chooseBeside(turn, record);
  if (beside !== undefined) return beside;
  const message = chooseMessage(turn, id);
  if (message !== undefined) return message;
  if (isShareDue({ env: turn.env, state: turn.state }, record))
    return { job: "share", circle: id, stage: "start" };
  return canTend({ env: turn.env, state: turn.state }, record)
    ? { job: "tend", circle: id }
    : undefined;
}
