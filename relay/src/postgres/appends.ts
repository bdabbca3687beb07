/**
 * Many appends at once (docs/spec/postgres.md). The rows of their logs are locked, in the order of their ids, so that two
 * gateways wait for each other and never in a circle; what becomes of each append is decided here, exactly as the store
 * in memory decides it; then all of it is written by three statements.
 */

import { encodeHex } from "@halqa/bytes";
import { nextChainHead, type Hash } from "@halqa/protocol";
import type { StoreResult } from "../core/index.ts";
import type { RequestOf } from "./request-of.ts";
import { ensureDay, type KnownDays } from "./partitions.ts";
import { bytesOf, joined, numberOf, type Session } from "./session.ts";

interface LogRow {
  seq: number;
  head: Uint8Array;
  /** The latest day of an entry so far: later entries are never of an earlier one. */
  entryDay: number;
  day: number;
  readonly goneSeq: number;
  isChanged: boolean;
}

interface NewEntry {
  readonly logId: Uint8Array;
  readonly entryId: Uint8Array;
  readonly body: Uint8Array;
  readonly seq: number;
  readonly head: Uint8Array;
  readonly day: number;
}

interface Known {
  readonly seq: number;
  readonly head: Uint8Array;
}

export interface AppendParts {
  readonly session: Session;
  readonly hash: Hash;
  readonly days: KnownDays;
}

/** What became of each append, in order. */
export async function runAppends(
  parts: AppendParts,
  requests: readonly RequestOf<"append">[],
): Promise<readonly StoreResult[]> {
  const { session, days } = parts;
  const logs = await lockLogs(session, requests);
  const known = await knownEntries(session, requests, logs);
  const added: NewEntry[] = [];
  const results = requests.map((request) =>
    decide({ hash: parts.hash, logs, known, added }, request),
  );
  if (added.length > 0) {
    for (const day of new Set(added.map((entry) => entry.day))) {
      await ensureDay(session, days, day);
    }
    await insert(session, added);
    await updateLogs(session, logs);
  }
  return results;
}

async function lockLogs(
  session: Session,
  requests: readonly RequestOf<"append">[],
): Promise<Map<string, LogRow>> {
  const ids = new Map(
    requests.map(({ logId }) => [encodeHex(logId), logId] as const),
  );
  const rows = await session.query(
    `SELECT log_id, seq::float8 AS seq, head, entry_day, day, gone_seq::float8 AS gone_seq
     FROM halqa_logs
     WHERE log_id = ANY (ARRAY(
       SELECT substring($1::bytea FROM 32 * i + 1 FOR 32) FROM generate_series(0, $2::int - 1) AS i))
     ORDER BY log_id FOR UPDATE`,
    [joined([...ids.values()]), ids.size],
  );
  return new Map(
    rows.map((row) => [
      encodeHex(bytesOf(row["log_id"])),
      {
        seq: numberOf(row["seq"]),
        head: bytesOf(row["head"]),
        entryDay: numberOf(row["entry_day"]),
        day: numberOf(row["day"]),
        goneSeq: numberOf(row["gone_seq"]),
        isChanged: false,
      },
    ]),
  );
}

async function knownEntries(
  session: Session,
  requests: readonly RequestOf<"append">[],
  logs: ReadonlyMap<string, LogRow>,
): Promise<Map<string, Known>> {
  const rows = await session.query(
    `SELECT k.log_id, k.entry_id, k.seq::float8 AS seq, k.head
     FROM generate_series(0, $3::int - 1) AS i
     JOIN halqa_entry_ids k
       ON k.log_id = substring($1::bytea FROM 32 * i + 1 FOR 32)
      AND k.entry_id = substring($2::bytea FROM 32 * i + 1 FOR 32)`,
    [
      joined(requests.map(({ logId }) => logId)),
      joined(requests.map(({ entryId }) => entryId)),
      requests.length,
    ],
  );
  const known = new Map<string, Known>();
  for (const row of rows) {
    const log = encodeHex(bytesOf(row["log_id"]));
    const seq = numberOf(row["seq"]);
    // What was swept is not known again.
    if (seq <= (logs.get(log)?.goneSeq ?? Infinity)) continue;
    const name = `${log} ${encodeHex(bytesOf(row["entry_id"]))}`;
    known.set(name, { seq, head: bytesOf(row["head"]) });
  }
  return known;
}

function decide(
  at: {
    readonly hash: Hash;
    readonly logs: ReadonlyMap<string, LogRow>;
    readonly known: Map<string, Known>;
    readonly added: NewEntry[];
  },
  request: RequestOf<"append">,
): StoreResult {
  const { logId, entryId, body, expectedHead, day, maxSeq } = request;
  const logKey = encodeHex(logId);
  const log = at.logs.get(logKey);
  if (log === undefined) return { t: "absent" };
  const name = `${logKey} ${encodeHex(entryId)}`;
  const known = at.known.get(name);
  if (known !== undefined) return { t: "appended", ...known, isNew: false };
  if (expectedHead !== undefined && expectedHead !== log.seq) {
    return { t: "refused", why: "head-moved" };
  }
  if (log.seq >= maxSeq) return { t: "refused", why: "log-full" };
  const { seq, head } = nextChainHead(at.hash, log, entryId);
  log.seq = seq;
  log.head = head;
  log.entryDay = Math.max(log.entryDay, day);
  log.day = Math.max(log.day, day);
  log.isChanged = true;
  at.known.set(name, { seq, head });
  at.added.push({ logId, entryId, body, seq, head, day: log.entryDay });
  return { t: "appended", seq, head, isNew: true };
}

async function insert(
  session: Session,
  added: readonly NewEntry[],
): Promise<void> {
  // By their ids, which are hashes: within a batch the order on the disk says nothing of who came first.
  const entries = added.toSorted((a, b) =>
    Buffer.compare(a.entryId, b.entryId),
  );
  let end = 0;
  const starts: number[] = [];
  for (const { body } of entries) {
    starts.push(end + 1);
    end += body.length;
  }
  await session.query(
    `WITH new AS (
       SELECT substring($1::bytea FROM 32 * n::int - 31 FOR 32) AS log_id,
              substring($2::bytea FROM 32 * n::int - 31 FOR 32) AS entry_id,
              substring($3::bytea FROM 32 * n::int - 31 FOR 32) AS head,
              substring($4::bytea FROM start FOR length) AS body,
              seq, day
       FROM unnest($5::int[], $6::int[], $7::bigint[], $8::int[])
         WITH ORDINALITY AS u(start, length, seq, day, n)),
     ids AS (
       INSERT INTO halqa_entry_ids SELECT log_id, entry_id, seq, head FROM new
       ON CONFLICT (log_id, entry_id) DO UPDATE SET seq = excluded.seq, head = excluded.head)
     INSERT INTO halqa_entries (day, log_id, seq, entry_id, head, body)
     SELECT day, log_id, seq, entry_id, head, body FROM new`,
    [
      joined(entries.map(({ logId }) => logId)),
      joined(entries.map(({ entryId }) => entryId)),
      joined(entries.map(({ head }) => head)),
      joined(entries.map(({ body }) => body)),
      starts,
      entries.map(({ body }) => body.length),
      entries.map(({ seq }) => seq),
      entries.map(({ day }) => day),
    ],
  );
}

async function updateLogs(
  session: Session,
  logs: ReadonlyMap<string, LogRow>,
): Promise<void> {
  const changed = [...logs].filter(([, log]) => log.isChanged);
  await session.query(
    `UPDATE halqa_logs AS l
     SET seq = u.seq, head = substring($2::bytea FROM 32 * n::int - 31 FOR 32),
         entry_day = u.entry_day, day = greatest(l.day, u.day)
     FROM unnest($3::bigint[], $4::int[], $5::int[])
       WITH ORDINALITY AS u(seq, entry_day, day, n)
     WHERE l.log_id = substring($1::bytea FROM 32 * n::int - 31 FOR 32)`,
    [
      Buffer.from(changed.map(([key]) => key).join(""), "hex"),
      joined(changed.map(([, { head }]) => head)),
      changed.map(([, { seq }]) => seq),
      changed.map(([, { entryDay }]) => entryDay),
      changed.map(([, { day }]) => day),
    ],
  );
}
