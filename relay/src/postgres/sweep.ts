/**
 * Deletes what is too old, a little at a time (docs/spec/postgres.md, "What is over"). Days go in their order, and within a
 * day the entries of each log in theirs, so that what is left of a log is always its end.
 */

import type { StoreResult } from "../core/index.ts";
import type { RequestOf } from "./request-of.ts";
import { daysOf, tableOf } from "./partitions.ts";
import { numberOf, type Row, type Session } from "./session.ts";
import { takeFromTotal } from "./totals.ts";

/** Rows that this sweep may still delete. */
interface Budget {
  rows: number;
}

export async function sweep(
  session: Session,
  request: RequestOf<"sweep">,
): Promise<StoreResult> {
  const budget: Budget = { rows: request.maxRows };
  await sweepEntries(session, request.entriesBefore, budget);
  await sweepLogs(session, request.logsBefore, budget);
  await sweepMessages(session, request, budget);
  await sweepInboxes(session, request.inboxesBefore, budget);
  await sweepBlobs(session, request, budget);
  return { t: "swept", isDone: budget.rows > 0 };
}

/** Days whose tables are empty and over; they are dropped outside of any transaction that others wait for. */
export async function dropEmptyDays(
  session: Session,
  before: number,
): Promise<void> {
  for (const day of await daysOf(session)) {
    if (day >= before) return;
    const table = tableOf(day);
    await session.query("BEGIN");
    try {
      // Whoever appends holds the parent: to wait for long would hold up everybody behind us.
      await session.query("SET LOCAL lock_timeout = '200ms'");
      await session.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
      const [left] = await session.query(
        `SELECT 1 AS one FROM ${table} LIMIT 1`,
      );
      if (left === undefined) await session.query(`DROP TABLE ${table}`);
      await session.query("COMMIT");
    } catch {
      // Locked by others, or dropped by another gateway: the next sweep comes.
      await session.query("ROLLBACK");
    }
  }
}

async function sweepEntries(
  session: Session,
  before: number,
  budget: Budget,
): Promise<void> {
  for (const day of await daysOf(session)) {
    if (day >= before || budget.rows <= 0) return;
    const table = tableOf(day);
    // The rows of the logs first, in the order in which appends lock them.
    await session.query(
      `SELECT 1 AS one FROM halqa_logs WHERE log_id IN (
         SELECT log_id FROM ${table} ORDER BY log_id, seq LIMIT $1) ORDER BY log_id FOR UPDATE`,
      [budget.rows],
    );
    const [counted] = await session.query(
      `WITH doomed AS (SELECT log_id, seq FROM ${table} ORDER BY log_id, seq LIMIT $1),
       deleted AS (
         DELETE FROM ${table} AS e USING doomed AS d
         WHERE e.log_id = d.log_id AND e.seq = d.seq
         RETURNING e.log_id, e.seq, e.entry_id, e.head),
       ids AS (
         DELETE FROM halqa_entry_ids AS k USING deleted AS d
         WHERE k.log_id = d.log_id AND k.entry_id = d.entry_id AND k.seq = d.seq),
       last AS (
         SELECT DISTINCT ON (log_id) log_id, seq, head FROM deleted ORDER BY log_id, seq DESC),
       moved AS (
         UPDATE halqa_logs AS l SET gone_seq = last.seq, gone_head = last.head
         FROM last WHERE l.log_id = last.log_id)
       SELECT count(*)::float8 AS n FROM deleted`,
      [budget.rows],
    );
    budget.rows -= countOf(counted);
  }
}

async function sweepLogs(
  session: Session,
  before: number,
  budget: Budget,
): Promise<void> {
  const logs = await session.query(
    "SELECT log_id FROM halqa_logs WHERE day < $1 ORDER BY log_id LIMIT $2 FOR UPDATE",
    [before, Math.max(0, budget.rows)],
  );
  for (const { log_id: id } of logs) {
    if (budget.rows <= 0) return;
    const [counted] = await session.query(
      `WITH doomed AS (
         SELECT seq, day, entry_id, head FROM halqa_entries WHERE log_id = $1 ORDER BY seq LIMIT $2),
       deleted AS (
         DELETE FROM halqa_entries AS e USING doomed AS d
         WHERE e.log_id = $1 AND e.seq = d.seq AND e.day = d.day),
       ids AS (
         DELETE FROM halqa_entry_ids AS k USING doomed AS d
         WHERE k.log_id = $1 AND k.entry_id = d.entry_id),
       moved AS (
         UPDATE halqa_logs SET gone_seq = last.seq, gone_head = last.head
         FROM (SELECT seq, head FROM doomed ORDER BY seq DESC LIMIT 1) AS last WHERE log_id = $1)
       SELECT count(*)::float8 AS n FROM doomed`,
      [id, budget.rows],
    );
    budget.rows -= countOf(counted);
    if (budget.rows <= 0) return;
    await session.query("DELETE FROM halqa_logs WHERE log_id = $1", [id]);
    await takeFromTotal(session, "logs", 1);
    budget.rows -= 1;
  }
}

async function sweepMessages(
  session: Session,
  { messagesBefore, inboxesBefore }: RequestOf<"sweep">,
  budget: Budget,
): Promise<void> {
  if (budget.rows <= 0) return;
  const [counted] = await session.query(
    `WITH doomed AS (
       SELECT m.inbox_id, m.seq FROM halqa_messages AS m
       JOIN halqa_inboxes AS i USING (inbox_id)
       WHERE m.day < $1 OR i.day < $2 LIMIT $3),
     deleted AS (
       DELETE FROM halqa_messages AS m USING doomed AS d
       WHERE m.inbox_id = d.inbox_id AND m.seq = d.seq RETURNING 1)
     SELECT count(*)::float8 AS n FROM deleted`,
    [messagesBefore, inboxesBefore, budget.rows],
  );
  budget.rows -= countOf(counted);
}

async function sweepInboxes(
  session: Session,
  before: number,
  budget: Budget,
): Promise<void> {
  if (budget.rows <= 0) return;
  const [counted] = await session.query(
    `WITH doomed AS (
       SELECT inbox_id FROM halqa_inboxes AS i WHERE day < $1
       AND NOT EXISTS (SELECT 1 FROM halqa_messages AS m WHERE m.inbox_id = i.inbox_id)
       LIMIT $2 FOR UPDATE),
     deleted AS (
       DELETE FROM halqa_inboxes AS i USING doomed AS d WHERE i.inbox_id = d.inbox_id RETURNING 1)
     SELECT count(*)::float8 AS n FROM deleted`,
    [before, budget.rows],
  );
  const n = countOf(counted);
  if (n > 0) await takeFromTotal(session, "inboxes", n);
  budget.rows -= n;
}

async function sweepBlobs(
  session: Session,
  { blobsBefore, unfinishedBefore }: RequestOf<"sweep">,
  budget: Budget,
): Promise<void> {
  if (budget.rows <= 0) return;
  const [counted] = await session.query(
    `WITH doomed AS (
       SELECT blob_id FROM halqa_blobs
       WHERE day < $1 OR (day < $2 AND false = ANY (present)) LIMIT $3 FOR UPDATE),
     deleted AS (
       DELETE FROM halqa_blobs AS b USING doomed AS d WHERE b.blob_id = d.blob_id
       RETURNING b.place, cardinality(b.present) AS parts),
     dropped AS (
       INSERT INTO halqa_dropped_parts
       SELECT encode(place, 'hex') || '-' || i FROM deleted, generate_series(0, parts - 1) AS i)
     SELECT count(*)::float8 AS n, coalesce(sum(parts), 0)::float8 AS parts FROM deleted`,
    [blobsBefore, unfinishedBefore, budget.rows],
  );
  const n = countOf(counted);
  if (n > 0)
    await takeFromTotal(session, "parts", numberOf(counted?.["parts"]));
  budget.rows -= n;
}

function countOf(row: Row | undefined): number {
  return numberOf(row?.["n"]);
}
