// How many logs, inboxes and parts of blobs the store holds, in the same transaction as they.

import type { DatabaseSync } from "node:sqlite";
import { numberIn } from "./row.ts";

export interface Totals {
  readonly of: (kind: "logs" | "inboxes" | "parts") => number;
  readonly add: (kind: "logs" | "inboxes" | "parts", more: number) => void;
}

export function prepareTotals(db: DatabaseSync): Totals {
  const read = db.prepare("SELECT count FROM totals WHERE kind = ?");
  const add = db.prepare("UPDATE totals SET count = count + ? WHERE kind = ?");
  return {
    of: (kind) => numberIn(read.get(kind) ?? {}, "count"),
    add: (kind, more) => {
      add.run(more, kind);
    },
  };
}
