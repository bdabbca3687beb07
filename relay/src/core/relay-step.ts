// The relay as one function (docs/spec/relay.md, "The core"): an event in, effects out. No socket, no disk, no clock;
// what it computes with comes in `env`.

import { assertInvariant } from "@halqa/bytes";
import type {
  ConnectionId,
  RelayEffect,
  RelayEnv,
  RelayEvent,
  StoreAnswer,
} from "./event.ts";
import { deliverDue, deliverWhatMay, goOn } from "./due.ts";
import { takeInbox, takeSender, takeSent } from "./inboxes.ts";
import { takeAppended, takeLog } from "./logs.ts";
import { askForPages, drained, takePull } from "./pages.ts";
import { dropDevice, dropOldDevices } from "./devices.ts";
import { wakeDevices } from "./push.ts";
import { receiveFrame, run } from "./receive.ts";
import {
  createConnection,
  type RelayState,
  type Waiting,
} from "./relay-state.ts";
import { returnFromStore } from "./store-queue.ts";
import type { StoreResult } from "./store.ts";
import { beginSweep, endSweep, takeSwept } from "./sweep.ts";
import {
  answerPlainly,
  close,
  createTurn,
  finishTurn,
  forget,
  type Turn,
} from "./turn.ts";

export interface RelayStep {
  readonly state: RelayState;
  readonly effects: readonly RelayEffect[];
}

/**
 * The relay's answer to one event. `state` is used up: only the one that comes back may be used again. Equal states,
 * events and environments give equal effects.
 */
export function relayStep(
  state: RelayState,
  event: RelayEvent,
  env: RelayEnv,
): RelayStep {
  const turn = createTurn(state, env);
  dispatch(turn, event);
  askForPages(turn);
  return { state, effects: finishTurn(turn) };
}

function dispatch(turn: Turn, event: RelayEvent): void {
  if ("conn" in event) return dispatchToConnection(turn, event);
  const { state } = turn;
  switch (event.t) {
    case "tick":
      state.day = event.day;
      dropOldDevices(state);
      beginSweep(state);
      return;
    case "wake":
      wakeDevices(turn);
      return;
    case "push-gone":
      dropDevice(state, event.endpoint);
      return;
    case "ending":
      endSweep(state);
      return;
    case "deliver":
      deliverDue(turn);
      return;
    case "again":
      goOn(turn);
      return;
    case "stored":
      takeAnswers(turn, event.answers);
  }
}

function begin({ connections }: RelayState, conn: ConnectionId): void {
  assertInvariant(
    !connections.has(conn),
    "every connection has a number of its own",
  );
  connections.set(conn, createConnection(conn));
}

type ConnectionEvent = Extract<RelayEvent, { readonly conn: ConnectionId }>;

// Events may come after the core has closed the connection: they are of something that is no more.
function dispatchToConnection(turn: Turn, event: ConnectionEvent): void {
  if (event.t === "connected") return begin(turn.state, event.conn);
  const conn = turn.state.connections.get(event.conn);
  if (conn === undefined) return;
  switch (event.t) {
    case "frame":
      return receiveFrame(turn, conn, event.bytes);
    case "closed":
      return forget(turn, conn);
    case "drained":
      return drained(turn, conn);
    case "hello-due":
      if (conn.challenge === undefined) close(turn, conn, "late");
  }
}

function takeAnswers(turn: Turn, answers: readonly StoreAnswer[]): void {
  for (const answer of answers) takeAnswer(turn, answer);
  deliverWhatMay(turn);
}

function takeAnswer(turn: Turn, { tag, results }: StoreAnswer): void {
  const waiting = turn.state.waiting.get(tag);
  assertInvariant(waiting !== undefined, "the store answers what it was asked");
  assertInvariant(
    waiting.length === results.length,
    "the store answers each request",
  );
  turn.state.waiting.delete(tag);
  for (let i = 0; i < results.length; i++) {
    takeResult(turn, waiting[i]!, results[i]!);
    if (turn.resumed.length === 0) continue;
    for (const deferred of turn.resumed.splice(0)) run(turn, deferred);
  }
}

function takeResult(turn: Turn, waiting: Waiting, result: StoreResult): void {
  returnFromStore(turn.state, waiting);
  switch (waiting.t) {
    case "plain":
      return answerPlainly(turn, waiting.ticket, result);
    case "open-log":
      return takeLog(turn, waiting, result);
    case "append":
      return takeAppended(turn, waiting, result);
    case "open-inbox":
      return takeInbox(turn, waiting, result);
    case "find-sender":
      return takeSender(turn, waiting, result);
    case "inbox-send":
      return takeSent(turn, waiting, result);
    case "pull":
      return takePull(turn, waiting, result);
    case "touch":
      return;
    case "sweep":
      return takeSwept(turn.state, result);
  }
}
