/**
 * The entries of a day stand in a table of their own (docs/spec/postgres.md), so that a day that is over is dropped as a
 * whole and leaves no holes for the disk to remember.
 */

import type { Row, Session } from "./session.ts";

/** Days whose tables this gateway has seen. */
export type KnownDays = Set<number>;

/** Makes the table of a day, whoever else does the same at the same time. */
export async function ensureDay(
  session: Session,
  known: KnownDays,
  day: number,
): Promise<void> {
  if (known.has(day)) return;
  await session.query("SELECT pg_advisory_xact_lock(448345170274)");
  await session.query(
    `CREATE TABLE IF NOT EXISTS ${tableOf(day)}
     PARTITION OF halqa_entries FOR VALUES IN (${day})`,
  );
}

/** Days that have a table, the earliest first. */
export async function daysOf(session: Session): Promise<readonly number[]> {
  const rows: readonly Row[] = await session.query(
    `SELECT substring(relname from 15)::int AS day FROM pg_class
     WHERE relispartition AND relkind = 'r' AND relname LIKE 'halqa\\_entries\\_%'
     ORDER BY 1`,
  );
  return rows.map(({ day }) => Number(day));
}

/** The name of a day's table; `day` is a whole number, so that nothing else can stand in the statement. */
export function tableOf(day: number): string {
  if (!Number.isSafeInteger(day) || day < 0) throw new RangeError("a day");
  return `halqa_entries_${day}`;
}
