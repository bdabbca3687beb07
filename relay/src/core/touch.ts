// What somebody has shown to hold a key of is kept from that day on (docs/spec/relay.md, "Lifetimes").

import type { Connection } from "./relay-state.ts";
import { enqueue } from "./store-queue.ts";
import type { TouchRequest } from "./store.ts";
import type { Turn } from "./turn.ts";

/** Has the day of a log or inbox noted. Nobody is told what becomes of it. */
export function touch(
  { state }: Turn,
  conn: Connection,
  kept: Pick<TouchRequest, "t" | "id">,
): void {
  const request = { ...kept, day: state.day };
  enqueue(state, conn, { request, waiting: { t: "touch" } });
}
