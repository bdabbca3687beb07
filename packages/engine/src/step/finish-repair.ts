/**
 * Being in again (docs/spec/repair.md, RP-8 to RP-10): the circle takes the place that it had, with its list and all that waits to
 * be sent; nothing is said twice, because every message keeps its id.
 */
import { encodeContent } from "@halqa/model";
import type { Circle } from "../circle/circle.ts";
import { openRejoinWelcome, rejoinCircle } from "../circle/rejoin.ts";
import { addAlarms, clearAlarms } from "./alarms.ts";
import { withoutRepairs } from "./ask-repair.ts";
import { adoptAutoInvites } from "./auto-invites.ts";
import { withDesk } from "./circle-record.ts";
import type { CircleRecord } from "./durable.ts";
import { withRecord } from "./entries.ts";
import type { JobContext, JobStep } from "./job-context.ts";
import { MAX_OUTBOX } from "./limits.ts";
import { createOutboxItem, unseal } from "./outbox.ts";
import { isAlone, withoutOldWishes, withoutOwnBuild } from "./rebuild.ts";
import { none } from "./writes.ts";
import { noteEpoch } from "./repair-keys.ts";

/** A Welcome for one of our requests is kept as it came until its tree is there. */
export function takeRepairWelcome(
  record: CircleRecord,
  body: Uint8Array,
): CircleRecord {
  const { repair } = record;
  if (repair === undefined || repair.welcome !== undefined) return record;
  if (!mayGo(record)) return record;
  const { lastGood, asks } = repair;
  const found = openRejoinWelcome({ lastGood, keys: asks }, body);
  return found === undefined
    ? record
    : { ...record, repair: { ...repair, welcome: body } };
}

/** RP-29: who built the circle anew goes back as long as nobody is there but itself. */
function mayGo(record: CircleRecord): boolean {
  return record.rebuild?.isOwn !== true || isAlone(record);
}

/** The tree is here: in again, or as far as before where the Welcome leads nowhere. */
export function finishRepair(
  context: JobContext,
  record: CircleRecord,
  parts: readonly Uint8Array[],
): JobStep {
  const next = comeIn(context, record, parts);
  const durable = withRecord(context, next);
  return { step: "done", durable, writes: [], after: [] };
}

function comeIn(
  context: JobContext,
  record: CircleRecord,
  parts: readonly Uint8Array[],
): CircleRecord {
  const { repair } = record;
  if (repair?.welcome === undefined) return record;
  if (!mayGo(record)) return { ...record, repair: undefined };
  const { lastGood, asks, welcome } = repair;
  const found = openRejoinWelcome({ lastGood, keys: asks }, welcome);
  if (found === undefined) return refuse(record, "not-opened");
  const { env } = context;
  const joined = rejoinCircle(env, {
    lastGood,
    ...found,
    parts,
    now: env.now,
  });
  if (!joined.ok) return refuse(record, joined.error.kind);
  return enter(
    context,
    asThere(record, found.keys.groupId !== undefined),
    joined.value,
  );
}

/** What goes along into the group of the Welcome. */
function asThere(record: CircleRecord, isRebuilt: boolean): CircleRecord {
  if (isRebuilt) return withoutNumbers(withoutOldWishes(record));
  return isAlone(record) ? withoutNumbers(withoutOwnBuild(record)) : record;
}

/** In another group numbers begin anew, and nobody there misses what was said in the old one. */
function withoutNumbers(record: CircleRecord): CircleRecord {
  const outbox = record.outbox.map((one) => ({ ...one, counted: undefined }));
  return { ...record, outbox, sent: none };
}

function refuse(record: CircleRecord, reason: string): CircleRecord {
  const { repair } = record;
  const waiting = {
    ...record,
    repair: repair && { ...repair, welcome: undefined },
  };
  const alarm = { kind: "halted", reason: `repair-${reason}` } as const;
  return addAlarms(waiting, [alarm]);
}

function enter(
  { env }: JobContext,
  record: CircleRecord,
  joined: Circle,
): CircleRecord {
  const { desk } = record;
  const outbox = record.outbox.map(unseal);
  // What comes stands behind what came before.
  const entriesRead = record.circle?.log.entriesRead ?? desk.readBefore;
  const circle = { ...joined, log: { ...joined.log, entriesRead } };
  const hello = createOutboxItem(env, encodeContent({ kind: "hello" }));
  const inside: CircleRecord = {
    ...record,
    circle,
    repair: undefined,
    // Signals go first: the stewards learn that this device is in.
    outbox: outbox.length < MAX_OUTBOX ? [hello, ...outbox] : outbox,
    deliveries: withoutRepairs(record),
    planned: undefined,
    proposed: undefined,
    presence: undefined,
  };
  const cleared = clearAlarms(
    withDesk(inside, { place: "in", name: circle.info.name }),
    ({ kind }) => kind === "halted" || kind === "gone",
  );
  return noteEpoch(env, adoptAutoInvites(cleared));
}
