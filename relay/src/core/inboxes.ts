// Inboxes (docs/spec/relay.md, "Inboxes"): one owner key reads, whoever knows the send id writes. The two ids have
// nothing to do with each other and meet in the store alone. Members of a circle, who sign with a key that they share,
// have a share of the inbox that strangers cannot fill.

import { assertInvariant } from "@halqa/bytes";
import {
  entryIdOf,
  inboxIdOf,
  MAX_INBOX_MESSAGES,
  MAX_OPEN_INBOXES,
  type CreateInbox,
  type InboxAck,
  type InboxSend,
  type OpenInbox,
  type SetInboxKey,
} from "@halqa/protocol";
import { note } from "./due.ts";
import { follow } from "./feeds.ts";
import { keyOf } from "./id-key.ts";
import { beginOpening, endOpening } from "./openings.ts";
import { challengeOf, isAdmitted, isProven } from "./proof.ts";
import type { Ticket } from "./relay-state.ts";
import type { SenderClass, StoreResult } from "./store.ts";
import { touch } from "./touch.ts";
import { answerPlainly, ask, refuse, settle, type Turn } from "./turn.ts";

export function createInbox(
  turn: Turn,
  ticket: Ticket,
  command: CreateInbox,
): void {
  const { env, state } = turn;
  const { ownerPub, sendId, signature, access: shown } = command;
  const id = inboxIdOf(env.sha256, ownerPub);
  const about = { id, challenge: challengeOf(ticket.conn) };
  if (!isAdmitted(env, { ...about, operation: "create-inbox", shown })) {
    return refuse(turn, ticket, "access");
  }
  const isOwner = isProven(env, {
    ...about,
    operation: "create-inbox",
    args: sendId,
    publicKey: ownerPub,
    signature,
  });
  if (!isOwner) return refuse(turn, ticket, "unavailable");
  const { day } = state;
  const maxInboxes = env.quotas.inboxes;
  ask(
    turn,
    { t: "create-inbox", inboxId: id, ownerPub, sendId, day, maxInboxes },
    { t: "plain", ticket },
  );
}

export function openInbox(
  turn: Turn,
  ticket: Ticket,
  command: OpenInbox,
): void {
  const { conn } = ticket;
  const key = keyOf(command.inboxId);
  beginOpening(conn, key);
  ask(
    turn,
    { t: "find-inbox", inboxId: command.inboxId },
    { t: "open-inbox", ticket, command },
  );
}

/** Checks the proof of an `open-inbox` against what the store found, which may be nothing, and begins to deliver. */
export function takeInbox(
  turn: Turn,
  opened: { readonly ticket: Ticket; readonly command: OpenInbox },
  result: StoreResult,
): void {
  const { ticket, command } = opened;
  const { conn } = ticket;
  const { inboxId: id, signature } = command;
  const key = keyOf(id);
  endOpening(turn, conn, key);
  if (conn.isClosed) return settle(turn.state, ticket);
  if (result.t === "failed") return refuse(turn, ticket, "storage");
  const isOwner = isProven(turn.env, {
    operation: "open-inbox",
    challenge: challengeOf(conn),
    id,
    publicKey: result.t === "inbox" ? result.ownerPub : undefined,
    signature,
  });
  if (!isOwner) return refuse(turn, ticket, "unavailable");
  const inboxes = conn.inboxes ?? new Set();
  if (!inboxes.has(key)) {
    if (inboxes.size >= MAX_OPEN_INBOXES) return refuse(turn, ticket, "limit");
    touch(turn, conn, { t: "touch-inbox", id });
    conn.inboxes = inboxes.add(key);
  }
  follow(turn, ticket, { kind: "inbox", id, from: 1 });
}

export function inboxSend(
  turn: Turn,
  ticket: Ticket,
  command: InboxSend,
): void {
  const { sendId, memberSignature } = command;
  if (memberSignature === undefined) {
    return store(turn, { ticket, command }, "open");
  }
  const waiting = { t: "find-sender", ticket, command } as const;
  beginOpening(ticket.conn, keyOf(sendId));
  ask(turn, { t: "find-sender", sendId }, waiting);
}

interface Sending {
  readonly ticket: Ticket;
  readonly command: InboxSend;
}

/**
 * Checks that a message is signed by a key of the inbox's circle, the current or the one before. Without an inbox, or with
 * fewer keys, the same is computed, and the answer is no: a sender who is refused may still use the open share.
 */
export function takeSender(
  turn: Turn,
  sending: Sending,
  result: StoreResult,
): void {
  const { ticket, command } = sending;
  const { conn } = ticket;
  const { body, memberSignature: signature, sendId: id } = command;
  const key = keyOf(id);
  endOpening(turn, conn, key);
  if (conn.isClosed) return settle(turn.state, ticket);
  if (result.t === "failed") return refuse(turn, ticket, "storage");
  assertInvariant(signature !== undefined, "only members are looked for");
  const memberPubs = result.t === "sender" ? result.memberPubs : [];
  const proof = {
    operation: "inbox-send",
    challenge: challengeOf(conn),
    id,
    args: entryIdOf(turn.env.sha256, body),
    signature,
  } as const;
  const areProven = [memberPubs[0], memberPubs[1]].map((publicKey) =>
    isProven(turn.env, { ...proof, publicKey }),
  );
  if (!areProven.includes(true)) return refuse(turn, ticket, "unavailable");
  store(turn, sending, "member");
}

function store(
  turn: Turn,
  { ticket, command }: Sending,
  sender: SenderClass,
): void {
  const { sendId, body } = command;
  const messageId = entryIdOf(turn.env.sha256, body);
  const { day } = turn.state;
  const maxMessages = MAX_INBOX_MESSAGES;
  ask(
    turn,
    { t: "send", sendId, messageId, body, sender, day, maxMessages },
    { t: "inbox-send", ticket, command },
  );
}

/** Answers an `inbox-send` that is durable, and has it delivered. */
export function takeSent(turn: Turn, sent: Sending, result: StoreResult): void {
  if (result.t === "sent" && result.isNew) {
    const { seq, inboxId } = result;
    const { body } = sent.command;
    note(turn, keyOf(inboxId), { seq, body, head: undefined });
  }
  answerPlainly(turn, sent.ticket, result);
}

export function inboxAck(turn: Turn, ticket: Ticket, command: InboxAck): void {
  const { inboxId, messageSeq: seq } = command;
  if (!hasOpened(ticket, inboxId)) {
    return refuse(turn, ticket, "unavailable");
  }
  ask(turn, { t: "ack", inboxId, seq }, { t: "plain", ticket });
}

function hasOpened({ conn }: Ticket, inboxId: Uint8Array): boolean {
  return conn.inboxes?.has(keyOf(inboxId)) === true;
}

/** The owner says which key the members of its circle sign with. */
export function setInboxKey(
  turn: Turn,
  ticket: Ticket,
  command: SetInboxKey,
): void {
  const { inboxId, memberPub } = command;
  if (!hasOpened(ticket, inboxId)) {
    return refuse(turn, ticket, "unavailable");
  }
  ask(
    turn,
    { t: "set-member-key", inboxId, memberPub },
    { t: "plain", ticket },
  );
}
