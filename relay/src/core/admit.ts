// Whether one more request may wait (docs/spec/relay.md, RL-18, RL-19, RL-50). What all connections together leave
// unanswered is bounded. Where it comes to that, the newest request of the heaviest gives way to a lighter one: otherwise
// whoever floods first would shut out everyone who comes later.

import { MAX_PENDING_BYTES, MAX_PENDING_REQUESTS } from "@halqa/protocol";
import {
  MAX_LOOKED_AT,
  MAX_TOTAL_BYTES,
  MAX_TOTAL_REQUESTS,
} from "./relay-limits.ts";
import type { Asked, Connection, RelayState, Ticket } from "./relay-state.ts";
import { dropAsked } from "./store-queue.ts";
import { refuse, type Turn } from "./turn.ts";

/** Whether a connection may leave one more request unanswered, which holds so many bytes of a body. */
export function admits(turn: Turn, conn: Connection, bytes: number): boolean {
  const { load } = conn;
  const isWithinOwn =
    load.requests < MAX_PENDING_REQUESTS &&
    load.bytes + bytes <= MAX_PENDING_BYTES;
  if (!isWithinOwn) return false;
  for (;;) {
    const measure = overfull(turn.state, bytes);
    if (measure === undefined) return true;
    const own = load[measure] + (measure === "bytes" ? bytes : 1);
    const heaviest = heaviestOf(turn.state, measure);
    if (heaviest === undefined || heaviest.load[measure] <= own) return false;
    if (!giveWay(turn, heaviest)) return false;
  }
}

type Measure = "requests" | "bytes";

/** What there would be too much of with this request. */
function overfull({ load }: RelayState, bytes: number): Measure | undefined {
  if (load.bytes + bytes > MAX_TOTAL_BYTES) return "bytes";
  return load.requests >= MAX_TOTAL_REQUESTS ? "requests" : undefined;
}

/** The connection that holds most, of those whose turn comes next. */
function heaviestOf(
  { turns }: RelayState,
  measure: Measure,
): Connection | undefined {
  let heaviest: Connection | undefined;
  let looked = 0;
  for (const conn of turns) {
    if (conn.load[measure] > (heaviest?.load[measure] ?? 0)) heaviest = conn;
    looked += 1;
    if (looked === MAX_LOOKED_AT) break;
  }
  return heaviest;
}

/** Refuses the newest request of a connection that the store has not got to yet. */
function giveWay(turn: Turn, { queue = [] }: Connection): boolean {
  const at = queue.findLastIndex((asked) => ticketToDrop(asked) !== undefined);
  const asked = queue[at];
  const ticket = asked && ticketToDrop(asked);
  if (asked === undefined || ticket === undefined) return false;
  queue.splice(at, 1);
  dropAsked(turn.state, asked);
  refuse(turn, ticket, "busy");
  return true;
}

/** Of a request that nothing else on its connection waits for. */
function ticketToDrop({ waiting }: Asked): Ticket | undefined {
  switch (waiting.t) {
    case "plain":
    case "append":
    case "inbox-send":
      return waiting.ticket;
    case "open-log":
    case "open-inbox":
    case "find-sender":
    case "pull":
    case "touch":
    case "sweep":
      return undefined;
  }
}
