/**
 * What presence asks for by the clock (docs/spec/presence.md): keys of epochs that ended a day ago go, a removal that nobody confirms is told,
 * a sign is given, what is missing is asked for. One timer for each circle, and one small job.
 */
import { encodeContent } from "@halqa/model";
import { isPaused } from "../../circle/circle.ts";
import type { Circle } from "../../circle/circle.ts";
import { forgetEpochs } from "../../circle/forget-epochs.ts";
import {
  freshSealingKeys,
  sealingKeysEndAt,
} from "../../circle/sealing-keys.ts";
import { addAlarms, clearAlarms, isFrozen } from "../alarms.ts";
import type { CircleRecord, OutboxItem } from "../durable.ts";
import type { StepEnv } from "../env.ts";
import type { JobContext } from "../job-context.ts";
import {
  MAX_ALARMS,
  MAX_OUTBOX,
  OLD_KEY_MS,
  REMOVAL_ALARM_MS,
  REMOVAL_SILENT_MS,
} from "../limits.ts";
import { leftOutFrom } from "../left-out.ts";
import { isCaughtUp } from "../log-run.ts";
import { addNote } from "../notes.ts";
import { createOutboxItem } from "../outbox.ts";
import type { EngineState } from "../state.ts";
import { emit, update, withEntry } from "../turn.ts";
import type { Turn } from "../turn.ts";
import { askAt, dueAsks, GAP_ENDS, isForgotten, noteAsked } from "./gaps.ts";
import { orNone, withMeta } from "./presence.ts";
import type { EndedEpoch, Presence } from "./presence.ts";
import { isConfirmed, removalTrouble, troubleAt } from "./removal.ts";
import type { Removal } from "./removal.ts";
import { freshSent, sentEndsAt } from "./sent-store.ts";

/** Makes the job where something is due, and wakes the machine when something will be. */
export function pumpPresence(turn: Turn, record: CircleRecord): void {
  const { id } = record;
  const at = nextWatch(turn, record);
  const known = turn.state.watchTimers.get(id);
  if (at !== undefined && at <= turn.env.now) {
    addNote(turn, { note: "watch", circle: id });
    return;
  }
  if (at === known) return;
  update(turn, { watchTimers: withEntry(turn.state.watchTimers, id, at) });
  if (at !== undefined)
    emit(turn, {
      type: "timer",
      id: `presence ${id}`,
      afterMs: Math.min(at - turn.env.now, LONGEST_TIMER_MS),
    });
}

/** What a timer holds is less than a month. */
const LONGEST_TIMER_MS = 86_400_000;

/** The time of a timer has come: it is set again for what is left. */
export function hearWatchTimer(turn: Turn, id: string): void {
  update(turn, {
    watchTimers: withEntry(turn.state.watchTimers, id, undefined),
  });
}

/** When something is next to be done, milliseconds; undefined for never, as things are. */
function nextWatch(
  { env, state }: JobContext,
  record: CircleRecord,
): number | undefined {
  const { presence, sent } = record;
  const times = [
    sentEndsAt(sent),
    sealingKeysEndAt(record.circle?.sealingKeys ?? [], env.now),
    leftOutAt(env, record),
    ...(presence === undefined
      ? []
      : timesOf({ env, state }, record, presence)),
  ].filter((one) => one !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

function timesOf(
  context: JobContext,
  record: CircleRecord,
  { meta, gaps }: Presence,
): readonly (number | undefined)[] {
  const { circle } = record;
  if (circle === undefined) return [];
  const { now } = context.env;
  const { removal } = meta;
  const canSay = mayAct(context, record);
  const ownLeaf = circle.mls.own.leafIndex;
  return [
    ...meta.ended.map((one) => (isAhead(one, now) ? now : one.at + OLD_KEY_MS)),
    ...gaps.map(({ at }) => at + GAP_ENDS),
    ...(canSay ? gaps.map((one) => askAt(one, ownLeaf)) : []),
    canSay ? removal?.tagAt : undefined,
    meta.shareAt !== undefined && meta.shareAt > now ? meta.shareAt : undefined,
    removal && alarmAt(context, record, removal),
  ];
}

function isAhead({ at }: EndedEpoch, now: number): boolean {
  return at > now + OLD_KEY_MS;
}

/** When a removal becomes an alarm, or an alarm about one ends. */
function alarmAt(
  { env, state }: JobContext,
  record: CircleRecord,
  removal: Removal,
): number | undefined {
  const { alarms } = record.desk;
  const isTold = alarms.some(isAboutRemoval);
  if (isConfirmed(removal))
    return isTold ? env.now : removal.at + REMOVAL_ALARM_MS;
  const trouble = removalTrouble(removal, env.now);
  if (trouble === undefined) return isTold ? env.now : troubleAt(removal);
  const isDone =
    alarms.some(({ kind }) => kind === trouble) || alarms.length >= MAX_ALARMS;
  return isDone || isWaiting({ env, state }, record, removal)
    ? undefined
    : env.now;
}

/** PR-13: the backlog may still hold a sign, for as long as a relay can be away without ill will. */
function isWaiting(
  { env, state }: JobContext,
  { circle, id }: CircleRecord,
  removal: Removal,
): boolean {
  if (circle === undefined || removal.behind.length > 0) return false;
  if (isCaughtUp(state.logs.get(id), circle)) return false;
  return env.now < removal.at + REMOVAL_ALARM_MS + REMOVAL_SILENT_MS;
}

function isAboutRemoval({
  kind,
}: CircleRecord["desk"]["alarms"][number]): boolean {
  return kind === "unconfirmed" || kind === "left-behind";
}

/** Whether something may be said: as everything that leaves, only from the newest epoch. */
function mayAct({ state }: JobContext, record: CircleRecord): boolean {
  return openCircle(state, record) !== undefined;
}

function openCircle(
  state: EngineState,
  record: CircleRecord,
): Circle | undefined {
  const { circle, desk, id, outbox } = record;
  if (circle === undefined || desk.place !== "in") return undefined;
  if (circle.info.isClosed || isPaused(circle) || isFrozen(record))
    return undefined;
  const hasRoom = outbox.length < MAX_OUTBOX;
  return hasRoom && isCaughtUp(state.logs.get(id), circle) ? circle : undefined;
}

/** Does what is due. Everything that was found due is changed by it, or it would be found again at once. */
export function keepWatch(
  context: JobContext,
  record: CircleRecord,
): CircleRecord {
  const { env } = context;
  const sent = freshSent(record.sent, env.now);
  let next = sent === record.sent ? record : { ...record, sent };
  next = forgetSealingKeys(env, forgetKeys(env, next));
  next = forgetGaps(env, next);
  if (mayAct(context, next)) next = speak(env, next);
  return tellRemoval(context, tellLeftOut(env, next));
}

/** RP-28: when its person is told; undefined where that was done. */
function leftOutAt(env: StepEnv, record: CircleRecord): number | undefined {
  const { alarms } = record.desk;
  const isTold = alarms.some(
    (one) => one.kind === "halted" && one.reason === LEFT_OUT,
  );
  return isTold || alarms.length >= MAX_ALARMS
    ? undefined
    : leftOutFrom(env, record);
}

const LEFT_OUT = "built-anew-without";

function tellLeftOut(env: StepEnv, record: CircleRecord): CircleRecord {
  const at = leftOutAt(env, record);
  return at === undefined || at > env.now
    ? record
    : addAlarms(record, [{ kind: "halted", reason: LEFT_OUT }]);
}

/** CI-192: this device's clock, and what a clock set back has left standing begins anew. */
function forgetKeys(env: StepEnv, record: CircleRecord): CircleRecord {
  const { circle, presence } = record;
  if (circle === undefined || presence === undefined) return record;
  const { ended } = presence.meta;
  const isOver = ({ at }: EndedEpoch): boolean => env.now >= at + OLD_KEY_MS;
  const last = ended.findLast(isOver)?.epoch;
  const ahead = ended.some((one) => isAhead(one, env.now));
  if (last === undefined && !ahead) return record;
  const left = ended
    .filter(({ epoch }) => last === undefined || epoch > last)
    .map((one) => (isAhead(one, env.now) ? { ...one, at: env.now } : one));
  return {
    ...record,
    circle: last === undefined ? circle : forgetEpochs(circle, env, last),
    presence: withMeta(presence, { ended: orNone(left) }),
  };
}

/** CI-193 */
function forgetSealingKeys(env: StepEnv, record: CircleRecord): CircleRecord {
  const { circle } = record;
  if (circle === undefined) return record;
  const sealingKeys = freshSealingKeys(circle.sealingKeys, env.now);
  return sealingKeys === circle.sealingKeys
    ? record
    : { ...record, circle: { ...circle, sealingKeys } };
}

function forgetGaps(env: StepEnv, record: CircleRecord): CircleRecord {
  const { presence } = record;
  if (presence === undefined) return record;
  const left = presence.gaps.filter((one) => !isForgotten(one, env.now));
  return left.length === presence.gaps.length
    ? record
    : { ...record, presence: { ...presence, gaps: orNone(left) } };
}

/** PR-11, PR-22: the sign after a removal, and what is missing. */
function speak(env: StepEnv, record: CircleRecord): CircleRecord {
  const { presence, circle } = record;
  if (presence === undefined || circle === undefined) return record;
  let next = presence;
  const items: OutboxItem[] = [];
  const { removal } = presence.meta;
  if (removal?.tagAt !== undefined && removal.tagAt <= env.now) {
    items.push(createOutboxItem(env, encodeContent({ kind: "epoch-tag" })));
    next = withMeta(next, { removal: { ...removal, tagAt: undefined } });
  }
  for (const ask of dueAsks(next.gaps, circle.mls.own.leafIndex, env.now)) {
    items.push(createOutboxItem(env, encodeContent(ask)));
    next = { ...next, gaps: noteAsked(next.gaps, ask, env.now) };
  }
  if (items.length === 0) return record;
  const outbox = [...record.outbox, ...items];
  return { ...record, outbox, presence: next };
}

function tellRemoval(context: JobContext, record: CircleRecord): CircleRecord {
  const { env } = context;
  const { presence } = record;
  const removal = presence?.meta.removal;
  if (presence === undefined || removal === undefined) return record;
  const trouble = removalTrouble(removal, env.now);
  if (isConfirmed(removal) || trouble === undefined) {
    const cleared = clearAlarms(record, isAboutRemoval);
    const isOver =
      isConfirmed(removal) && env.now >= removal.at + REMOVAL_ALARM_MS;
    return isOver
      ? { ...cleared, presence: withMeta(presence, { removal: undefined }) }
      : cleared;
  }
  if (isWaiting(context, record, removal)) return record;
  const at = Number(removal.epoch);
  const others = clearAlarms(
    record,
    (one) => isAboutRemoval(one) && one.kind !== trouble,
  );
  return addAlarms(others, [{ kind: trouble, at }]);
}
