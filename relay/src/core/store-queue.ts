// What waits for the store (docs/spec/relay.md, RL-49). Each connection has a queue of its own, and the store is given one
// request of each in turn, so that whoever floods waits behind nobody but itself. Only so much is given to the store at a
// time: what it has, it carries out in the order in which it came.

import { MAX_STORE_BYTES, MAX_STORE_REQUESTS } from "./relay-limits.ts";
import type { Asked, Connection, RelayState, Waiting } from "./relay-state.ts";

/** Puts a request at the end of the queue of its connection. */
export function enqueue(
  state: RelayState,
  conn: Connection,
  asked: Asked,
): void {
  (conn.queue ??= []).push(asked);
  state.turns.add(conn);
  if ("ticket" in asked.waiting) state.load.requests += 1;
}

/** Takes what the store may be given now: one request of each connection, then the next of each. */
export function takeTurns(state: RelayState): readonly Asked[] {
  const taken: Asked[] = [];
  // A set gives what was put into it again last.
  for (const conn of state.turns) {
    if (!hasRoom(state)) break;
    state.turns.delete(conn);
    const asked = conn.queue?.shift();
    if (conn.queue?.length === 0) conn.queue = undefined;
    if (conn.queue !== undefined) state.turns.add(conn);
    if (asked === undefined) continue;
    giveToStore(state, asked.waiting);
    taken.push(asked);
  }
  return taken;
}

function hasRoom({ inStore }: RelayState): boolean {
  return (
    inStore.requests < MAX_STORE_REQUESTS && inStore.bytes < MAX_STORE_BYTES
  );
}

function giveToStore({ inStore }: RelayState, waiting: Waiting): void {
  inStore.requests += 1;
  if (!("ticket" in waiting)) return;
  inStore.bytes += waiting.ticket.bytes;
  waiting.ticket.isInStore = true;
}

/** The store has answered: what the request was for may still wait for something else. */
export function returnFromStore(state: RelayState, waiting: Waiting): void {
  state.inStore.requests -= 1;
  if (!("ticket" in waiting)) return;
  const { ticket } = waiting;
  ticket.isInStore = false;
  state.inStore.bytes -= ticket.bytes;
  state.load.requests -= 1;
}

/** Forgets what a connection that is gone has not got to. */
export function dropQueue(state: RelayState, conn: Connection): void {
  state.turns.delete(conn);
  for (const asked of conn.queue ?? []) dropAsked(state, asked);
  conn.queue = undefined;
}

/** A request that was taken out of its queue weighs no more. */
export function dropAsked(state: RelayState, { waiting }: Asked): void {
  if ("ticket" in waiting) state.load.requests -= 1;
}
