/**
 * Opening a batch (docs/spec/engine.md, EN-36, EN-53, EN-56, EN-57): each entry goes through the circle's keys in the order of the log, and
 * leaves a changed record and what is to be folded. What is only for devices, a hello or an invite's secret, ends here.
 */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { decodeContent, encodeContent, itemIdOf } from "@halqa/model";
import type { Author, Content, ListEvent } from "@halqa/model";
import { isSteward } from "../circle/roster.ts";
import type { Circle, MemberRef } from "../circle/circle.ts";
import type { EntryOutcome, ReadContent } from "../circle/entry-outcome.ts";
import { MAX_INVITES } from "../circle/limits.ts";
import { openInvite } from "../circle/invite.ts";
import { readEntry } from "../circle/read-entry.ts";
import { membersOf } from "../circle/roster.ts";
import { addAlarms } from "./alarms.ts";
import { afterCommit } from "./after-commit.ts";
import type { CircleRecord } from "./durable.ts";
import { MAX_OUTBOX } from "./limits.ts";
import { unplan } from "./intents.ts";
import {
  createOutboxItem,
  distrustSeal,
  findByEntry,
  isDistrusted,
  unseal,
} from "./outbox.ts";
import { createInviteRecord } from "./stored-acts.ts";
import { none } from "./writes.ts";
import type { After } from "./job-after.ts";
import type { JobContext } from "./job-context.ts";
import type { QueuedEntry } from "./queued.ts";
import type { OpenedBatch } from "./job-stage.ts";

interface Batch {
  record: CircleRecord;
  readonly context: JobContext;
  readonly events: ListEvent[];
  /** Devices that said hello in this batch, by signature key: who comes back after a removal is another one. */
  readonly hellos: Set<string>;
}

export function openEntries(
  context: JobContext,
  o: {
    readonly record: CircleRecord;
    readonly circle: Circle;
    readonly logId: Uint8Array;
    readonly entries: readonly QueuedEntry[];
  },
): OpenedBatch {
  const batch: Batch = {
    record: o.record,
    context,
    events: [],
    hellos: new Set(),
  };
  for (const { seq, body } of o.entries) {
    const { circle, planned } = batch.record;
    if (circle === undefined) break;
    const pendings = planned === undefined ? [] : [planned.pending];
    const entry = { logId: o.logId, seq, body, pendings };
    const outcome = readEntry(circle, context.env, entry);
    if (!take(batch, circle, outcome)) break;
  }
  const { record, after } = answerHellos(batch);
  return {
    record,
    events: batch.events,
    after,
  };
}

/** What an outcome does to the batch; false when nothing behind it is to be read. */
function take(batch: Batch, before: Circle, outcome: EntryOutcome): boolean {
  switch (outcome.kind) {
    case "out-of-order":
      // Seen before, or of another log than the one that counts now: it was dealt with when it was read.
      return outcome.reason === "seen";
    case "paused":
      batch.record = addAlarms(batch.record, [
        { kind: "halted", reason: "newer-version" },
      ]);
      return false;
    case "halted":
      batch.record = halt(batch.record, outcome.reason);
      return false;
    case "removed":
      takeRemoval(batch, before, outcome.by);
      return false;
    case "content":
    case "own-message":
    case "commit":
    case "proposal":
    case "skipped":
      batch.record = adoptEntry(batch.record, outcome);
      takeRead(batch, before, outcome);
      return outcome.moved === undefined;
  }
}

type ReadOutcome = Extract<EntryOutcome, { readonly circle: Circle }>;

function adoptEntry(record: CircleRecord, outcome: ReadOutcome): CircleRecord {
  const alarms = outcome.alarms.map(({ kind, seq }) => ({
    kind,
    at: seq,
    isProven: false,
  }));
  return addAlarms({ ...record, circle: outcome.circle }, alarms);
}

function takeRead(batch: Batch, before: Circle, outcome: ReadOutcome): void {
  switch (outcome.kind) {
    case "content":
      takeContent(batch, outcome.circle, outcome.content);
      return;
    case "own-message":
      takeOwn(batch, outcome);
      return;
    case "commit": {
      const done = afterCommit(batch.context.env, batch.record, {
        before,
        outcome,
      });
      batch.record = done.record;
      batch.events.push(...done.events);
      return;
    }
    case "skipped":
      batch.record = loseSeal(batch.record, outcome.entryId);
      return;
    case "proposal":
  }
}

function takeContent(batch: Batch, circle: Circle, read: ReadContent): void {
  const { author, messageId, minute, bytes } = read;
  const id = itemIdOf(sha256, author.memberKey, messageId);
  const at = { id, position: circle.log.entriesRead, minute };
  const content = decodeContent(bytes);
  if (!content.ok) {
    batch.events.push({
      event: "unreadable",
      ...at,
      reason: "malformed",
      author,
    });
    return;
  }
  batch.events.push({
    event: "content",
    ...at,
    content: content.value,
    author,
  });
  takeSignal(batch, circle, { leaf: read.leaf, content: content.value });
}

/** What members' devices say to each other. */
function takeSignal(
  batch: Batch,
  circle: Circle,
  { leaf, content }: { readonly leaf: number; readonly content: Content },
): void {
  const { mls } = batch.context.env;
  const device = mls.leafAt(circle.mls.tree, leaf);
  if (content.kind === "hello" && device !== undefined)
    batch.hellos.add(encodeBase64url(device.signatureKey));
  if (content.kind === "invite-secret")
    batch.record = learnInvite(batch.record, content);
}

/** EN-57: a steward keeps the secret of an invite that another steward made. */
function learnInvite(
  record: CircleRecord,
  content: Extract<Content, { kind: "invite-secret" }>,
): CircleRecord {
  const { circle, invites } = record;
  const { invitePub, boxes } = content;
  const recorded = circle?.info.invites.find((one) =>
    equalBytes(one.invitePub, invitePub),
  );
  const isKnown = invites.some((one) => equalBytes(one.invitePub, invitePub));
  if (circle === undefined || recorded === undefined || isKnown) return record;
  if (!isSteward(circle) || invites.length >= MAX_INVITES) return record;
  const invite = openInvite(circle, { invitePub, boxes });
  if (!invite.ok) return record;
  const { maxUses } = recorded;
  const learnt = createInviteRecord({
    invite: invite.value,
    maxUses,
    isOwn: false,
  });
  return { ...record, invites: [...invites, learnt] };
}

/** EN-46: our own entry, read back: it is in the list now, and no longer in the outbox. */
function takeOwn(
  batch: Batch,
  { circle, entryId }: Extract<EntryOutcome, { kind: "own-message" }>,
): void {
  const { record } = batch;
  const item = findByEntry(record.outbox, entryId);
  if (item === undefined) {
    if (!isDistrusted(record.outbox, entryId))
      batch.record = distrustSeals(record, circle);
    return;
  }
  const content = decodeContent(item.content);
  const outbox = record.outbox.filter((one) => one !== item);
  batch.record = { ...record, outbox: orNone(outbox) };
  if (!content.ok) return;
  batch.events.push({
    event: "content",
    id: itemIdOf(sha256, circle.memberKey, item.messageId),
    position: circle.log.entriesRead,
    minute: item.minute,
    content: content.value,
    author: ownAuthor(batch.context, circle),
  });
}

/**
 * EN-47: somebody sealed a message of ours again. What of ours lies behind it may have lost its key to it for the others, so
 * it is sealed anew; who has it already drops the second one.
 */
function distrustSeals(record: CircleRecord, circle: Circle): CircleRecord {
  const { epoch } = circle.mls.context;
  return {
    ...record,
    outbox: record.outbox.map((item) =>
      item.sealed?.epoch === epoch ? distrustSeal(item) : item,
    ),
  };
}

/** An entry that nobody reads: when it is ours, its item is sealed again, or its acts are planned again. */
function loseSeal(record: CircleRecord, entryId: Uint8Array): CircleRecord {
  const item = record.outbox.find(
    ({ sealed }) => sealed !== undefined && equalBytes(sealed.entryId, entryId),
  );
  if (item !== undefined)
    return {
      ...record,
      outbox: record.outbox.map((one) => (one === item ? unseal(item) : one)),
    };
  const { planned } = record;
  return planned !== undefined && equalBytes(planned.pending.entryId, entryId)
    ? unplan(record)
    : record;
}

function halt(record: CircleRecord, reason: string): CircleRecord {
  const alarmed = addAlarms(record, [{ kind: "halted", reason }]);
  return { ...alarmed, desk: { ...alarmed.desk, place: "halted" } };
}

/** EN-59: we are out. The keys, and all that could still be sent with them, are erased; what was read stays. */
function takeRemoval(
  batch: Batch,
  circle: Circle,
  by: MemberRef | undefined,
): void {
  const { record } = batch;
  batch.events.push({
    event: "change",
    id: sha256(circle.log.relayHead).slice(0, 16),
    position: circle.log.entriesRead + 1,
    minute: minuteOf(batch.context),
    change: "removed",
    by,
    who: ownAuthor(batch.context, circle),
  });
  batch.record = {
    ...record,
    desk: {
      ...record.desk,
      place: "removed",
      name: circle.info.name,
      readBefore: circle.log.entriesRead + 1,
    },
    circle: undefined,
    outbox: none,
    intents: none,
    planned: undefined,
    invites: none,
    requests: none,
    settled: none,
    deliveries: none,
  };
}

/** EN-67, rule B6: one sign of life answers all who said hello, each once in a run. */
function answerHellos({ record, context, hellos }: Batch): {
  readonly record: CircleRecord;
  readonly after: readonly After[];
} {
  const { circle, id, outbox } = record;
  const known = context.state.greeted.get(id) ?? new Set();
  const devices = [...hellos].filter((one) => !known.has(one));
  const answers =
    devices.length > 0 &&
    circle !== undefined &&
    isSteward(circle) &&
    outbox.length < MAX_OUTBOX;
  if (!answers) return { record, after: [] };
  const ack = createOutboxItem(context.env, encodeContent({ kind: "ack" }));
  return {
    record: { ...record, outbox: [...outbox, ack] },
    after: [{ after: "greeted", circle: id, devices }],
  };
}

function ownAuthor({ env }: JobContext, circle: Circle): Author {
  const own = membersOf(circle, env).find(({ isOwn }) => isOwn);
  return { memberKey: circle.memberKey, name: own?.name ?? "" };
}

function minuteOf({ env }: JobContext): number {
  return Math.floor(env.now / 60_000);
}

function orNone<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? none : list;
}
