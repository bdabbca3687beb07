// Proofs that wait for what the store knows of a log or an inbox, and the commands on it that wait for the proof
// (docs/spec/relay.md, RL-16).

import type { Connection, Deferred } from "./relay-state.ts";
import type { Turn } from "./turn.ts";

/** From here on, commands on this log or inbox wait. */
export function beginOpening(conn: Connection, key: string): void {
  (conn.opening ??= new Map()).set(key, []);
}

/** Those that wait; absent where nothing is to be waited for. */
export function waitingFor(
  conn: Connection,
  key: string,
): Deferred[] | undefined {
  return conn.opening?.get(key);
}

/** The proof is decided: what waited for it is dealt with after this. */
export function endOpening(turn: Turn, conn: Connection, key: string): void {
  const waiting = conn.opening?.get(key);
  if (waiting === undefined) return;
  turn.resumed.push(...waiting);
  conn.opening?.delete(key);
  if (conn.opening?.size === 0) conn.opening = undefined;
}
