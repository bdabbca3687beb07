// Inboxes and what lies in them (docs/spec/postgres.md).

import type { StoreResult } from "../core/index.ts";
import type { RequestOf } from "./request-of.ts";
import { takePage } from "./pages.ts";
import { buffer, bytesOf, numberOf, type Session } from "./session.ts";
import { addToTotal } from "./totals.ts";

const DONE: StoreResult = { t: "done" };
const ABSENT: StoreResult = { t: "absent" };
const QUOTA: StoreResult = { t: "refused", why: "quota" };

export async function createInbox(
  session: Session,
  { inboxId, ownerPub, sendId, day, maxInboxes }: RequestOf<"create-inbox">,
): Promise<StoreResult> {
  const id = buffer(inboxId);
  const rows = await session.query(
    "SELECT inbox_id = $1 AND send_id = $2 AS is_same FROM halqa_inboxes WHERE inbox_id = $1 OR send_id = $2",
    [id, buffer(sendId)],
  );
  if (rows.length > 0) {
    return rows.some((row) => row["is_same"] === true)
      ? touchInbox(session, { id: inboxId, day })
      : ABSENT;
  }
  const limit = { by: 1, most: maxInboxes };
  if (!(await addToTotal(session, "inboxes", limit))) return QUOTA;
  await session.query(
    "INSERT INTO halqa_inboxes (inbox_id, owner_pub, send_id, day, seq) VALUES ($1, $2, $3, $4, 0)",
    [id, buffer(ownerPub), buffer(sendId), day],
  );
  return DONE;
}

export async function findInbox(
  session: Session,
  { inboxId }: { readonly inboxId: Uint8Array },
): Promise<StoreResult> {
  const [row] = await session.query(
    "SELECT owner_pub FROM halqa_inboxes WHERE inbox_id = $1",
    [buffer(inboxId)],
  );
  if (row === undefined) return ABSENT;
  return { t: "inbox", ownerPub: bytesOf(row["owner_pub"]) };
}

export async function touchInbox(
  session: Session,
  { id, day }: { readonly id: Uint8Array; readonly day: number },
): Promise<StoreResult> {
  const rows = await session.query(
    "UPDATE halqa_inboxes SET day = greatest(day, $2) WHERE inbox_id = $1 RETURNING 1 AS one",
    [buffer(id), day],
  );
  return rows.length > 0 ? DONE : ABSENT;
}

export async function setMemberKey(
  session: Session,
  { inboxId, memberPub }: RequestOf<"set-member-key">,
): Promise<StoreResult> {
  const rows = await session.query(
    `UPDATE halqa_inboxes
     SET former_pub = CASE WHEN member_pub = $2 THEN former_pub ELSE member_pub END, member_pub = $2
     WHERE inbox_id = $1 RETURNING 1 AS one`,
    [buffer(inboxId), buffer(memberPub)],
  );
  return rows.length > 0 ? DONE : ABSENT;
}

export async function findSender(
  session: Session,
  { sendId }: { readonly sendId: Uint8Array },
): Promise<StoreResult> {
  const [row] = await session.query(
    "SELECT member_pub, former_pub FROM halqa_inboxes WHERE send_id = $1",
    [buffer(sendId)],
  );
  if (row === undefined) return ABSENT;
  const keys = [row["member_pub"], row["former_pub"]];
  const memberPubs = keys.filter((key) => key !== null).map(bytesOf);
  return { t: "sender", memberPubs };
}

export async function send(
  session: Session,
  request: RequestOf<"send">,
): Promise<StoreResult> {
  const { sendId, messageId, body, sender, day, maxMessages } = request;
  const [inbox] = await session.query(
    "SELECT inbox_id, seq::float8 AS seq FROM halqa_inboxes WHERE send_id = $1 FOR UPDATE",
    [buffer(sendId)],
  );
  if (inbox === undefined) return ABSENT;
  const inboxId = bytesOf(inbox["inbox_id"]);
  const id = buffer(inboxId);
  const [known] = await session.query(
    "SELECT seq::float8 AS seq FROM halqa_messages WHERE inbox_id = $1 AND message_id = $2",
    [id, buffer(messageId)],
  );
  if (known !== undefined) {
    return { t: "sent", inboxId, seq: numberOf(known["seq"]), isNew: false };
  }
  const isMember = sender === "member";
  const [beside] = await session.query(
    "SELECT count(*)::float8 AS n FROM halqa_messages WHERE inbox_id = $1 AND is_member = $2",
    [id, isMember],
  );
  if (numberOf(beside?.["n"]) >= maxMessages) return QUOTA;
  const seq = numberOf(inbox["seq"]) + 1;
  await session.query(
    `WITH counted AS (UPDATE halqa_inboxes SET seq = $2 WHERE inbox_id = $1)
     INSERT INTO halqa_messages (inbox_id, seq, message_id, is_member, day, body)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, seq, buffer(messageId), isMember, day, buffer(body)],
  );
  return { t: "sent", inboxId, seq, isNew: true };
}

export async function readInbox(
  session: Session,
  { inboxId, fromSeq, maxMessages, maxBytes }: RequestOf<"read-inbox">,
): Promise<StoreResult> {
  const id = buffer(inboxId);
  const [inbox] = await session.query(
    "SELECT seq::float8 AS seq FROM halqa_inboxes WHERE inbox_id = $1",
    [id],
  );
  if (inbox === undefined) return ABSENT;
  const rows = await session.query(
    `SELECT seq::float8 AS seq, body FROM halqa_messages
     WHERE inbox_id = $1 AND seq >= $2 ORDER BY halqa_messages.seq LIMIT $3`,
    [id, fromSeq, maxMessages],
  );
  const bodies = rows.map((row) => ({
    seq: numberOf(row["seq"]),
    body: bytesOf(row["body"]),
  }));
  return {
    t: "messages",
    messages: takePage(bodies, maxBytes),
    seq: numberOf(inbox["seq"]),
  };
}

export async function acknowledge(
  session: Session,
  { inboxId, seq }: { readonly inboxId: Uint8Array; readonly seq: number },
): Promise<StoreResult> {
  const id = buffer(inboxId);
  const rows = await session.query(
    "SELECT 1 AS one FROM halqa_inboxes WHERE inbox_id = $1",
    [id],
  );
  if (rows.length === 0) return ABSENT;
  await session.query(
    "DELETE FROM halqa_messages WHERE inbox_id = $1 AND seq = $2",
    [id, seq],
  );
  return DONE;
}
