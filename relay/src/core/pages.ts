// Reading for connections (docs/spec/relay.md, "Delivery"): a page at a time, taken in turns from everything that a
// connection has asked for. The next page is read when the one before is on its way out, so that a reader who does not
// read costs one page, and one long log does not hold up the others.

import { assertInvariant } from "@halqa/bytes";
import type { ChainHead } from "@halqa/protocol";
import { delivery, endFollower } from "./followers.ts";
import { keyOf } from "./id-key.ts";
import { signHead } from "./proof.ts";
import { PAGE_BYTES, PAGE_ENTRIES, PAGE_PULLS } from "./relay-limits.ts";
import {
  IDLE,
  type Connection,
  type FeedPull,
  type PartPull,
  type Pull,
  type Ticket,
} from "./relay-state.ts";
import { enqueue } from "./store-queue.ts";
import type { StoredBody, StoreRequest, StoreResult } from "./store.ts";
import { answer, refusalFor, refuse, tell, type Turn } from "./turn.ts";

/** Reads a log once, from a sequence on. */
export function readOnce(
  turn: Turn,
  ticket: Ticket,
  read: {
    readonly logId: Uint8Array;
    readonly from: number;
    readonly limit: number;
  },
): void {
  const { logId, from, limit } = read;
  addPull(turn, ticket.conn, {
    t: "feed",
    kind: "log",
    id: logId,
    key: keyOf(logId),
    ticket,
    follower: undefined,
    from,
    remaining: limit,
  });
}

/** Queues something to be read for a connection. */
export function addPull(turn: Turn, conn: Connection, pull: Pull): void {
  (conn.pulls ??= []).push(pull);
  turn.stirred.add(conn);
}

/** What was sent is on its way: the next page may be read. */
export function drained(turn: Turn, conn: Connection): void {
  if (conn.page.t !== "draining") return;
  conn.page = IDLE;
  turn.stirred.add(conn);
}

/** Asks the store for the next page of every connection that is ready for one. */
export function askForPages(turn: Turn): void {
  for (const conn of turn.stirred) {
    if (conn.isClosed || conn.page.t !== "idle") continue;
    if (conn.pulls === undefined) continue;
    const pulls = conn.pulls.splice(0, PAGE_PULLS);
    if (conn.pulls.length === 0) conn.pulls = undefined;
    conn.page = { t: "reading", missing: pulls.length, hasBodies: false };
    const maxBytes = Math.floor(PAGE_BYTES / pulls.length);
    for (const pull of pulls) {
      const request = requestFor(pull, maxBytes);
      enqueue(turn.state, conn, {
        request,
        waiting: { t: "pull", conn, pull },
      });
    }
  }
  turn.stirred.clear();
}

/** Deals with what a pull has brought. */
export function takePull(
  turn: Turn,
  { conn, pull }: { readonly conn: Connection; readonly pull: Pull },
  result: StoreResult,
): void {
  if (conn.isClosed) return;
  const page = conn.page;
  assertInvariant(page.t === "reading", "a page comes when one was asked for");
  if (pull.t === "part") takePart(turn, pull, result);
  else takeBodies(turn, pull, result);
  page.hasBodies ||= hasBodies(result);
  page.missing -= 1;
  if (page.missing > 0 || conn.isClosed) return;
  conn.page = page.hasBodies ? { t: "draining" } : IDLE;
  if (page.hasBodies) turn.drains.push({ t: "drain", conn: conn.id });
  else turn.stirred.add(conn);
}

function takePart(turn: Turn, pull: PartPull, result: StoreResult): void {
  const { ticket, blobId, index } = pull;
  if (result.t === "part") {
    const { bytes } = result;
    answer(turn, ticket, { type: "blob-data", blobId, index, bytes });
  } else {
    refuse(turn, ticket, refusalFor(result));
  }
}

function takeBodies(turn: Turn, pull: FeedPull, result: StoreResult): void {
  const { follower, ticket } = pull;
  if (follower?.hasEnded === true) return refuse(turn, ticket, "cancelled");
  if (result.t === "entries") {
    return takePage(turn, pull, { ...result, bodies: result.entries });
  }
  if (result.t === "messages") {
    return takePage(turn, pull, { ...result, bodies: result.messages });
  }
  if (follower !== undefined) endFollower(turn.state, follower);
  refuse(turn, ticket, refusalFor(result));
}

/** Bodies of a feed, and where the feed ends. */
interface StoredPage {
  readonly bodies: readonly StoredBody[];
  readonly seq: number;
  readonly head?: Uint8Array;
  /** Of a log: the last entry that the relay does not keep any more. */
  readonly gone?: ChainHead;
}

function takePage(turn: Turn, pull: FeedPull, page: StoredPage): void {
  const { follower, ticket } = pull;
  const { conn } = ticket;
  tellGone(turn, pull, page);
  for (const body of page.bodies) tell(turn, conn, delivery(pull, body));
  const last = page.bodies.at(-1)?.seq ?? page.seq;
  const remaining = pull.remaining - page.bodies.length;
  if (last < page.seq && remaining > 0) {
    addPull(turn, conn, { ...pull, from: last + 1, remaining });
    return;
  }
  if (follower !== undefined) {
    // Also where the client asked from beyond the end: what comes next is what the store gives next.
    follower.next = page.seq + 1;
    follower.isLive = true;
  }
  tellEnd(turn, pull, page);
}

/** Says up to where the entries that were asked for are kept no more, and where the chain goes on from. */
function tellGone(turn: Turn, pull: FeedPull, { gone }: StoredPage): void {
  if (gone === undefined || pull.from > gone.seq) return;
  const { id: logId, ticket } = pull;
  // Without the feed, whose signed head is that of its end.
  const log = { logId, feed: undefined };
  const { seq, head, signature } = signHead(turn.env, log, gone);
  tell(turn, ticket.conn, { type: "head", logId, seq, head, signature });
}

/** Says that the end is reached. */
function tellEnd(turn: Turn, pull: FeedPull, { seq, head }: StoredPage): void {
  const { ticket, id } = pull;
  if (head === undefined) {
    answer(turn, ticket, { type: "inbox-caught-up", inboxId: id, seq });
    return;
  }
  const log = { logId: id, feed: turn.state.feeds.get(pull.key) };
  const { signature } = signHead(turn.env, log, { seq, head });
  answer(turn, ticket, { type: "caught-up", logId: id, seq, head, signature });
}

function hasBodies(result: StoreResult): boolean {
  if (result.t === "entries") return result.entries.length > 0;
  if (result.t === "messages") return result.messages.length > 0;
  return result.t === "part";
}

function requestFor(pull: Pull, maxBytes: number): StoreRequest {
  if (pull.t === "part") {
    return { t: "get-part", blobId: pull.blobId, index: pull.index };
  }
  const { kind, id, from: fromSeq, remaining } = pull;
  const most = Math.min(remaining, PAGE_ENTRIES);
  return kind === "log"
    ? { t: "read", logId: id, fromSeq, maxEntries: most, maxBytes }
    : { t: "read-inbox", inboxId: id, fromSeq, maxMessages: most, maxBytes };
}
