// One step of the core while it runs: what it has to say to whom, and what it asks of the store, gathered until the
// event is dealt with and then turned into effects in one order: answers, deliveries, drains, closings, the store.

import { assertInvariant } from "@halqa/bytes";
import {
  packFrames,
  type CloseCode,
  type RefusalCode,
  type RelayCommand,
} from "@halqa/protocol";
import type { RelayEffect, RelayEnv } from "./event.ts";
import { endFollower } from "./followers.ts";
import { leaveDevice } from "./devices.ts";
import type {
  Connection,
  Deferred,
  RelayState,
  Ticket,
  Waiting,
} from "./relay-state.ts";
import { MAX_STORE_RUN } from "./relay-limits.ts";
import { dropQueue, enqueue, takeTurns } from "./store-queue.ts";
import type { StoreRequest, StoreResult } from "./store.ts";
import { takeSweep } from "./sweep.ts";

export interface Turn {
  readonly state: RelayState;
  readonly env: RelayEnv;
  /** What each connection is told, in order. */
  readonly outbox: Map<Connection, RelayCommand[]>;
  /** Commands whose proof has been decided in this turn. */
  readonly resumed: Deferred[];
  /** Connections that may be ready for their next page. */
  readonly stirred: Set<Connection>;
  readonly sends: RelayEffect[];
  readonly drains: RelayEffect[];
  readonly agains: RelayEffect[];
  readonly wakes: RelayEffect[];
  readonly closings: RelayEffect[];
}

/** An answer whose request is named by the ticket. */
export type Answer<C extends RelayCommand = RelayCommand> = C extends {
  readonly request: number;
}
  ? Omit<C, "request">
  : never;

export function createTurn(state: RelayState, env: RelayEnv): Turn {
  return {
    state,
    env,
    outbox: new Map(),
    resumed: [],
    stirred: new Set(),
    sends: [],
    drains: [],
    agains: [],
    wakes: [],
    closings: [],
  };
}

/** Tells a connection something, after what it is told already. */
export function tell(
  turn: Turn,
  conn: Connection,
  command: RelayCommand,
): void {
  if (conn.isClosed) return;
  const commands = turn.outbox.get(conn);
  if (commands === undefined) turn.outbox.set(conn, [command]);
  else commands.push(command);
}

/** Gives a request its one answer. */
export function answer(turn: Turn, ticket: Ticket, command: Answer): void {
  assertInvariant(!ticket.isSettled, "a request has one answer");
  settle(turn.state, ticket);
  tell(turn, ticket.conn, { ...command, request: ticket.request });
}

/** Answers a request with a refusal. */
export function refuse(turn: Turn, ticket: Ticket, code: RefusalCode): void {
  const { refusals } = turn.state;
  refusals.set(code, (refusals.get(code) ?? 0) + 1);
  answer(turn, ticket, { type: "error", code });
}

/** Asks the store for whoever waits with this ticket; `waiting` says what the result is for. */
export function ask(
  turn: Turn,
  request: StoreRequest,
  waiting: Extract<Waiting, { readonly ticket: Ticket }>,
): void {
  enqueue(turn.state, waiting.ticket.conn, { request, waiting });
}

/** The answer to a request that wants to know only whether it was done. */
export function answerPlainly(
  turn: Turn,
  ticket: Ticket,
  result: StoreResult,
): void {
  if (result.t === "done" || result.t === "sent") {
    answer(turn, ticket, { type: "ok" });
  } else {
    refuse(turn, ticket, refusalFor(result));
  }
}

/** What a client is told of a result that gives it nothing. */
export function refusalFor(result: StoreResult): RefusalCode {
  if (result.t === "absent") return "unavailable";
  if (result.t === "refused") return result.why;
  assertInvariant(result.t === "failed", "the store answers what it is asked");
  return "storage";
}

/** A request of a connection begins to count. */
export function createTicket(
  state: RelayState,
  conn: Connection,
  { request, bytes }: { readonly request: number; readonly bytes: number },
): Ticket {
  const ticket: Ticket = {
    conn,
    request,
    bytes,
    isInStore: false,
    isSettled: false,
  };
  (conn.tickets ??= new Set()).add(ticket);
  conn.load.requests += 1;
  conn.load.bytes += bytes;
  state.load.bytes += bytes;
  return ticket;
}

/** A request ceases to count. */
export function settle(state: RelayState, ticket: Ticket): void {
  if (ticket.isSettled) return;
  const { conn, bytes } = ticket;
  ticket.isSettled = true;
  conn.tickets?.delete(ticket);
  if (conn.tickets?.size === 0) conn.tickets = undefined;
  conn.load.requests -= 1;
  conn.load.bytes -= bytes;
  state.load.bytes -= bytes;
}

/** Forgets a connection and what it follows and waits for. What the store has of it is still stored. */
export function forget(turn: Turn, conn: Connection): void {
  const { state } = turn;
  conn.isClosed = true;
  state.connections.delete(conn.id);
  turn.outbox.delete(conn);
  // A set or map may lose what a loop over it has just come to.
  for (const follower of conn.following?.values() ?? []) {
    endFollower(state, follower);
  }
  conn.opening = undefined;
  dropQueue(state, conn);
  leaveDevice(state, conn);
  // A request that the store has goes on weighing until the store answers: otherwise connecting, sending and leaving
  // would fill the store's queue without bound.
  for (const ticket of conn.tickets ?? []) {
    if (!ticket.isInStore) settle(state, ticket);
  }
}

/** Forgets a connection and has it ended; what it was told before is still sent. */
export function close(turn: Turn, conn: Connection, code: CloseCode): void {
  flushConnection(turn, conn);
  forget(turn, conn);
  turn.closings.push({ t: "close", conn: conn.id, code });
}

/** Turns what was gathered into effects. */
export function finishTurn(turn: Turn): readonly RelayEffect[] {
  const { state, outbox } = turn;
  const deliveries = turn.sends.splice(0);
  for (const conn of outbox.keys()) flushConnection(turn, conn);
  const effects = [
    ...turn.sends,
    ...deliveries,
    ...turn.drains,
    ...turn.closings,
    ...turn.agains,
    ...turn.wakes,
  ];
  const asked = [...takeTurns(state), ...takeSweep(state)];
  for (let at = 0; at < asked.length; at += MAX_STORE_RUN) {
    const run = asked.slice(at, at + MAX_STORE_RUN);
    const tag = state.nextTag;
    state.nextTag += 1;
    state.waiting.set(
      tag,
      run.map((each) => each.waiting),
    );
    const requests = run.map((each) => each.request);
    effects.push({ t: "store", tag, requests });
  }
  return effects;
}

function flushConnection(turn: Turn, conn: Connection): void {
  const commands = turn.outbox.get(conn);
  if (commands === undefined) return;
  turn.outbox.delete(conn);
  for (const frame of packFrames(commands)) {
    turn.sends.push({ t: "send", to: [conn.id], frame });
  }
}
