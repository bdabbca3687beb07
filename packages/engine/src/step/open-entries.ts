/**
 * Opening a batch (docs/spec/engine.md, EN-36, EN-53, EN-56, EN-57): each entry goes through the circle's keys in the order of the log, and
 * leaves a changed record and what is to be folded. What is only for devices, a hello or an invite's secret, ends here.
 */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import {
  decodeContent,
  encodeContent,
  isSharedState,
  isSignal,
  itemIdOf,
} from "@halqa/model";
import type { Author, Content, ListEvent, Standing } from "@halqa/model";
import { isSteward } from "../circle/roster.ts";
import type { Circle, MemberRef } from "../circle/circle.ts";
import type { EntryOutcome, ReadContent } from "../circle/entry-outcome.ts";
import { MAX_INVITES } from "../circle/limits.ts";
import { openInvite } from "../circle/invite.ts";
import { readEntry } from "../circle/read-entry.ts";
import { membersOf } from "../circle/roster.ts";
import { addAlarms, clearAlarms } from "./alarms.ts";
import { afterCommit } from "./after-commit.ts";
import type { CircleRecord } from "./durable.ts";
import { unplan } from "./intents.ts";
import { MAX_OUTBOX } from "./limits.ts";
import {
  createOutboxItem,
  failItem,
  findByEntry,
  insideOf,
  isDistrusted,
  unseal,
} from "./outbox.ts";
import { takeApproval } from "./petitions.ts";
import { seeCommit, seeHeard, seeOwn } from "./presence/see-entry.ts";
import { keepSent } from "./presence/sent-store.ts";
import { noteAdopted, seeShare } from "./presence/see-content.ts";
import { takeMissing } from "./presence/take-missing.ts";
import { distrustSeals, loseSeal, seeFragment } from "./own-entries.ts";
import { seeProposal } from "./proposals.ts";
import { fallOut } from "./fall-out.ts";
import { withoutUploads } from "./files/file-list.ts";
import { emptyRepairDesk } from "./repair-record.ts";
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
  /** Those of them that this device let in (rule B6). */
  readonly adopted: Set<string>;
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
    adopted: new Set(),
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
      // RP-35: no alarm is stored; the next program reads on from here.
      return false;
    case "halted":
      takeHalt(batch, before, outcome.reason);
      return false;
    case "removed":
      takeRemoval(batch, before, outcome.by);
      return false;
    case "content":
    case "own-message":
    case "commit":
    case "fragment":
    case "proposal":
    case "skipped":
      batch.record = adoptEntry(batch.record, outcome);
      takeRead(batch, before, outcome);
      if (outcome.moved === undefined) return true;
      // EN-39: where the log is only full, nothing but this would end a commit that was made for it.
      batch.record = unplan(batch.record);
      return false;
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
      noteAdopted(batch.context.env, batch, outcome.content);
      batch.record = seeHeard(batch.context.env, batch.record, {
        before,
        heard: outcome.content,
      });
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
      batch.record = seeCommit(batch.context.env, done.record, {
        before,
        outcome,
      });
      batch.events.push(...done.events);
      return;
    }
    case "skipped":
      if (outcome.heard !== undefined)
        batch.record = seeHeard(batch.context.env, batch.record, {
          before,
          heard: outcome.heard,
        });
      batch.record = seeProposal(loseSeal(batch.record, outcome.entryId), {
        entryId: outcome.entryId,
        isTaken: false,
      });
      return;
    case "fragment":
      batch.record = seeFragment(batch.record, outcome.entryId);
      return;
    case "proposal":
      batch.record = seeProposal(batch.record, {
        entryId: outcome.entryId,
        isTaken: true,
      });
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
    standing: standingOf(read),
    inside: insideOf(circle, {
      author: author.memberKey,
      content: content.value,
    }),
  });
  takeSignal(batch, circle, { read, content: content.value });
}

/** What members' devices say to each other. */
function takeSignal(
  batch: Batch,
  circle: Circle,
  {
    read: { leaf, author },
    content,
  }: { readonly read: ReadContent; readonly content: Content },
): void {
  const { mls } = batch.context.env;
  const device = mls.leafAt(circle.mls.tree, leaf);
  if (content.kind === "hello" && device !== undefined)
    batch.hellos.add(encodeBase64url(device.signatureKey));
  if (content.kind === "invite-secret")
    batch.record = learnInvite(batch.record, content);
  if (content.kind === "missing")
    batch.record = takeMissing(batch.context.env, batch.record, content);
  if (content.kind === "share")
    batch.record = seeShare(batch.context.env, batch.record, author);
  if (content.kind === "approval")
    batch.record = takeApproval(batch.context.env, batch.record, {
      by: author.memberKey,
      memberKey: content.member,
      policyVersion: content.policyVersion,
      approval: { leaf, signature: content.signature },
    });
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
    isAuto: recorded.auto !== undefined,
  });
  return { ...record, invites: [...invites, learnt] };
}

/** EN-46: our own entry, read back: it is in the list now, and no longer in the outbox. */
function takeOwn(
  batch: Batch,
  { circle, entryId, standing }: Extract<EntryOutcome, { kind: "own-message" }>,
): void {
  const { record } = batch;
  const item = findByEntry(record.outbox, entryId);
  if (item === undefined) {
    if (!isDistrusted(record.outbox, entryId))
      batch.record = distrustSeals(record, circle);
    return;
  }
  const content = decodeContent(item.content);
  if (content.ok && !standing.mayPost && !isSignal(content.value)) {
    batch.record = { ...record, outbox: failItem(record.outbox, item) };
    return;
  }
  if (content.ok && !standing.isCurrent && isSharedState(content.value)) {
    // Rule A7: it came too late to count, and is sent again under the same id.
    const again = record.outbox.map((one) =>
      one === item ? unseal(one) : one,
    );
    batch.record = { ...record, outbox: again };
    return;
  }
  const outbox = record.outbox.filter((one) => one !== item);
  batch.record = { ...record, outbox: orNone(outbox) };
  if (!content.ok) return;
  const { memberKey } = circle;
  const kept = { item, content: content.value, memberKey };
  batch.record = seeOwn(
    { ...batch.record, sent: keepSent(record.sent, kept) },
    standing,
  );
  batch.events.push({
    event: "content",
    id: itemIdOf(sha256, circle.memberKey, item.messageId),
    position: circle.log.entriesRead,
    minute: item.minute,
    content: content.value,
    author: ownAuthor(batch.context, circle),
    standing: standingOf(standing),
    inside: insideOf(circle, {
      author: circle.memberKey,
      content: content.value,
    }),
  });
}

/** What the folds ask of an entry (rule A7): who is late is read, and its votes, closings and pins do not count. */
function standingOf({
  role,
  mayPin,
  isCurrent,
}: Pick<ReadContent, "role" | "mayPin" | "isCurrent">): Standing {
  return {
    steward: role === "steward",
    pins: mayPin,
    late: !isCurrent,
    counting: isCurrent,
  };
}

/** RP-1: it cannot be followed; where it was signed with our own key and is not ours, somebody else has that key (rule A12). */
function takeHalt(
  batch: Batch,
  circle: Circle,
  reason: Extract<EntryOutcome, { kind: "halted" }>["reason"],
): void {
  const { record, context } = batch;
  const isClone = reason === "own-leaf-elsewhere";
  const at = circle.log.seq + 1;
  batch.record = fallOut(context.env, record, {
    circle,
    cause: isClone ? "clone" : "halted",
    alarms: [isClone ? { kind: "clone", at } : { kind: "halted", reason }],
  });
}

/** EN-59: we are out. The keys, and all that could still be sent with them, are erased; what was read stays. */
function takeRemoval(
  batch: Batch,
  circle: Circle,
  by: MemberRef | undefined,
): void {
  // Whoever is out misses nothing of the log any more (EN-143).
  const record = clearAlarms(batch.record, ({ kind }) => kind === "gone");
  const isOwnWish = record.intents.some(({ act }) => act.act === "leave");
  batch.events.push({
    event: "change",
    id: sha256(circle.log.relayHead).slice(0, 16),
    position: circle.log.entriesRead + 1,
    minute: minuteOf(batch.context),
    change: isOwnWish ? "left" : "removed",
    by,
    who: ownAuthor(batch.context, circle),
  });
  batch.record = {
    ...record,
    desk: {
      ...record.desk,
      place: "removed",
      ended: {
        how: isOwnWish ? "left" : "removed",
        by,
        at: batch.context.env.now,
      },
      name: circle.info.name,
      readBefore: circle.log.entriesRead + 1,
    },
    circle: undefined,
    outbox: none,
    intents: none,
    planned: undefined,
    proposed: undefined,
    petitions: none,
    moves: none,
    invites: none,
    requests: none,
    settled: none,
    deliveries: none,
    files: withoutUploads(record.files),
    repair: undefined,
    rebuild: undefined,
    repairDesk: emptyRepairDesk,
    presence: undefined,
    sent: none,
  };
}

/** EN-161, rule B6: one sign of life answers all who said hello, each once in a run. */
function answerHellos({ record, context, hellos, adopted }: Batch): {
  readonly record: CircleRecord;
  readonly after: readonly After[];
} {
  const { circle, id, outbox } = record;
  const known = context.state.greeted.get(id) ?? new Set();
  const isAll = circle !== undefined && isSteward(circle);
  const devices = [...hellos].filter(
    (one) => !known.has(one) && (isAll || adopted.has(one)),
  );
  const answers =
    devices.length > 0 && circle !== undefined && outbox.length < MAX_OUTBOX;
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
