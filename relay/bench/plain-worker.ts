// The thread of a plain layout: what a store does that writes each entry where it stays, in the order in which it came
// (append+index) or by log and sequence (without-rowid), with a write-ahead log that SQLite folds as it likes.

import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { assertInvariant } from "@halqa/bytes";
import { nextChainHead } from "@halqa/protocol";
import type { StoreRequest, StoreResult } from "../src/core/store.ts";
import { sha256 } from "../src/node/node-crypto.ts";
import { bytesIn, numberIn } from "../src/node/store/row.ts";
import { takeWaiting } from "../src/node/store/take-waiting.ts";
import type { ToStoreWorker } from "../src/node/store/worker-messages.ts";

interface PlainData {
  readonly file: string;
  readonly layout: "append+index" | "without-rowid";
}

const KEYS = {
  "append+index": ["UNIQUE (log_id, seq)", ""],
  "without-rowid": ["PRIMARY KEY (log_id, seq)", "WITHOUT ROWID,"],
} as const;

assertInvariant(parentPort !== null, "this is a thread");
// Written by the other side of this file, in the same process.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
serve(parentPort, workerData as PlainData);

function serve(port: MessagePort, { file, layout }: PlainData): void {
  const db = new DatabaseSync(file);
  const [key, kind] = KEYS[layout];
  db.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
    PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 16384;
    CREATE TABLE IF NOT EXISTS logs (log_id BLOB PRIMARY KEY, seq INTEGER NOT NULL, head BLOB NOT NULL) WITHOUT ROWID, STRICT;
    CREATE TABLE IF NOT EXISTS entries (log_id BLOB NOT NULL, seq INTEGER NOT NULL, entry_id BLOB NOT NULL, head BLOB NOT NULL,
      day INTEGER NOT NULL, body BLOB NOT NULL, ${key}) ${kind} STRICT;
    CREATE UNIQUE INDEX IF NOT EXISTS entry_by_id ON entries (log_id, entry_id);
  `);
  const run = prepareRun(db);
  port.on("message", (first: ToStoreWorker) => {
    const { runs, isLast } = takeWaiting(port, first);
    if (runs.length > 0) {
      db.exec("BEGIN");
      const outcomes = runs.map((requests) => requests.map(run));
      db.exec("COMMIT");
      port.postMessage(outcomes);
    }
    if (!isLast) return;
    db.close();
    port.close();
  });
}

function prepareRun(db: DatabaseSync): (request: StoreRequest) => StoreResult {
  const create = db.prepare("INSERT INTO logs VALUES (?, 0, ?)");
  const findLog = db.prepare("SELECT seq, head FROM logs WHERE log_id = ?");
  const findEntry = db.prepare(
    "SELECT seq FROM entries WHERE log_id = ? AND entry_id = ?",
  );
  const insert = db.prepare("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)");
  const advance = db.prepare(
    "UPDATE logs SET seq = ?, head = ? WHERE log_id = ?",
  );
  return (request) => {
    if (request.t === "create-log") {
      create.run(request.logId, request.head);
      return { t: "done" };
    }
    assertInvariant(request.t === "append", "nothing else is asked here");
    const { logId, entryId, day, body } = request;
    const log = findLog.get(logId) ?? {};
    assertInvariant(
      findEntry.get(logId, entryId) === undefined,
      "every entry is new",
    );
    const at = { seq: numberIn(log, "seq"), head: bytesIn(log, "head") };
    const { seq, head } = nextChainHead(sha256, at, entryId);
    insert.run(logId, seq, entryId, head, day, body);
    advance.run(seq, head, logId);
    return { t: "appended", seq, head, isNew: true };
  };
}
