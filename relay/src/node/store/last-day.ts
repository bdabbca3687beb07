// The day up to which the store was used, in the same transaction as what was done on it (docs/spec/relay-node.md, RN-31): a
// clock that is wrong at a start is told by it.

import type { DatabaseSync } from "node:sqlite";
import { numberIn } from "./row.ts";

export interface LastDay {
  /** Nothing before the first use. */
  readonly get: () => number | undefined;
  /** Something is done on this day. */
  readonly see: (day: number) => void;
  /** The transaction was taken back. */
  readonly takeBack: () => void;
}

export function prepareLastDay(db: DatabaseSync): LastDay {
  const read = db.prepare("SELECT count FROM totals WHERE kind = 'day'");
  const write = db.prepare(
    "INSERT INTO totals VALUES ('day', ?) ON CONFLICT DO UPDATE SET count = excluded.count",
  );
  const load = (): number | undefined => {
    const row = read.get();
    return row && numberIn(row, "count");
  };
  let last = load();
  return {
    get: () => last,
    see: (day) => {
      if (last !== undefined && day <= last) return;
      write.run(day);
      last = day;
    },
    takeBack: () => {
      last = load();
    },
  };
}
