/** What is stored of a relay's confirmation (docs/spec/engine.md, EN-60 to EN-76). */
import { equalBytes } from "@halqa/bytes";
import { addAlarms } from "./alarms.ts";
import { withDesk } from "./circle-record.ts";
import type { CircleRecord } from "./durable.ts";
import { withRecord } from "./entries.ts";
import { finishJoining } from "./joining.ts";
import type { Note } from "./job.ts";
import { inboxesOf } from "./inboxes.ts";
import { MAX_SETTLED } from "./limits.ts";
import { tend } from "./tend.ts";
import { none } from "./writes.ts";
import type { JobContext, JobStep } from "./job-context.ts";

export function runNote(note: Note, context: JobContext): JobStep {
  const record = context.state.durable.circles.get(note.circle);
  // The circle was forgotten meanwhile.
  if (record === undefined) return store(context, undefined);
  if (note.note === "tree-fetched")
    return finishJoining(context, record, note.parts);
  return store(context, tend(context, remember(record, note)));
}

function store(context: JobContext, record: CircleRecord | undefined): JobStep {
  return {
    step: "done",
    durable:
      record === undefined
        ? context.state.durable
        : withRecord(context, record),
    writes: [],
    after: [],
  };
}

function remember(
  record: CircleRecord,
  note: Exclude<Note, { note: "tree-fetched" }>,
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
    case "alarm":
      return addAlarms(record, [note.alarm]);
  }
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
