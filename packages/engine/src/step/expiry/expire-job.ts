/**
 * Lets go of what is over (docs/spec/expiry.md, EX-3 to EX-6), in one transaction for each batch: items, what is kept of them for the
 * list of circles, their files, and what waits in the outbox.
 */
import { foldSummary } from "@halqa/model";
import { encodeContent } from "@halqa/model";
import type { Item } from "@halqa/model";
import type { CircleRecord, OutboxItem } from "../durable.ts";
import { itemWrite, readItem, withRecord } from "../entries.ts";
import { expiredItem } from "../expired-item.ts";
import { dropFiles, dropWithItems } from "../files/file-list.ts";
import { refKey } from "../job.ts";
import { EXPIRE_BATCH, EXPIRE_HOURS } from "../limits.ts";
import { expiringRef, itemRef } from "../records.ts";
import { markChanged } from "../search/search-state.ts";
import { none } from "../writes.ts";
import type { JobContext, JobStep } from "../job-context.ts";
import type { Loaded } from "../job-stage.ts";
import {
  endOfOutbox,
  hourOf,
  hoursAfter,
  hourWrite,
  minuteAt,
  readHour,
  settleExpiry,
  soonestInOutbox,
} from "./expiry.ts";
import type { ExpireJob, NotedHour } from "./expire-stage.ts";

export function runExpire(
  job: ExpireJob,
  context: JobContext,
  loaded: Loaded,
): JobStep {
  const { stage, circle } = job;
  const record = context.state.durable.circles.get(circle);
  if (record === undefined) return nothing(context);
  switch (stage.at) {
    case "start": {
      const hours = dueHours(record, context.env.now);
      const refs = hours.map((hour) => expiringRef(circle, hour));
      return {
        step: "read",
        refs,
        job: { ...job, stage: { at: "hours", hours } },
      };
    }
    case "hours": {
      const noted = takeNoted(circle, stage.hours, loaded);
      const refs = noted.flatMap(({ now }) =>
        now.map((ordinal) => itemRef(circle, ordinal)),
      );
      return {
        step: "read",
        refs,
        job: { ...job, stage: { at: "items", noted } },
      };
    }
    case "items":
      return letGo(context, { record, noted: stage.noted, loaded });
  }
}

function nothing({ state }: JobContext): JobStep {
  return { step: "done", durable: state.durable, writes: [], after: [] };
}

function dueHours({ desk }: CircleRecord, now: number): readonly number[] {
  if (desk.expiring === undefined) return [];
  const { from, to } = desk.expiring;
  const last = Math.min(to, hourOf(minuteAt(now)), from + EXPIRE_HOURS - 1);
  const count = Math.max(0, last - from + 1);
  return Array.from({ length: count }, (_, index) => from + index);
}

function takeNoted(
  circle: string,
  hours: readonly number[],
  loaded: Loaded,
): readonly NotedHour[] {
  let room = EXPIRE_BATCH;
  return hours.map((hour) => {
    const ordinals = readHour(loaded, circle, hour);
    const now = ordinals.slice(0, room);
    room -= now.length;
    return { hour, now, later: ordinals.slice(now.length) };
  });
}

function letGo(
  context: JobContext,
  o: {
    readonly record: CircleRecord;
    readonly noted: readonly NotedHour[];
    readonly loaded: Loaded;
  },
): JobStep {
  const { record, noted, loaded } = o;
  const { env } = context;
  const now = minuteAt(env.now);
  const stay: { readonly ordinal: number; readonly end: number }[] = [];
  const read: Item[] = [];
  const gone: Item[] = [];
  const lost: Item[] = [];
  for (const ordinal of noted.flatMap((one) => one.now)) {
    const bytes = loaded.get(refKey(itemRef(record.id, ordinal)));
    const item = bytes && readItem(bytes);
    // The store was first: its day is over (vault.md, VA-48).
    if (item === undefined) {
      lost.push(expiredItem(record.id, ordinal, undefined));
      continue;
    }
    const settled = settleExpiry(item, now);
    if (settled.item === "message" && settled.expires !== undefined)
      stay.push({ ordinal, end: settled.expires });
    else if (settled !== item) {
      read.push(item);
      gone.push(settled);
    }
  }
  const isKept = new Set(stay.map(({ ordinal }) => ordinal));
  const left = noted.map(({ hour, now: seen, later }) => ({
    hour,
    ordinals: [...seen.filter((one) => isKept.has(one)), ...later],
  }));
  const puts = [...gone, ...lost];
  const next = dropExpired(
    withHours(withoutItems(record, { puts, read, now }), left),
    now,
  );
  const isMore = noted.some(({ later }) => later.length > 0);
  const ends = stay.map(({ end }) => end);
  const minute = isMore ? undefined : nextEnd(next, ends, now);
  return {
    step: "done",
    durable: withRecord(context, next),
    writes: [
      ...gone.map((item) => itemWrite(record.id, item)),
      ...left.map(({ hour, ordinals }) => hourWrite(record.id, hour, ordinals)),
    ],
    after: [
      { after: "items", circle: record.id, puts },
      { after: "expiry", circle: record.id, minute },
    ],
  };
}

/** When to look again: at the next end that is known, or when the next hour with something in it begins. */
function nextEnd(
  record: CircleRecord,
  ends: readonly number[],
  now: number,
): number | undefined {
  const soonest = soonestInOutbox(record);
  const { expiring } = record.desk;
  const hour = expiring && expiring.from * 60;
  // With ends in it an hour is looked through when they come; one that was looked through leads to the next look at once.
  const begins = hour === undefined || hour <= now ? undefined : hour;
  const isBehind = hour !== undefined && hour <= now && ends.length === 0;
  if (isBehind) return undefined;
  const all = [...ends, soonest, begins].filter((one) => one !== undefined);
  return all.length === 0 ? undefined : Math.min(...all);
}

/** The first hour that still has something, or may have. */
function withHours(
  record: CircleRecord,
  left: readonly {
    readonly hour: number;
    readonly ordinals: readonly number[];
  }[],
): CircleRecord {
  const { expiring } = record.desk;
  const last = left.at(-1);
  if (expiring === undefined || last === undefined) return record;
  const first = left.find(({ ordinals }) => ordinals.length > 0);
  const next =
    first === undefined
      ? hoursAfter(expiring, last.hour)
      : { ...expiring, from: first.hour };
  return { ...record, desk: { ...record.desk, expiring: next } };
}

function withoutItems(
  record: CircleRecord,
  o: {
    readonly puts: readonly Item[];
    readonly read: readonly Item[];
    readonly now: number;
  },
): CircleRecord {
  const { puts, read, now } = o;
  const { desk } = record;
  const own = desk.memberKey;
  const summary =
    puts.length === 0
      ? desk.summary
      : foldSummary(desk.summary, puts, { own, minute: now });
  const before = (id: Uint8Array): Item | undefined =>
    read.find((item) => item.id.join() === id.join());
  const search = markChanged(desk.search, puts, before);
  const fewer = dropWithItems(record, puts);
  return { ...fewer, desk: { ...fewer.desk, summary, search } };
}

/**
 * EX-5: what was never sealed goes; of what may be in the log already no more is kept than that it was ours, or its arrival would look
 * like that of a copy.
 */
function dropExpired(record: CircleRecord, now: number): CircleRecord {
  const isOver = (item: OutboxItem): boolean => {
    const end = endOfOutbox(item);
    return end !== undefined && end <= now;
  };
  const files = dropFiles(
    record,
    ({ purpose }) =>
      purpose.for === "attachment" &&
      purpose.expires !== undefined &&
      purpose.expires <= now,
  );
  if (!record.outbox.some(isOver)) return files;
  const outbox = record.outbox.flatMap((item) => {
    if (!isOver(item)) return [item];
    const isFree = item.sealed === undefined && item.earlier.length === 0;
    return isFree ? [] : [{ ...item, content: encodeContent({ kind: "ack" }) }];
  });
  return { ...files, outbox: outbox.length === 0 ? none : outbox };
}
