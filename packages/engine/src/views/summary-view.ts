/** A circle in the list of circles (docs/spec/views.md, VW-4). */
import { overlayPending, nextNoticeOf, summaryToView } from "@halqa/model";
import type { Item } from "@halqa/model";
import { isSteward } from "../circle/roster.ts";
import type { Member } from "../circle/roster.ts";
import type { CircleRecord, StoredAlarm } from "../step/durable.ts";
import { inboxesOf } from "../step/inboxes.ts";
import { isCaughtUp } from "../step/log-run.ts";
import type { EngineState } from "../step/state.ts";
import { deliveriesOf, pendingOf, queuedIn } from "./outbox-view.ts";
import { membersIn, rosterOf } from "./roster-view.ts";
import type { Alarm, CircleSummary, Standing } from "./view.ts";
import type { JobContext } from "../step/job-context.ts";

export function summaryOf(
  context: JobContext,
  record: CircleRecord,
): CircleSummary {
  const { state } = context;
  const { circle, desk, requests } = record;
  const members = membersIn(context, record);
  const roster = rosterOf(record, members);
  const model = summaryToView(desk.summary, {
    roster,
    delivery: deliveriesOf(state, record),
    next: nextItem(context, record),
    queued: newestQueued(record, members),
  });
  return {
    circle: record.id,
    name: desk.name,
    standing: standingOf(record),
    members: members.length,
    stewards: members.filter((one) => one.isSteward).length,
    steward: circle !== undefined && isSteward(circle),
    requests: requests.filter((one) => one.state === "asking").length,
    alarms: desk.alarms.map(alarmView),
    caughtUp: isAllRead(state, record),
    queued: queuedIn(state, record),
    ...model,
  };
}

function alarmView(alarm: StoredAlarm): Alarm {
  if (alarm.kind === "halted") return alarm;
  const { kind, at } = alarm;
  return { kind, at };
}

function standingOf({ desk, circle }: CircleRecord): Standing {
  if (desk.place !== "in") return desk.place;
  return circle?.awaits === undefined ? "member" : "unconfirmed";
}

function nextItem(
  { state, env }: JobContext,
  { id, desk }: CircleRecord,
): Item | undefined {
  const next = nextNoticeOf(desk.summary, Math.floor(env.now / 60_000));
  const brief = state.briefs.get(id);
  return next?.ordinal === brief?.ordinal ? brief?.item : undefined;
}

function newestQueued(
  record: CircleRecord,
  members: readonly Member[],
): Item | undefined {
  const pending = pendingOf(record);
  if (pending.length === 0) return undefined;
  return overlayPending([], pending, ownAuthor(record, members)).at(-1);
}

export function ownAuthor(
  { desk }: CircleRecord,
  members: readonly Member[],
): { readonly memberKey: Uint8Array; readonly name: string } {
  const own = members.find(({ isOwn }) => isOwn);
  return { memberKey: desk.memberKey, name: own?.name ?? "" };
}

/** The circle's log and its inboxes were read to their ends, and the connection has held since. */
export function isAllRead(state: EngineState, record: CircleRecord): boolean {
  const { circle, desk, id } = record;
  const areOpen = inboxesOf(record).every(({ owner }) => {
    const run = state.inboxes.get(owner.key);
    return run?.phase === "open" && run.queue.length === 0;
  });
  if (!areOpen || isBeingRead(state, record)) return false;
  if (desk.place === "waiting" || desk.place === "joining") return true;
  return circle !== undefined && isCaughtUp(state.logs.get(id), circle);
}

/** What was taken out of a queue and is not stored yet. */
function isBeingRead({ lane }: EngineState, record: CircleRecord): boolean {
  const job = lane.running?.job;
  if (job?.job === "entries") return job.circle === record.id;
  if (job?.job !== "message") return false;
  return inboxesOf(record).some(({ owner }) => owner.key === job.inbox);
}
