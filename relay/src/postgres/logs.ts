// Making, finding and reading logs (docs/spec/postgres.md).

import type { StoreResult } from "../core/index.ts";
import type { RequestOf } from "./request-of.ts";
import { takePage } from "./pages.ts";
import { buffer, bytesOf, numberOf, type Session } from "./session.ts";
import { addToTotal } from "./totals.ts";

const DONE: StoreResult = { t: "done" };
const ABSENT: StoreResult = { t: "absent" };

export async function createLog(
  session: Session,
  { logId, writePub, readPub, head, day, maxLogs }: RequestOf<"create-log">,
): Promise<StoreResult> {
  const id = buffer(logId);
  const touched = await session.query(
    "UPDATE halqa_logs SET day = greatest(day, $2) WHERE log_id = $1 RETURNING 1 AS one",
    [id, day],
  );
  if (touched.length > 0) return DONE;
  const added = await addToTotal(session, "logs", { by: 1, most: maxLogs });
  if (!added) return { t: "refused", why: "quota" };
  // Another gateway may have made it since; then this waits for that one, and the whole begins again.
  await session.query(
    `INSERT INTO halqa_logs (log_id, write_pub, read_pub, day, seq, head, entry_day, gone_seq, gone_head)
     VALUES ($1, $2, $3, $4, 0, $5, 0, 0, $5)`,
    [id, buffer(writePub), buffer(readPub), day, buffer(head)],
  );
  return DONE;
}

export async function findLog(
  session: Session,
  { logId }: { readonly logId: Uint8Array },
): Promise<StoreResult> {
  const [row] = await session.query(
    "SELECT write_pub, read_pub FROM halqa_logs WHERE log_id = $1",
    [buffer(logId)],
  );
  if (row === undefined) return ABSENT;
  const writePub = bytesOf(row["write_pub"]);
  return { t: "log", writePub, readPub: bytesOf(row["read_pub"]) };
}

export async function touchLog(
  session: Session,
  { id, day }: { readonly id: Uint8Array; readonly day: number },
): Promise<StoreResult> {
  const rows = await session.query(
    "UPDATE halqa_logs SET day = greatest(day, $2) WHERE log_id = $1 RETURNING 1 AS one",
    [buffer(id), day],
  );
  return rows.length > 0 ? DONE : ABSENT;
}

export async function readLog(
  session: Session,
  { logId, fromSeq, maxEntries, maxBytes }: RequestOf<"read">,
): Promise<StoreResult> {
  const id = buffer(logId);
  const [log] = await session.query(
    `SELECT seq::float8 AS seq, head, gone_seq::float8 AS gone_seq, gone_head
     FROM halqa_logs WHERE log_id = $1`,
    [id],
  );
  if (log === undefined) return ABSENT;
  const seq = numberOf(log["seq"]);
  const goneSeq = numberOf(log["gone_seq"]);
  const first = Math.max(fromSeq, goneSeq + 1);
  // Up to the head that is answered, so that an entry which came in between is not there without it.
  const last = Math.min(seq, first + maxEntries - 1);
  const entries =
    first > last
      ? []
      : await readBodies(session, { id, first, last, maxBytes });
  return {
    t: "entries",
    entries,
    seq,
    head: bytesOf(log["head"]),
    gone: { seq: goneSeq, head: bytesOf(log["gone_head"]) },
  };
}

async function readBodies(
  session: Session,
  wanted: {
    readonly id: Buffer;
    readonly first: number;
    readonly last: number;
    readonly maxBytes: number;
  },
) {
  const { id, first, last, maxBytes } = wanted;
  // The lengths first: a page of the largest bodies would be read many times over for the few that fit.
  const rows = await session.query(
    `SELECT seq::float8 AS seq, body FROM (
       SELECT seq, body, sum(octet_length(body)) OVER (ORDER BY seq) AS so_far
       FROM halqa_entries WHERE log_id = $1 AND seq BETWEEN $2 AND $3) AS e
     WHERE so_far <= $4 OR seq = $2 ORDER BY e.seq`,
    [id, first, last, maxBytes],
  );
  return takePage(
    rows.map((row) => ({
      seq: numberOf(row["seq"]),
      body: bytesOf(row["body"]),
    })),
    maxBytes,
  );
}
