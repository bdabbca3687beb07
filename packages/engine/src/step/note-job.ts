/** What is stored of a relay's confirmation (docs/spec/engine.md, EN-60 to EN-76). */
import { equalBytes } from "@halqa/bytes";
import type { Write } from "../ports/store.ts";
import { addAlarms, clearAlarms } from "./alarms.ts";
import { askRepair } from "./ask-repair.ts";
import { finishEntering } from "./entering.ts";
import { finishRepair } from "./finish-repair.ts";
import { clearOvercome, isOver } from "./gone.ts";
import { withDesk } from "./circle-record.ts";
import type { CircleRecord } from "./durable.ts";
import { withRecord } from "./entries.ts";
import { finishJoining } from "./joining.ts";
import type { Note } from "./job.ts";
import { LINKING } from "./linking-record.ts";
import { rememberLinking } from "./link-session.ts";
import { takeTransfer } from "./files/transfer-jobs.ts";
import { keepWatch } from "./presence/keep-watch.ts";
import { inboxesOf } from "./inboxes.ts";
import { MAX_SETTLED } from "./limits.ts";
import { takeMove } from "./side/moves.ts";
import { tend } from "./tend.ts";
import { none } from "./writes.ts";
import type { JobContext, JobStep } from "./job-context.ts";

export function runNote(note: Note, context: JobContext): JobStep {
  if (note.circle === LINKING || note.note === "linking-over")
    return storeLinking(context, note);
  const record = context.state.durable.circles.get(note.circle);
  // The circle was forgotten meanwhile.
  if (record === undefined) return store(context, undefined);
  if (note.note === "tree-fetched") return comeIn(context, record, note.parts);
  if (note.note === "transfer") {
    const taken = takeTransfer(context, record, note);
    return store(context, tend(context, taken.record), taken.writes);
  }
  if (note.note === "watch")
    return store(context, tend(context, keepWatch(context, record)));
  if (note.note === "move") {
    const taken = takeMove(context.env, record, note.proposed);
    return store(context, taken);
  }
  if (note.note === "ask-repair")
    return store(context, askRepair(context, record));
  return store(context, tend(context, remember(record, note)));
}

/** By a Welcome of whichever kind this device waits for. */
function comeIn(
  context: JobContext,
  record: CircleRecord,
  parts: readonly Uint8Array[],
): JobStep {
  if (record.repair !== undefined) return finishRepair(context, record, parts);
  return record.entering === undefined
    ? finishJoining(context, record, parts)
    : finishEntering(context, record, parts);
}

function storeLinking(context: JobContext, note: Note): JobStep {
  const { durable } = context.state;
  const linking = rememberLinking(durable.linking, note, context.env.now);
  return {
    step: "done",
    durable: linking === durable.linking ? durable : { ...durable, linking },
    writes: [],
    after: [],
  };
}

function store(
  context: JobContext,
  record: CircleRecord | undefined,
  writes: readonly Write[] = [],
): JobStep {
  return {
    step: "done",
    durable:
      record === undefined
        ? context.state.durable
        : withRecord(context, record),
    writes,
    after: [],
  };
}

function remember(
  record: CircleRecord,
  note: Exclude<
    Note,
    {
      note:
        | "tree-fetched"
        | "ask-repair"
        | "linking-over"
        | "move"
        | "transfer"
        | "watch";
    }
  >,
): CircleRecord {
  switch (note.note) {
    case "founded":
      return record.desk.place === "founding"
        ? withDesk(record, { place: "in" })
        : record;
    case "request-sent":
      return record.joining === undefined ||
        record.desk.inbox.owner.key !== note.inbox
        ? record
        : { ...record, joining: { ...record.joining, isSent: true } };
    case "delivered": {
      const left = record.deliveries.filter(({ id }) => id !== note.delivery);
      return { ...record, deliveries: left.length === 0 ? none : left };
    }
    case "acknowledged":
      return forgetRequest(record, note);
    case "log-there":
      return clearAlarms(record, isOver(note.isRead));
    case "alarm":
      return isLeft(record, note.logId)
        ? record
        : clearOvercome(addAlarms(record, [note.alarm]), undefined);
  }
}

/** The circle went on in another log, or without us, before this could be stored. */
function isLeft(
  { circle }: CircleRecord,
  logId: Uint8Array | undefined,
): boolean {
  if (logId === undefined) return false;
  return circle === undefined || !equalBytes(circle.log.logId, logId);
}

/**
 * The relay dropped the message. Its id stays known: a joiner who did not hear that the relay took the request sends it again,
 * and a second Add of one KeyPackage would lead nowhere (EN-74).
 */
function forgetRequest(
  record: CircleRecord,
  note: Extract<Note, { note: "acknowledged" }>,
): CircleRecord {
  const spec = inboxesOf(record).find(({ owner }) => owner.key === note.inbox);
  if (spec?.purpose.for !== "requests") return record;
  const { invitePub } = spec.purpose;
  const done = record.requests.find(
    (one) =>
      one.state === "closed" &&
      one.seq === note.seq &&
      equalBytes(one.invitePub, invitePub),
  );
  if (done === undefined) return record;
  const left = record.requests.filter((one) => one !== done);
  return {
    ...record,
    requests: left.length === 0 ? none : left,
    settled: [...record.settled, done.id].slice(-MAX_SETTLED),
  };
}
