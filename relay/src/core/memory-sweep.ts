// The sweep of the store in memory: what it deletes is what every store deletes, in an order of its own.

import {
  deleteMessage,
  type MemoryBlob,
  type MemoryContents,
  type MemoryInbox,
  type MemoryLog,
} from "./memory-contents.ts";
import type { StoreResult, SweepRequest } from "./store.ts";

/** Rows that this sweep may still delete. */
interface Budget {
  rows: number;
}

/** Deletes what is too old, up to a number of rows. */
export function sweepMemory(
  contents: MemoryContents,
  request: SweepRequest,
): StoreResult {
  const budget: Budget = { rows: request.maxRows };
  sweepLogs(contents, request, budget);
  sweepInboxes(contents, request, budget);
  sweepBlobs(contents, request, budget);
  return { t: "swept", isDone: budget.rows > 0 };
}

function sweepLogs(
  { logs }: MemoryContents,
  { entriesBefore, logsBefore }: SweepRequest,
  budget: Budget,
): void {
  for (const [key, log] of logs) {
    const isOld = log.day < logsBefore;
    sweepEntries(log, isOld ? Infinity : entriesBefore, budget);
    if (isOld && log.entries.length === 0 && takeRow(budget)) logs.delete(key);
  }
}

function sweepInboxes(
  { inboxes, inboxBySendId }: MemoryContents,
  { inboxesBefore, messagesBefore }: SweepRequest,
  budget: Budget,
): void {
  for (const [key, inbox] of inboxes) {
    const isOld = inbox.day < inboxesBefore;
    sweepMessages(inbox, isOld ? Infinity : messagesBefore, budget);
    if (!isOld || inbox.messages.size > 0 || !takeRow(budget)) continue;
    inboxes.delete(key);
    inboxBySendId.delete(inbox.sendId);
  }
}

function sweepBlobs(
  contents: MemoryContents,
  request: SweepRequest,
  budget: Budget,
): void {
  for (const [key, blob] of contents.blobs) {
    if (isKept(blob, request) || !takeRow(budget)) continue;
    contents.blobs.delete(key);
    contents.partCount -= blob.partHashes.length;
  }
}

function sweepEntries(log: MemoryLog, before: number, budget: Budget): void {
  for (;;) {
    const oldest = log.entries[0];
    if (oldest === undefined || oldest.day >= before) return;
    if (!takeRow(budget)) return;
    log.entries.shift();
    log.seqById.delete(oldest.id);
    log.gone = { seq: oldest.seq, head: oldest.head };
  }
}

function sweepMessages(
  inbox: MemoryInbox,
  before: number,
  budget: Budget,
): void {
  for (const { seq, day } of inbox.messages.values()) {
    if (day < before && takeRow(budget)) deleteMessage(inbox, seq);
  }
}

function isKept(blob: MemoryBlob, request: SweepRequest): boolean {
  const isWhole = blob.parts.size === blob.partHashes.length;
  const before = isWhole ? request.blobsBefore : request.unfinishedBefore;
  return blob.day >= Math.max(before, request.blobsBefore);
}

/** Whether one more row may go. */
function takeRow(budget: Budget): boolean {
  if (budget.rows <= 0) return false;
  budget.rows -= 1;
  return true;
}
