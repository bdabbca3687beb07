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
import { bytesIn, numberIn, takeWithin, type StoredRow } from "./row.ts";
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

export function prepareInboxes(
  db: DatabaseSync,
  parts: { readonly totals: Totals; readonly shelves: Shelves },
) {
  return {
    ...parts,
    find: db.prepare("SELECT * FROM inboxes WHERE inbox_id = ?"),
    findBySendId: db.prepare("SELECT * FROM inboxes WHERE send_id = ?"),
    insert: db.prepare(
      "INSERT INTO inboxes (inbox_id, owner_pub, send_id, seq, open_count, member_count, day) VALUES (?, ?, ?, 0, 0, 0, ?)",
    ),
    touch: db.prepare(
      "UPDATE inboxes SET day = max(day, ?) WHERE inbox_id = ?",
    ),
    setMemberKey: db.prepare(
      "UPDATE inboxes SET member_pub_before = member_pub, member_pub = ?1 WHERE inbox_id = ?2 AND member_pub IS NOT ?1",
    ),
    advance: db.prepare(
      "UPDATE inboxes SET seq = ?1, open_count = open_count + 1 - ?2, member_count = member_count + ?2 WHERE inbox_id = ?3",
    ),
    shrink: db.prepare(
      "UPDATE inboxes SET open_count = open_count - 1 + ?1, member_count = member_count - ?1 WHERE inbox_id = ?2",
    ),
    findMessage: db.prepare(
      "SELECT seq FROM messages WHERE inbox_id = ? AND message_id = ?",
    ),
    insertMessage: db.prepare(
      "INSERT INTO messages (inbox_id, seq, message_id, is_member, day, size, place) VALUES (?, ?, ?, ?, ?, ?, ?)",
    ),
    readMessages: db.prepare(
      "SELECT seq, message_id, size, place FROM messages WHERE inbox_id = ? AND seq >= ? ORDER BY seq",
    ),
    deleteMessage: db.prepare(
      "DELETE FROM messages WHERE inbox_id = ? AND seq = ? RETURNING is_member, size, place",
    ),
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
  const inbox = inboxes.find.get(inboxId);
  if (inbox !== undefined) {
    return equalBytes(bytesIn(inbox, "send_id"), sendId)
      ? touch(inboxes, { id: inboxId, day })
      : ABSENT;
  }
  if (inboxes.findBySendId.get(sendId) !== undefined) return ABSENT;
  if (inboxes.totals.of("inboxes") >= maxInboxes) {
    return { t: "refused", why: "quota" };
  }
  inboxes.insert.run(inboxId, ownerPub, sendId, day);
  inboxes.totals.add("inboxes", 1);
  return { t: "done" };
}

/** A day that it has already is not written again. */
function touch(
  inboxes: InboxTable,
  { id, day }: Omit<TouchRequest, "t">,
): StoreResult {
  const inbox = inboxes.find.get(id);
  if (inbox === undefined) return ABSENT;
  if (numberIn(inbox, "day") < day) inboxes.touch.run(day, id);
  return { t: "done" };
}

function setMemberKey(
  inboxes: InboxTable,
  { inboxId, memberPub }: SetMemberKeyRequest,
): StoreResult {
  if (inboxes.find.get(inboxId) === undefined) return ABSENT;
  inboxes.setMemberKey.run(memberPub, inboxId);
  return { t: "done" };
}

function findSender(inboxes: InboxTable, sendId: Uint8Array): StoreResult {
  const inbox = inboxes.findBySendId.get(sendId);
  if (inbox === undefined) return ABSENT;
  const memberPubs = ["member_pub", "member_pub_before"]
    .filter((column) => inbox[column] !== null)
    .map((column) => bytesIn(inbox, column));
  return { t: "sender", memberPubs };
}

function find(inboxes: InboxTable, inboxId: Uint8Array): StoreResult {
  const inbox = inboxes.find.get(inboxId);
  return inbox === undefined
    ? ABSENT
    : { t: "inbox", ownerPub: bytesIn(inbox, "owner_pub") };
}

function send(inboxes: InboxTable, request: SendRequest): StoreResult {
  const { sendId, messageId, body, sender, day, maxMessages } = request;
  const inbox = inboxes.findBySendId.get(sendId);
  if (inbox === undefined) return ABSENT;
  const inboxId = bytesIn(inbox, "inbox_id");
  const earlier = inboxes.findMessage.get(inboxId, messageId);
  if (earlier !== undefined) {
    return { t: "sent", inboxId, seq: numberIn(earlier, "seq"), isNew: false };
  }
  if (numberIn(inbox, `${sender}_count`) >= maxMessages) {
    return { t: "refused", why: "quota" };
  }
  const seq = numberIn(inbox, "seq") + 1;
  const isMember = sender === "member" ? 1 : 0;
  const place = inboxes.shelves.add({ id: inboxId, number: seq }, body);
  inboxes.insertMessage.run(
    inboxId,
    seq,
    messageId,
    isMember,
    day,
    body.length,
    place,
  );
  inboxes.advance.run(seq, isMember, inboxId);
  return { t: "sent", inboxId, seq, isNew: true };
}

function read(inboxes: InboxTable, request: ReadInboxRequest): StoreResult {
  const { inboxId, fromSeq, maxMessages, maxBytes } = request;
  const inbox = inboxes.find.get(inboxId);
  if (inbox === undefined) return ABSENT;
  const bounds = { maxCount: maxMessages, maxBytes };
  return {
    t: "messages",
    messages: takeWithin(messagesFrom(inboxes, inboxId, fromSeq), bounds),
    seq: numberIn(inbox, "seq"),
  };
}

function* messagesFrom(
  { readMessages, shelves }: InboxTable,
  inboxId: Uint8Array,
  fromSeq: number,
): Iterable<StoredRow> {
  for (const row of readMessages.iterate(inboxId, fromSeq)) {
    const [size, place] = [numberIn(row, "size"), numberIn(row, "place")];
    yield {
      seq: numberIn(row, "seq"),
      hash: bytesIn(row, "message_id"),
      size,
      read: () => shelves.read(size, place),
    };
  }
}

function acknowledge(
  inboxes: InboxTable,
  { inboxId, seq }: Extract<InboxRequest, { t: "ack" }>,
): StoreResult {
  if (inboxes.find.get(inboxId) === undefined) return ABSENT;
  deleteMessage(inboxes, inboxId, seq);
  return { t: "done" };
}

/** Deletes a message and its body, if it is there. */
export function deleteMessage(
  inboxes: InboxTable,
  inboxId: Uint8Array,
  seq: number,
): void {
  const message = inboxes.deleteMessage.get(inboxId, seq);
  if (message === undefined) return;
  inboxes.shelves.remove(numberIn(message, "size"), numberIn(message, "place"));
  inboxes.shrink.run(numberIn(message, "is_member"), inboxId);
}
