/**
 * The tables (docs/spec/postgres.md). What is looked up by an id stands under that id, and no column counts up over the
 * whole store: a row says nothing of when it came but its day.
 */

import type { Session } from "./session.ts";

/** Raised with every change of the tables; steps stand in `steps`. */
export const LAYOUT = 1;

const first: readonly string[] = [
  `CREATE TABLE halqa_record (
     is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
     layout int NOT NULL,
     relay_pub bytea NOT NULL)`,
  // How many there are: counting rows takes as long as there are rows.
  `CREATE TABLE halqa_totals (name text PRIMARY KEY, n bigint NOT NULL)`,
  `INSERT INTO halqa_totals VALUES ('logs', 0), ('inboxes', 0), ('parts', 0)`,
  `CREATE TABLE halqa_logs (
     log_id bytea PRIMARY KEY,
     write_pub bytea NOT NULL,
     read_pub bytea NOT NULL,
     day int NOT NULL,
     seq bigint NOT NULL,
     head bytea NOT NULL,
     entry_day int NOT NULL,
     gone_seq bigint NOT NULL,
     gone_head bytea NOT NULL) WITH (fillfactor = 60)`,
  `CREATE INDEX ON halqa_logs (day)`,
  `CREATE TABLE halqa_entries (
     day int NOT NULL,
     log_id bytea NOT NULL,
     seq bigint NOT NULL,
     entry_id bytea NOT NULL,
     head bytea NOT NULL,
     body bytea NOT NULL,
     PRIMARY KEY (log_id, seq, day)) PARTITION BY LIST (day)`,
  // Bodies are ciphertext: trying to compress them costs time and saves nothing.
  `ALTER TABLE halqa_entries ALTER COLUMN body SET STORAGE EXTERNAL`,
  // Outside of the partitions, so that one look says whether an entry is known.
  `CREATE TABLE halqa_entry_ids (
     log_id bytea NOT NULL,
     entry_id bytea NOT NULL,
     seq bigint NOT NULL,
     head bytea NOT NULL,
     PRIMARY KEY (log_id, entry_id))`,
  `CREATE TABLE halqa_inboxes (
     inbox_id bytea PRIMARY KEY,
     owner_pub bytea NOT NULL,
     send_id bytea NOT NULL UNIQUE,
     member_pub bytea,
     former_pub bytea,
     day int NOT NULL,
     seq bigint NOT NULL)`,
  `CREATE INDEX ON halqa_inboxes (day)`,
  `CREATE TABLE halqa_messages (
     inbox_id bytea NOT NULL REFERENCES halqa_inboxes ON DELETE CASCADE,
     seq bigint NOT NULL,
     message_id bytea NOT NULL,
     is_member boolean NOT NULL,
     day int NOT NULL,
     body bytea NOT NULL,
     PRIMARY KEY (inbox_id, seq),
     UNIQUE (inbox_id, message_id))`,
  `CREATE INDEX ON halqa_messages (day)`,
  `CREATE TABLE halqa_blobs (
     blob_id bytea PRIMARY KEY,
     place bytea NOT NULL,
     part_hashes bytea NOT NULL,
     present boolean[] NOT NULL,
     day int NOT NULL)`,
  `CREATE INDEX ON halqa_blobs (day)`,
  // Parts whose blob is gone, until the place of the parts has let go of them.
  `CREATE TABLE halqa_dropped_parts (name text PRIMARY KEY)`,
];

const steps: readonly (readonly string[])[] = [first];

export type LayoutFault =
  | { readonly kind: "newer-layout"; readonly layout: number }
  | { readonly kind: "other-relay" };

/**
 * Brings the tables of a database to this layout, whoever else does the same at the same time. A database belongs to one
 * relay key: gateways of another one are refused.
 */
export async function migrate(
  session: Session,
  relayPub: Buffer,
): Promise<LayoutFault | undefined> {
  await session.query("BEGIN");
  try {
    // One at a time; the lock goes with the transaction. The number is this project's name in ASCII.
    await session.query("SELECT pg_advisory_xact_lock(448345170273)");
    const fault = await bringUp(session, relayPub);
    await session.query(fault === undefined ? "COMMIT" : "ROLLBACK");
    return fault;
  } catch (error) {
    await session.query("ROLLBACK");
    throw error;
  }
}

async function bringUp(
  session: Session,
  relayPub: Buffer,
): Promise<LayoutFault | undefined> {
  const [there] = await session.query(
    "SELECT to_regclass('halqa_record') IS NOT NULL AS is_there",
  );
  let layout = 0;
  if (there?.["is_there"] === true) {
    const [record] = await session.query(
      "SELECT layout, relay_pub FROM halqa_record",
    );
    layout = Number(record?.["layout"] ?? 0);
    const known = record?.["relay_pub"];
    const isOurs = known instanceof Uint8Array && relayPub.equals(known);
    if (!isOurs) return { kind: "other-relay" };
  }
  if (layout > LAYOUT) return { kind: "newer-layout", layout };
  for (const statements of steps.slice(layout)) {
    for (const statement of statements) await session.query(statement);
  }
  await session.query(
    `INSERT INTO halqa_record (layout, relay_pub) VALUES ($1, $2)
     ON CONFLICT (is_only) DO UPDATE SET layout = excluded.layout`,
    [LAYOUT, relayPub],
  );
  return undefined;
}
