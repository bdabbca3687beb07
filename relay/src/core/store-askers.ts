// Who asked the store for what: so that one connection's writes and proofs can be counted against it (RN-62).

import type { ConnectionId } from "./event.ts";
import type { RelayState } from "./relay-state.ts";

/**
 * The connections whose requests a `store` effect with this tag carries, once for each request. Pages that are read are
 * not among them: a reader who does not read gets no further page, and so is slowed down by itself.
 */
export function askersOf(
  state: RelayState,
  tag: number,
): readonly ConnectionId[] {
  const askers: ConnectionId[] = [];
  for (const one of state.waiting.get(tag) ?? []) {
    // A page belongs to a connection, not to a request; what the relay asks for itself belongs to nobody.
    if ("ticket" in one) askers.push(one.ticket.conn.id);
  }
  return askers;
}
