/**
 * When messages disappear from this device (docs/spec/expiry.md, EX-1 to EX-9): counted from the minute of their sender, read or unread.
 * Which items go in which hour is noted beside the list, so that nothing has to be searched for, also after a year.
 */
import {
  assertInvariant,
  decode,
  encode,
  readU32,
  readVectorOf,
  writeU32,
  writeVectorOf,
} from "@halqa/bytes";
import { decodeContent, expireItem } from "@halqa/model";
import type { Content, Item, ListEvent } from "@halqa/model";
import type { RecordRef, Write } from "../../ports/store.ts";
import type { CircleRecord, ExpiringHours, OutboxItem } from "../durable.ts";
import type { Job } from "../job.ts";
import { refKey } from "../job.ts";
import { contentOf } from "../outbox.ts";
import { expiringRef } from "../records.ts";
import { update, withEntry } from "../turn.ts";
import type { Turn } from "../turn.ts";
import type { Loaded } from "../job-stage.ts";

const MINUTE_MS = 60_000;
const MINUTES_OF_HOUR = 60;

export function minuteAt(now: number): number {
  return Math.floor(now / MINUTE_MS);
}

export function hourOf(minute: number): number {
  return Math.floor(minute / MINUTES_OF_HOUR);
}

/** EX-2: by the sender's clock, but a clock that is ahead lengthens nothing: at most the lifetime from now. */
function endOf(
  o: { readonly minute: number; readonly lifetime: number },
  now: number,
): number {
  return Math.min(o.minute, now) + o.lifetime;
}

/** The item as this device keeps it: with an end that its clock can come to, or gone where that is over. */
export function settleExpiry(item: Item, now: number): Item {
  if (item.item !== "message" || item.expires === undefined) return item;
  const { minute } = item;
  const lifetime = Math.max(0, item.expires - minute);
  const expires = Math.min(item.expires, endOf({ minute, lifetime }, now));
  const settled = expires === item.expires ? item : { ...item, expires };
  return expireItem(settled, now) ?? settled;
}

interface Life {
  readonly minute: number;
  readonly lifetime: number;
}

/** From when and for how long a content is there; undefined for what stays. */
function lifeOf(content: Content, minute: number): Life | undefined {
  if (content.kind === "text" || content.kind === "sealed") {
    const { lifetime } = content;
    return lifetime === undefined ? undefined : { minute, lifetime };
  }
  if (content.kind !== "share") return undefined;
  const said = decodeContent(content.said);
  return said.ok && said.value.kind !== "share"
    ? lifeOf(said.value, content.minute)
    : undefined;
}

/** The notes of hours into which a batch puts items. */
export function expiringRefs(
  circle: string,
  events: readonly ListEvent[],
  now: number,
): readonly RecordRef[] {
  return events.flatMap((event) => {
    if (event.event !== "content") return [];
    const life = lifeOf(event.content, event.minute);
    const end = life === undefined ? 0 : endOf(life, now);
    return end <= now ? [] : [expiringRef(circle, hourOf(end))];
  });
}

/** Notes which of the new items go when; their hours were read before (`expiringRefs`). */
export function noteExpiring(
  record: CircleRecord,
  fresh: readonly Item[],
  loaded: Loaded,
): { readonly record: CircleRecord; readonly writes: readonly Write[] } {
  const byHour = new Map<number, number[]>();
  for (const item of fresh) {
    const expires = item.item === "message" ? item.expires : undefined;
    if (expires === undefined || item.ordinal === undefined) continue;
    const hour = hourOf(expires);
    // Two clocks of others that contradict each other: the end of its day is what lets go of it.
    if (!loaded.has(refKey(expiringRef(record.id, hour)))) continue;
    const ordinals = byHour.get(hour) ?? [...readHour(loaded, record.id, hour)];
    byHour.set(hour, [...ordinals, item.ordinal]);
  }
  if (byHour.size === 0) return { record, writes: [] };
  const hours = [...byHour.keys()];
  const { desk } = record;
  const known = desk.expiring;
  const expiring = {
    from: Math.min(known?.from ?? Infinity, ...hours),
    to: Math.max(known?.to ?? 0, ...hours),
  };
  return {
    record: { ...record, desk: { ...desk, expiring } },
    writes: [...byHour].map(([hour, ordinals]) =>
      hourWrite(record.id, hour, ordinals),
    ),
  };
}

export function readHour(
  loaded: Loaded,
  circle: string,
  hour: number,
): readonly number[] {
  const bytes = loaded.get(refKey(expiringRef(circle, hour)));
  if (bytes === undefined) return [];
  const read = decode(bytes, (r) => readVectorOf(r, readU32));
  assertInvariant(read.ok, "what goes in an hour was noted here");
  return read.value;
}

export function hourWrite(
  circle: string,
  hour: number,
  ordinals: readonly number[],
): Write {
  const ref = expiringRef(circle, hour);
  if (ordinals.length === 0) return { ref, value: undefined };
  return { ref, value: encode((w) => writeVectorOf(w, ordinals, writeU32)) };
}

// Asked for with every event; an item of the outbox never changes its content.
const ends = new WeakMap<OutboxItem, { readonly end: number | undefined }>();

/** The minute at which something that waits disappears too; undefined for what stays. */
export function endOfOutbox(item: OutboxItem): number | undefined {
  const known = ends.get(item);
  if (known !== undefined) return known.end;
  const content = contentOf(item);
  const life = content && lifeOf(content, item.minute);
  const end = life === undefined ? undefined : life.minute + life.lifetime;
  ends.set(item, { end });
  return end;
}

/** The first end in an outbox. */
export function soonestInOutbox({ outbox }: CircleRecord): number | undefined {
  const all = outbox.flatMap((item) => endOfOutbox(item) ?? []);
  return all.length === 0 ? undefined : Math.min(...all);
}

/** A circle in which something is to go now, or in which it is not known yet when the next thing goes. */
export function chooseExpiring({ state, env }: Turn): Job | undefined {
  const now = minuteAt(env.now);
  for (const record of state.durable.circles.values()) {
    const soonest = soonestInOutbox(record);
    if (record.desk.expiring === undefined && soonest === undefined) continue;
    const next = state.expiries.get(record.id);
    const isDue =
      next === undefined ||
      next <= now ||
      (soonest !== undefined && soonest < next);
    if (isDue)
      return { job: "expire", circle: record.id, stage: { at: "start" } };
  }
  return undefined;
}

/** Looks again; timers are short, because a device can sleep and its clock can be set. */
export function hearExpiryTimer(turn: Turn, circle: string): void {
  const expiries = withEntry(turn.state.expiries, circle, undefined);
  update(turn, { expiries });
}

/** The hours that are left behind the last one that was looked through. */
export function hoursAfter(
  { to }: ExpiringHours,
  last: number,
): ExpiringHours | undefined {
  return last >= to ? undefined : { from: last + 1, to };
}
