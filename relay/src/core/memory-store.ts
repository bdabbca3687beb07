// A store in memory: the reference that every other store agrees with, for tests and simulated worlds. It keeps the
// bytes it is handed, as they are: frames are copied when they are decoded.

import { encodeHex, equalBytes } from "@halqa/bytes";
import { nextChainHead, type ChainHead, type Hash } from "@halqa/protocol";
import {
  deleteMessage,
  type MemoryContents,
  type MemoryEntry,
  type MemoryInbox,
  type MemoryLog,
} from "./memory-contents.ts";
import { sweepMemory } from "./memory-sweep.ts";
import type {
  AppendRequest,
  CreateBlobRequest,
  CreateInboxRequest,
  CreateLogRequest,
  LogStore,
  PutPartRequest,
  ReadInboxRequest,
  ReadRequest,
  SendRequest,
  SetMemberKeyRequest,
  StoredBody,
  StoreRequest,
  StoreResult,
  TouchRequest,
} from "./store.ts";

const DONE: StoreResult = { t: "done" };
const ABSENT: StoreResult = { t: "absent" };
const QUOTA: StoreResult = { t: "refused", why: "quota" };

/** A store that can also answer at once: it never waits for anything. */
export interface MemoryStore extends LogStore {
  readonly runNow: (
    requests: readonly StoreRequest[],
  ) => readonly StoreResult[];
}

/** An empty store; `hash` is SHA-256. */
export function createMemoryStore(hash: Hash): MemoryStore {
  const contents: MemoryContents = {
    hash,
    logs: new Map(),
    inboxes: new Map(),
    inboxBySendId: new Map(),
    blobs: new Map(),
    partCount: 0,
  };
  const runNow: MemoryStore["runNow"] = (requests) =>
    requests.map((request) => runRequest(contents, request));
  return { runNow, run: (requests) => Promise.resolve(runNow(requests)) };
}

/** Declared as a method, so that the runner of one request stands where one of any request is asked for. */
type Runner<R extends StoreRequest> = {
  run(contents: MemoryContents, request: R): StoreResult;
}["run"];

type Runners = {
  readonly [T in StoreRequest["t"]]: Runner<
    Extract<StoreRequest, { readonly t: T }>
  >;
};

const runners: Runners = {
  "create-log": createLog,
  "find-log": findLog,
  "touch-log": touchLog,
  append,
  read: readLog,
  "create-inbox": createInbox,
  "find-inbox": findInbox,
  "touch-inbox": touchInbox,
  "set-member-key": setMemberKey,
  "find-sender": findSender,
  send,
  "read-inbox": readInbox,
  ack: acknowledge,
  "create-blob": createBlob,
  "put-part": putPart,
  "get-part": getPart,
  sweep: sweepMemory,
};

function runRequest(
  contents: MemoryContents,
  request: StoreRequest,
): StoreResult {
  const run: Runner<StoreRequest> = runners[request.t];
  return run(contents, request);
}

function createLog(
  { logs }: MemoryContents,
  { logId, writePub, readPub, head, day, maxLogs }: CreateLogRequest,
): StoreResult {
  const key = encodeHex(logId);
  const known = logs.get(key);
  if (known !== undefined) return touch(known, day);
  if (logs.size >= maxLogs) return QUOTA;
  const entries: MemoryEntry[] = [];
  const gone = { seq: 0, head };
  const seqById = new Map<string, number>();
  logs.set(key, { writePub, readPub, gone, entries, seqById, day });
  return DONE;
}

/** What is there is kept from this day on, never from an earlier one. */
function touch(kept: { day: number } | undefined, day: number): StoreResult {
  if (kept === undefined) return ABSENT;
  kept.day = Math.max(kept.day, day);
  return DONE;
}

function touchLog(
  { logs }: MemoryContents,
  { id, day }: TouchRequest,
): StoreResult {
  return touch(logs.get(encodeHex(id)), day);
}

function touchInbox(
  { inboxes }: MemoryContents,
  { id, day }: TouchRequest,
): StoreResult {
  return touch(inboxes.get(encodeHex(id)), day);
}

function findLog(
  { logs }: MemoryContents,
  { logId }: { readonly logId: Uint8Array },
): StoreResult {
  const log = logs.get(encodeHex(logId));
  if (log === undefined) return ABSENT;
  return { t: "log", writePub: log.writePub, readPub: log.readPub };
}

function append(
  { hash, logs }: MemoryContents,
  { logId, entryId, body, expectedHead, day, maxSeq }: AppendRequest,
): StoreResult {
  const log = logs.get(encodeHex(logId));
  if (log === undefined) return ABSENT;
  const id = encodeHex(entryId);
  const known = log.seqById.get(id);
  if (known !== undefined) {
    return { t: "appended", ...headAt(log, known), isNew: false };
  }
  const last = lastHead(log);
  if (expectedHead !== undefined && expectedHead !== last.seq) {
    return { t: "refused", why: "head-moved" };
  }
  if (last.seq >= maxSeq) return { t: "refused", why: "log-full" };
  const { seq, head } = nextChainHead(hash, last, entryId);
  log.entries.push({ seq, body, id, head, day });
  log.seqById.set(id, seq);
  touch(log, day);
  return { t: "appended", seq, head, isNew: true };
}

function headAt(log: MemoryLog, seq: number): ChainHead {
  const { head } = log.entries[seq - log.gone.seq - 1] ?? log.gone;
  return { seq, head };
}

function lastHead(log: MemoryLog): ChainHead {
  return headAt(log, log.gone.seq + log.entries.length);
}

function readLog(
  { logs }: MemoryContents,
  { logId, fromSeq, maxEntries, maxBytes }: ReadRequest,
): StoreResult {
  const log = logs.get(encodeHex(logId));
  if (log === undefined) return ABSENT;
  const { gone } = log;
  const start = Math.max(0, fromSeq - gone.seq - 1);
  const from = log.entries.slice(start, start + maxEntries);
  const entries = takePage(from, maxEntries, maxBytes);
  return { t: "entries", entries, ...lastHead(log), gone };
}

function createInbox(
  contents: MemoryContents,
  { inboxId, ownerPub, sendId, day, maxInboxes }: CreateInboxRequest,
): StoreResult {
  const { inboxes, inboxBySendId } = contents;
  const [key, sendKey] = [encodeHex(inboxId), encodeHex(sendId)];
  const known = inboxes.get(key);
  if (known !== undefined) {
    return known.sendId === sendKey ? touch(known, day) : ABSENT;
  }
  if (inboxBySendId.has(sendKey)) return ABSENT;
  if (inboxes.size >= maxInboxes) return QUOTA;
  const inbox: MemoryInbox = {
    inboxId,
    ownerPub,
    sendId: sendKey,
    memberPubs: [],
    messages: new Map(),
    seqById: new Map(),
    lastSeq: 0,
    day,
  };
  inboxes.set(key, inbox);
  inboxBySendId.set(sendKey, inbox);
  return DONE;
}

function setMemberKey(
  { inboxes }: MemoryContents,
  { inboxId, memberPub }: SetMemberKeyRequest,
): StoreResult {
  const inbox = inboxes.get(encodeHex(inboxId));
  if (inbox === undefined) return ABSENT;
  const [current] = inbox.memberPubs;
  if (current === undefined) inbox.memberPubs = [memberPub];
  else if (!equalBytes(current, memberPub)) {
    inbox.memberPubs = [memberPub, current];
  }
  return DONE;
}

function findSender(
  { inboxBySendId }: MemoryContents,
  { sendId }: { readonly sendId: Uint8Array },
): StoreResult {
  const inbox = inboxBySendId.get(encodeHex(sendId));
  if (inbox === undefined) return ABSENT;
  return { t: "sender", memberPubs: inbox.memberPubs };
}

function send(
  { inboxBySendId }: MemoryContents,
  { sendId, messageId, body, sender, day, maxMessages }: SendRequest,
): StoreResult {
  const inbox = inboxBySendId.get(encodeHex(sendId));
  if (inbox === undefined) return ABSENT;
  const { inboxId, messages, seqById } = inbox;
  const key = encodeHex(messageId);
  const known = seqById.get(key);
  if (known !== undefined) {
    return { t: "sent", inboxId, seq: known, isNew: false };
  }
  const beside = [...messages.values()].filter(
    (message) => message.sender === sender,
  );
  if (beside.length >= maxMessages) return QUOTA;
  inbox.lastSeq += 1;
  const seq = inbox.lastSeq;
  messages.set(seq, { seq, body, id: key, sender, day });
  seqById.set(key, seq);
  return { t: "sent", inboxId, seq, isNew: true };
}

function findInbox(
  { inboxes }: MemoryContents,
  { inboxId }: { readonly inboxId: Uint8Array },
): StoreResult {
  const inbox = inboxes.get(encodeHex(inboxId));
  if (inbox === undefined) return ABSENT;
  return { t: "inbox", ownerPub: inbox.ownerPub };
}

function readInbox(
  { inboxes }: MemoryContents,
  request: ReadInboxRequest,
): StoreResult {
  const inbox = inboxes.get(encodeHex(request.inboxId));
  if (inbox === undefined) return ABSENT;
  const from = [...inbox.messages.values()].filter(
    ({ seq }) => seq >= request.fromSeq,
  );
  const messages = takePage(from, request.maxMessages, request.maxBytes);
  return { t: "messages", messages, seq: inbox.lastSeq };
}

function acknowledge(
  { inboxes }: MemoryContents,
  { inboxId, seq }: { readonly inboxId: Uint8Array; readonly seq: number },
): StoreResult {
  const inbox = inboxes.get(encodeHex(inboxId));
  if (inbox === undefined) return ABSENT;
  deleteMessage(inbox, seq);
  return DONE;
}

function createBlob(
  contents: MemoryContents,
  { blobId, partHashes, day, maxParts }: CreateBlobRequest,
): StoreResult {
  const { blobs } = contents;
  const key = encodeHex(blobId);
  const known = blobs.get(key);
  if (known !== undefined) return touch(known, day);
  if (contents.partCount + partHashes.length > maxParts) return QUOTA;
  contents.partCount += partHashes.length;
  blobs.set(key, { partHashes, parts: new Map(), day });
  return DONE;
}

function putPart(
  { blobs }: MemoryContents,
  { blobId, index, partHash, bytes }: PutPartRequest,
): StoreResult {
  const blob = blobs.get(encodeHex(blobId));
  const wanted = blob?.partHashes[index];
  if (blob === undefined || wanted === undefined) return ABSENT;
  if (!equalBytes(wanted, partHash)) return ABSENT;
  if (!blob.parts.has(index)) blob.parts.set(index, bytes);
  return DONE;
}

function getPart(
  { blobs }: MemoryContents,
  request: { readonly blobId: Uint8Array; readonly index: number },
): StoreResult {
  const blob = blobs.get(encodeHex(request.blobId));
  const bytes = blob?.parts.get(request.index);
  return bytes === undefined ? ABSENT : { t: "part", bytes };
}

/** As many as fit both bounds; one at least unless none is wanted. */
function takePage(
  bodies: readonly StoredBody[],
  maxCount: number,
  maxBytes: number,
): readonly StoredBody[] {
  const page: StoredBody[] = [];
  let bytes = 0;
  for (const { seq, body } of bodies) {
    if (page.length >= maxCount) break;
    if (page.length > 0 && bytes + body.length > maxBytes) break;
    page.push({ seq, body });
    bytes += body.length;
  }
  return page;
}
