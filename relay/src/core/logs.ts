// Logs (docs/spec/relay.md, "Logs"): made and opened by proof of their keys, appended to by whoever proved the write
// key. The relay learns that a holder of the key wrote, never which.

import {
  entryIdOf,
  firstChainHead,
  LOG_END,
  logIdOf,
  MAX_OPEN_LOGS,
  type Append,
  type CreateLog,
  type OpenLog,
  type Read,
  type Subscribe,
  type Unsubscribe,
} from "@halqa/protocol";
import type { RelayEnv } from "./event.ts";
import { note } from "./due.ts";
import { follow, unfollow } from "./feeds.ts";
import { keyOf } from "./id-key.ts";
import { readOnce } from "./pages.ts";
import { beginOpening, endOpening } from "./openings.ts";
import { challengeOf, isAdmitted, isProven, signHead } from "./proof.ts";
import type { Proven, Ticket } from "./relay-state.ts";
import type { StoreResult } from "./store.ts";
import { touch } from "./touch.ts";
import { answer, ask, refusalFor, refuse, settle, type Turn } from "./turn.ts";

export function createLog(
  turn: Turn,
  ticket: Ticket,
  command: CreateLog,
): void {
  const { env, state } = turn;
  const { writePub, readPub, access: shown } = command;
  const id = logIdOf(env.sha256, writePub, readPub);
  const about = { id, challenge: challengeOf(ticket.conn) };
  if (!isAdmitted(env, { ...about, operation: "create-log", shown })) {
    return refuse(turn, ticket, "access");
  }
  const isWriter = isProven(env, {
    ...about,
    operation: "create-log/write",
    publicKey: writePub,
    signature: command.writeSignature,
  });
  const isReader = isProven(env, {
    ...about,
    operation: "create-log/read",
    publicKey: readPub,
    signature: command.readSignature,
  });
  if (!isWriter || !isReader) return refuse(turn, ticket, "unavailable");
  const head = firstChainHead(env.sha256, id, env.relayPub);
  const { day } = state;
  const maxLogs = env.quotas.logs;
  ask(
    turn,
    { t: "create-log", logId: id, writePub, readPub, head, day, maxLogs },
    { t: "plain", ticket },
  );
}

export function openLog(turn: Turn, ticket: Ticket, command: OpenLog): void {
  const { conn } = ticket;
  const key = keyOf(command.logId);
  beginOpening(conn, key);
  ask(
    turn,
    { t: "find-log", logId: command.logId },
    { t: "open-log", ticket, command },
  );
}

interface Opened {
  readonly ticket: Ticket;
  readonly command: OpenLog;
}

/** Checks the proofs of an `open-log` against what the store found, which may be nothing. */
export function takeLog(turn: Turn, opened: Opened, result: StoreResult): void {
  const { ticket, command } = opened;
  const { conn } = ticket;
  const key = keyOf(command.logId);
  endOpening(turn, conn, key);
  if (conn.isClosed) return settle(turn.state, ticket);
  if (result.t === "failed") return refuse(turn, ticket, "storage");
  if (!areKeysProven(turn.env, opened, result)) {
    return refuse(turn, ticket, "unavailable");
  }
  const logs = conn.logs ?? new Map<string, Proven>();
  const before = logs.get(key);
  if (before === undefined) {
    if (logs.size >= MAX_OPEN_LOGS) return refuse(turn, ticket, "limit");
    touch(turn, conn, { t: "touch-log", id: command.logId });
    conn.logs = logs;
  }
  // The key of the feed, if there is one: one text for all who have the log open.
  const shared = turn.state.feeds.get(key)?.key ?? key;
  logs.set(shared, provenBy(command, before));
  answer(turn, ticket, { type: "ok" });
}

/** What the signatures of this command add to what was proven before. */
function provenBy(
  { readSignature, writeSignature }: OpenLog,
  before: Proven | undefined,
): Proven {
  return {
    canRead: readSignature !== undefined || before?.canRead === true,
    canWrite: writeSignature !== undefined || before?.canWrite === true,
  };
}

/** Whether every signature is of the log's key. Without a log the same is computed, and the answer is no. */
function areKeysProven(
  env: RelayEnv,
  { ticket, command }: Opened,
  result: StoreResult,
): boolean {
  const { logId: id, readSignature, writeSignature } = command;
  const log = result.t === "log" ? result : undefined;
  const about = { id, challenge: challengeOf(ticket.conn) };
  const proven: boolean[] = [];
  if (readSignature !== undefined) {
    const operation = "open-log/read";
    const [publicKey, signature] = [log?.readPub, readSignature];
    proven.push(isProven(env, { ...about, operation, publicKey, signature }));
  }
  if (writeSignature !== undefined) {
    const operation = "open-log/write";
    const [publicKey, signature] = [log?.writePub, writeSignature];
    proven.push(isProven(env, { ...about, operation, publicKey, signature }));
  }
  return proven.length > 0 && !proven.includes(false);
}

export function append(turn: Turn, ticket: Ticket, command: Append): void {
  const { env, state } = turn;
  const { logId, expectedHead, body } = command;
  if (ticket.conn.logs?.get(keyOf(logId))?.canWrite !== true) {
    return refuse(turn, ticket, "unavailable");
  }
  const entryId = entryIdOf(env.sha256, body);
  const { day } = state;
  ask(
    turn,
    { t: "append", logId, entryId, body, expectedHead, day, maxSeq: LOG_END },
    { t: "append", ticket, command },
  );
}

/** Answers an `append` that is durable, and has it delivered. */
export function takeAppended(
  turn: Turn,
  appended: { readonly ticket: Ticket; readonly command: Append },
  result: StoreResult,
): void {
  const { ticket, command } = appended;
  if (result.t !== "appended") {
    return refuse(turn, ticket, refusalFor(result));
  }
  const { logId, body } = command;
  const { seq, head } = result;
  const key = keyOf(logId);
  // Also where the writer is gone: the others read it.
  if (result.isNew) note(turn, key, { seq, body, head });
  if (ticket.conn.isClosed) return settle(turn.state, ticket);
  const feed = turn.state.feeds.get(key);
  const { signature } = signHead(turn.env, { logId, feed }, { seq, head });
  answer(turn, ticket, { type: "appended", seq, head, signature });
}

export function read(turn: Turn, ticket: Ticket, command: Read): void {
  const { logId, fromSeq: from, limit } = command;
  if (!canRead(ticket, logId)) return refuse(turn, ticket, "unavailable");
  readOnce(turn, ticket, { logId, from, limit });
}

export function subscribe(
  turn: Turn,
  ticket: Ticket,
  command: Subscribe,
): void {
  const { logId: id, fromSeq: from } = command;
  if (!canRead(ticket, id)) return refuse(turn, ticket, "unavailable");
  follow(turn, ticket, { kind: "log", id, from });
}

export function unsubscribe(
  turn: Turn,
  ticket: Ticket,
  command: Unsubscribe,
): void {
  unfollow(turn, ticket.conn, keyOf(command.logId));
  answer(turn, ticket, { type: "ok" });
}

function canRead({ conn }: Ticket, logId: Uint8Array): boolean {
  return conn.logs?.get(keyOf(logId))?.canRead === true;
}
