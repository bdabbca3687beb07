/** Making circle records, and finding them in what is stored. */
import { emptySummary, foldSummary } from "@halqa/model";
import type { Item } from "@halqa/model";
import type { RelayRecord } from "../circle/relay-record.ts";
import type { CircleRecord, Durable, Place } from "./durable.ts";
import type { OwnInbox } from "./mail.ts";
import type { StepEnv } from "./env.ts";
import { nothingIndexed } from "./search/search-state.ts";
import { firstUpkeep } from "./upkeep-clock.ts";
import { createInboxOwner } from "./inbox-owner.ts";
import { emptyRepairDesk } from "./repair-record.ts";
import { none } from "./writes.ts";

const KEY_LENGTH = 32;

/** An inbox of our own that nobody can connect with us or with another inbox. */
export function createOwnInbox(
  { random }: Pick<StepEnv, "random">,
  relay: RelayRecord,
): OwnInbox {
  const owner = createInboxOwner(random(KEY_LENGTH));
  return { relay, owner, sendId: random(KEY_LENGTH) };
}

/** A circle that this device has nothing of yet but its place in the list. */
export function createCircleRecord(o: {
  readonly id: string;
  readonly name: string;
  readonly memberKey: Uint8Array;
  readonly place: Place;
  readonly now: number;
  readonly inbox: OwnInbox;
}): CircleRecord {
  return {
    id: o.id,
    desk: {
      place: o.place,
      name: o.name,
      memberKey: o.memberKey,
      since: o.now,
      summary: emptySummary,
      readBefore: 0,
      alarms: none,
      acknowledged: none,
      inbox: o.inbox,
      search: nothingIndexed,
      expiring: undefined,
      upkeep: firstUpkeep(o.now),
      ended: undefined,
    },
    circle: undefined,
    deltas: 0,
    joining: undefined,
    entering: undefined,
    repair: undefined,
    rebuild: undefined,
    repairDesk: emptyRepairDesk,
    draft: undefined,
    outbox: none,
    intents: none,
    planned: undefined,
    proposed: undefined,
    petitions: none,
    moves: none,
    verified: none,
    presence: undefined,
    sent: none,
    invites: none,
    requests: none,
    settled: none,
    deliveries: none,
    files: none,
  };
}

/** Who was in before keeps the list; nothing else of that time holds. */
export function circleAgain(
  fresh: CircleRecord,
  old: CircleRecord | undefined,
): CircleRecord {
  if (old === undefined) return fresh;
  const { summary } = old.desk;
  const readBefore = old.circle?.log.entriesRead ?? old.desk.readBefore;
  return {
    ...fresh,
    deltas: old.deltas,
    verified: old.verified,
    draft: old.draft,
    circle: undefined,
    desk: { ...fresh.desk, summary, readBefore, alarms: none },
  };
}

/** Adds or replaces a circle, and lists it in the root. */
export function putCircle(durable: Durable, record: CircleRecord): Durable {
  const { root } = durable;
  const circles = new Map(durable.circles).set(record.id, record);
  if (root.circles.includes(record.id)) return { ...durable, circles };
  const listed = { ...root, circles: [...root.circles, record.id] };
  return { ...durable, root: listed, circles };
}

/** Takes a circle out. */
export function dropCircle(durable: Durable, id: string): Durable {
  const circles = new Map(durable.circles);
  circles.delete(id);
  const { root } = durable;
  const left = root.circles.filter((one) => one !== id);
  return { ...durable, root: { ...root, circles: left }, circles };
}

/** The record with a changed desk. */
export function withDesk(
  record: CircleRecord,
  change: Partial<CircleRecord["desk"]>,
): CircleRecord {
  return { ...record, desk: { ...record.desk, ...change } };
}

/** The record after an item that this device itself put into the list. */
export function withItem(
  record: CircleRecord,
  item: Item,
  now: number,
): CircleRecord {
  const minute = Math.floor(now / 60_000);
  const own = record.desk.memberKey;
  const summary = foldSummary(record.desk.summary, [item], { own, minute });
  return withDesk(record, { summary });
}
