// Inboxes in SQLite: what `LogStore` promises for them, one request at a time inside a transaction.

import type { DatabaseSync } from "node:sqlite";
import { equalBytes } from "@halqa/bytes";
import type {
  CreateInboxRequest,
  ReadInboxRequest,
  SendRequest,
  SetMemberKeyRequest,
  StoreRequest,
  StoreResult,
  TouchRequest,
} from "../../core/store.ts";
import { INBOXES, MESSAGES, SEND_IDS } from "./layout.ts";
import { numberedKey, openRecords, type RecordOf } from "./record.ts";
import { takeWithin, type Stored } from "./row.ts";
import type { Shelves } from "./shelf.ts";
import type { Totals } from "./totals.ts";

export type InboxRequest =
  | Extract<
      StoreRequest,
      {
        t:
          | "create-inbox"
          | "find-inbox"
          | "set-member-key"
          | "find-sender"
          | "send"
          | "read-inbox"
          | "ack";
      }
    >
  | (TouchRequest & { readonly t: "touch-inbox" });

export type InboxTable = ReturnType<typeof prepareInboxes>;

const ABSENT: StoreResult = { t: "absent" };

const NO_KEY = new Uint8Array(32);

export function prepareInboxes(
  db: DatabaseSync,
  parts: { readonly totals: Totals; readonly shelves: Shelves },
) {
  return {
    ...parts,
    records: openRecords(db, INBOXES),
    sendIds: openRecords(db, SEND_IDS),
    messages: openRecords(db, MESSAGES),
  };
}

export function runInboxRequest(
  inboxes: InboxTable,
  request: InboxRequest,
): StoreResult {
  switch (request.t) {
    case "create-inbox":
      return create(inboxes, request);
    case "find-inbox":
      return find(inboxes, request.inboxId);
    case "touch-inbox":
      return touch(inboxes, request);
    case "set-member-key":
      return setMemberKey(inboxes, request);
    case "find-sender":
      return findSender(inboxes, request.sendId);
    case "send":
      return send(inboxes, request);
    case "read-inbox":
      return read(inboxes, request);
    case "ack":
      return acknowledge(inboxes, request);
  }
}

function create(inboxes: InboxTable, request: CreateInboxRequest): StoreResult {
  const { inboxId, ownerPub, sendId, day, maxInboxes } = request;
  const { records, sendIds, totals } = inboxes;
  const inbox = records.get(inboxId);
  if (inbox !== undefined) {
    return equalBytes(inbox.sendId, sendId)
      ? touch(inboxes, { id: inboxId, day })
      : ABSENT;
  }
  if (sendIds.get(sendId) !== undefined) return ABSENT;
  if (totals.of("inboxes") >= maxInboxes) return { t: "refused", why: "quota" };
  const noKeys = { memberKeys: 0, memberPub: NO_KEY, memberPubBefore: NO_KEY };
  const empty = { seq: 0, openCount: 0, memberCount: 0 };
  records.put({ inboxId, ownerPub, sendId, ...noKeys, ...empty, day });
  sendIds.put({ sendId, inboxId });
  totals.add("inboxes", 1);
  return { t: "done" };
}

/** A day that it has already is not written again. */
function touch(
  { records }: InboxTable,
  { id, day }: Omit<TouchRequest, "t">,
): StoreResult {
  const inbox = records.get(id);
  if (inbox === undefined) return ABSENT;
  if (inbox.day < day) records.edit(id, () => ({ day }));
  return { t: "done" };
}

function setMemberKey(
  { records }: InboxTable,
  { inboxId, memberPub }: SetMemberKeyRequest,
): StoreResult {
  const inbox = records.get(inboxId);
  if (inbox === undefined) return ABSENT;
  const { memberKeys, memberPub: before } = inbox;
  if (memberKeys > 0 && equalBytes(before, memberPub)) return { t: "done" };
  records.edit(inboxId, () => ({
    memberKeys: Math.min(memberKeys + 1, 2),
    memberPub,
    memberPubBefore: before,
  }));
  return { t: "done" };
}

function findSender(inboxes: InboxTable, sendId: Uint8Array): StoreResult {
  const inbox = findBySendId(inboxes, sendId);
  if (inbox === undefined) return ABSENT;
  const { memberPub, memberPubBefore, memberKeys } = inbox;
  const memberPubs = [memberPub, memberPubBefore].slice(0, memberKeys);
  return { t: "sender", memberPubs };
}

function findBySendId(
  { records, sendIds }: InboxTable,
  sendId: Uint8Array,
): RecordOf<typeof INBOXES> | undefined {
  const found = sendIds.get(sendId);
  // Also where there is none: who asks in vain is told nothing by the work (FO-13).
  const inbox = records.get(found?.inboxId ?? sendId);
  return found && inbox;
}

function find({ records }: InboxTable, inboxId: Uint8Array): StoreResult {
  const inbox = records.get(inboxId);
  return inbox === undefined
    ? ABSENT
    : { t: "inbox", ownerPub: inbox.ownerPub };
}

function send(inboxes: InboxTable, request: SendRequest): StoreResult {
  const { sendId, messageId, body, sender, day, maxMessages } = request;
  const inbox = findBySendId(inboxes, sendId);
  if (inbox === undefined) return ABSENT;
  const { inboxId } = inbox;
  const earlier = findMessage(inboxes, inboxId, messageId);
  if (earlier !== undefined) {
    return { t: "sent", inboxId, seq: earlier, isNew: false };
  }
  const count = sender === "member" ? inbox.memberCount : inbox.openCount;
  if (count >= maxMessages) return { t: "refused", why: "quota" };
  const seq = inbox.seq + 1;
  const message = { id: inboxId, number: seq };
  inboxes.shelves.add({ ...message, item: messageId }, body);
  const isMember = sender === "member" ? 1 : 0;
  inboxes.messages.put({ message, messageId, isMember, day });
  inboxes.records.edit(inboxId, () => ({
    seq,
    openCount: inbox.openCount + 1 - isMember,
    memberCount: inbox.memberCount + isMember,
  }));
  return { t: "sent", inboxId, seq, isNew: true };
}

function findMessage(
  { shelves, messages }: InboxTable,
  inboxId: Uint8Array,
  messageId: Uint8Array,
): number | undefined {
  return shelves.numbersOf(inboxId, messageId).find((number) => {
    const message = messages.get(numberedKey({ id: inboxId, number }));
    return message && equalBytes(message.messageId, messageId);
  });
}

function read(inboxes: InboxTable, request: ReadInboxRequest): StoreResult {
  const { inboxId, fromSeq, maxMessages, maxBytes } = request;
  const inbox = inboxes.records.get(inboxId);
  if (inbox === undefined) return ABSENT;
  const bounds = { maxCount: maxMessages, maxBytes };
  return {
    t: "messages",
    messages: takeWithin(messagesFrom(inboxes, inboxId, fromSeq), bounds),
    seq: inbox.seq,
  };
}

function* messagesFrom(
  { messages, shelves }: InboxTable,
  inboxId: Uint8Array,
  fromSeq: number,
): Iterable<Stored> {
  const from = { id: inboxId, number: fromSeq };
  for (const { message, messageId } of messages.numbered(from)) {
    yield {
      seq: message.number,
      hash: messageId,
      read: () => shelves.read({ ...message, item: messageId }),
    };
  }
}

function acknowledge(
  inboxes: InboxTable,
  { inboxId, seq }: Extract<InboxRequest, { t: "ack" }>,
): StoreResult {
  if (inboxes.records.get(inboxId) === undefined) return ABSENT;
  deleteMessage(inboxes, inboxId, seq);
  return { t: "done" };
}

/** Deletes a message and its body, if it is there. */
export function deleteMessage(
  inboxes: InboxTable,
  inboxId: Uint8Array,
  seq: number,
): void {
  const key = numberedKey({ id: inboxId, number: seq });
  const found = inboxes.messages.get(key);
  if (found === undefined) return;
  const { message, messageId, isMember } = found;
  inboxes.messages.remove(key);
  inboxes.shelves.remove({ ...message, item: messageId });
  inboxes.records.edit(inboxId, ({ openCount, memberCount }) => ({
    openCount: openCount - 1 + isMember,
    memberCount: memberCount - isMember,
  }));
}
