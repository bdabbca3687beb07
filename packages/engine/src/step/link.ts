/**
 * The connection to a relay (docs/spec/engine.md, EN-20 to EN-28): hello, a welcome that the pinned key signed, the table
 * of requests that wait for their answers, and patience. A lost connection loses nothing: whoever asked begins again from
 * what is stored.
 */
import { equalBytes } from "@halqa/bytes";
import { ed25519Verify } from "@halqa/crypto";
import {
  MAX_PENDING_BYTES,
  MAX_PENDING_REQUESTS,
  packFrames,
  welcomeToSign,
} from "@halqa/protocol";
import type { ClientCommand, Welcome } from "@halqa/protocol";
import {
  ANSWER_MS,
  FIRST_RETRY_MS,
  LAST_RETRY_MS,
  QUIET_MS,
  WATCH_MS,
} from "./limits.ts";
import type { Link, LinkPhase, PendingRequest, RequestOwner } from "./state.ts";
import { emit, takeNumber, update, withEntry } from "./turn.ts";
import type { Turn } from "./turn.ts";

/** A request before it has its number. */
type WithoutRequest<C> = C extends ClientCommand ? Omit<C, "request"> : never;
export type NewRequest = WithoutRequest<ClientCommand>;

const NONCE_LENGTH = 32;

export function setLink(turn: Turn, link: Link): void {
  update(turn, { links: withEntry(turn.state.links, link.key, link) });
}

export function linkOfConn(turn: Turn, conn: number): Link | undefined {
  for (const link of turn.state.links.values()) {
    if (connOf(link.phase) === conn) return link;
  }
  return undefined;
}

export function connOf(phase: LinkPhase): number | undefined {
  return phase.phase === "resting" ? undefined : phase.conn;
}

export function startConnecting(turn: Turn, link: Link): void {
  const conn = takeNumber(turn);
  // The wait for an answer begins now: counted from the last connection, a slow network would never get through again.
  const heardAt = turn.env.now;
  setLink(turn, { ...link, phase: { phase: "connecting", conn }, heardAt });
  emit(turn, { type: "connect", conn, url: link.url });
  emit(turn, { type: "timer", id: watchTimer(link), afterMs: WATCH_MS });
}

export function greet(turn: Turn, link: Link, conn: number): void {
  const nonce = turn.env.random(NONCE_LENGTH);
  setLink(turn, {
    ...link,
    phase: { phase: "greeting", conn, nonce },
    heardAt: turn.env.now,
  });
  request(
    turn,
    { link: link.key, owner: { for: "hello" } },
    { type: "hello", nonce },
  );
}

/**
 * EN-21: only the pinned key makes a connection ready, and proofs are signed for no other. Whoever answers for the relay
 * without its key gets nothing but a nonce.
 */
export function hearWelcome(turn: Turn, link: Link, welcome: Welcome): void {
  if (link.phase.phase !== "greeting") return;
  const { conn, nonce } = link.phase;
  const { relayPub, challenge, signature } = welcome;
  const isPinned =
    equalBytes(relayPub, link.relayPub) &&
    ed25519Verify(
      relayPub,
      welcomeToSign(relayPub, nonce, challenge),
      signature,
    );
  if (!isPinned) {
    hangUp(turn, { ...link, isRefused: true });
    return;
  }
  setLink(turn, {
    ...link,
    phase: { phase: "ready", conn, challenge },
    isRefused: false,
  });
}

/** Ends the connection from our side and waits for the next try. */
export function hangUp(turn: Turn, link: Link): void {
  const conn = connOf(link.phase);
  if (conn !== undefined) emit(turn, { type: "disconnect", conn });
  rest(turn, link);
}

/** The connection is gone: all that was asked on it is forgotten, and a jittered timer tries again (EN-22). */
export function rest(turn: Turn, link: Link): void {
  setLink(turn, {
    ...link,
    phase: { phase: "resting" },
    failures: link.failures + 1,
    requests: new Map(),
    pendingBytes: 0,
    out: [],
  });
  emit(turn, { type: "cancel-timer", id: watchTimer(link) });
  emit(turn, {
    type: "timer",
    id: retryTimer(link),
    afterMs: retryDelay(turn, link.failures),
  });
}

/** No circle needs the relay any more. */
export function dropLink(turn: Turn, link: Link): void {
  const conn = connOf(link.phase);
  if (conn !== undefined) emit(turn, { type: "disconnect", conn });
  emit(turn, { type: "cancel-timer", id: watchTimer(link) });
  emit(turn, { type: "cancel-timer", id: retryTimer(link) });
  update(turn, { links: withEntry(turn.state.links, link.key, undefined) });
}

/** Whether a request with a body of so many bytes may be sent now; if not, whoever asks comes back later. */
export function hasRoom(link: Link | undefined, bytes = 0): link is Link {
  return (
    link?.phase.phase === "ready" &&
    // Two are kept free, so that neither a ping nor an acknowledgement has to wait for bodies.
    link.requests.size < MAX_PENDING_REQUESTS - 2 &&
    link.pendingBytes + bytes <= MAX_PENDING_BYTES
  );
}

/** Sends a request with the next number; its answer comes to `owner`. */
export function request(
  turn: Turn,
  to: { readonly link: string; readonly owner: RequestOwner },
  command: NewRequest,
): void {
  const { owner } = to;
  const link = turn.state.links.get(to.link);
  if (link === undefined) return;
  const number = link.nextRequest;
  const bytes = bytesOf(command);
  const pending: PendingRequest = { owner, bytes, sentAt: turn.env.now };
  setLink(turn, {
    ...link,
    nextRequest: number + 1,
    requests: withEntry(link.requests, number, pending),
    pendingBytes: link.pendingBytes + bytes,
    out: [...link.out, { ...command, request: number }],
  });
}

/** The owner of an answer, whose request is done with it; undefined for one that nobody waits for. */
export function takeRequest(
  turn: Turn,
  link: Link,
  number: number,
): RequestOwner | undefined {
  const pending = link.requests.get(number);
  if (pending === undefined) return undefined;
  setLink(turn, {
    ...link,
    requests: withEntry(link.requests, number, undefined),
    pendingBytes: link.pendingBytes - pending.bytes,
  });
  return pending.owner;
}

/** What was asked for during this step leaves as frames. */
export function flushLinks(turn: Turn): void {
  for (const link of turn.state.links.values()) {
    const conn = connOf(link.phase);
    if (link.out.length === 0 || conn === undefined) continue;
    for (const frame of packFrames(link.out)) {
      emit(turn, { type: "send", conn, frame });
    }
    setLink(turn, { ...link, out: [] });
  }
}

/** EN-23: an unanswered request or a silent relay ends the connection, whatever else still comes in. */
export function watchLink(turn: Turn, known: Link): void {
  const { now } = turn.env;
  if (known.phase.phase === "resting") return;
  const link = afterClockWentBack(known, now);
  if (link !== known) setLink(turn, link);
  const oldest = Math.min(
    ...[...link.requests.values()].map(({ sentAt }) => sentAt),
    link.phase.phase === "ready" ? now : link.heardAt,
  );
  if (now - oldest >= ANSWER_MS) {
    hangUp(turn, link);
    return;
  }
  emit(turn, { type: "timer", id: watchTimer(link), afterMs: WATCH_MS });
  if (link.phase.phase !== "ready") return;
  // EN-22: a welcome is no proof that it lasts; a relay that ends every connection would be tried each second for ever.
  if (link.failures > 0) setLink(turn, { ...link, failures: 0 });
  if (link.requests.size > 0) return;
  if (now - link.heardAt >= QUIET_MS)
    request(turn, { link: link.key, owner: { for: "ping" } }, { type: "ping" });
}

/** Where the clock was set back, the waits begin again: they would last until it is as late as it was. */
function afterClockWentBack(link: Link, now: number): Link {
  const requests = [...link.requests];
  const isAhead =
    link.heardAt > now || requests.some(([, { sentAt }]) => sentAt > now);
  if (!isAhead) return link;
  return {
    ...link,
    heardAt: Math.min(link.heardAt, now),
    requests: new Map(
      requests.map(([number, pending]) => [
        number,
        { ...pending, sentAt: Math.min(pending.sentAt, now) },
      ]),
    ),
  };
}

function bytesOf(command: NewRequest): number {
  if ("body" in command) return command.body.length;
  return "bytes" in command ? command.bytes.length : 0;
}

/** Between half and the whole of a wait that doubles: those who lost a relay together do not come back together. */
function retryDelay(turn: Turn, failures: number): number {
  const wait = Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS);
  const [high = 0, low = 0] = turn.env.random(2);
  return Math.round(wait / 2 + (wait / 2) * ((high * 256 + low) / 65_536));
}

export function retryTimer({ key }: Link): string {
  return `retry ${key}`;
}

export function watchTimer({ key }: Link): string {
  return `watch ${key}`;
}
