// The one place where events meet the core: in order, one at a time, and what the core asks for is done
// before the next one (docs/spec/relay.md, "The core"). Nothing is decided here.

import { setImmediate as nextTurn } from "node:timers/promises";
import type { CloseCode } from "@halqa/protocol";
import {
  askersOf,
  createRelayState,
  relayStep,
  type ConnectionId,
  type LogStore,
  type RelayEffect,
  type RelayEnv,
  type RelayEvent,
  type RelayState,
  type StoreAnswer,
} from "../core/index.ts";
import { beginSlice } from "./time-slice.ts";
import { count, countBatch, sizeLabelOf, type Tally } from "./tally.ts";

/** Where frames go. */
export interface Outlet {
  send(to: readonly ConnectionId[], frame: Uint8Array): void;
  close(connection: ConnectionId, code: CloseCode): void;
  drain(connection: ConnectionId): void;
  /** The store is about to do something for this connection. */
  charge(connection: ConnectionId): void;
  /** Absent where the relay wakes nobody. */
  wake?(endpoints: readonly string[]): void;
}

// An answer to an `append` takes 30 microseconds, most of it for the signature of its head.
const RESULTS_AT_ONCE = 64;

export interface LoopParts {
  readonly env: RelayEnv;
  readonly store: LogStore;
  readonly outlet: Outlet;
  readonly tally: Tally;
  /** Milliseconds between two deliveries of what is new; without it, or for 0, it is delivered at once (RL-51). */
  readonly tickMs?: number | undefined;
}

export interface RelayLoop extends LoopParts {
  state: RelayState;
  /** Bounded by the core, which has only so many requests under way. */
  readonly events: RelayEvent[];
  isRunning: boolean;
  /** Requests that the store has not answered yet. */
  inStore: number;
  /** What it has answered and the core has not been told. */
  readonly answers: StoreAnswer[];
  isReporting: boolean;
  onSettled: (() => void)[];
  ticking?: NodeJS.Timeout;
}

export function createRelayLoop(parts: LoopParts, day: number): RelayLoop {
  const { env, tickMs = 0 } = parts;
  const loop: RelayLoop = {
    ...parts,
    env: { ...env, delivery: tickMs > 0 ? "on-tick" : "at-once" },
    state: createRelayState(day),
    events: [],
    isRunning: false,
    inStore: 0,
    answers: [],
    isReporting: false,
    onSettled: [],
  };
  if (tickMs > 0) {
    // At its own pace, whatever comes: a tick that an entry started would tell when it came.
    loop.ticking = setInterval(() => deliver(loop), tickMs);
  }
  return loop;
}

function deliver(loop: RelayLoop): void {
  tellLoop(loop, { t: "deliver" });
}

/** Hands an event to the core and does what it asks for; an event told meanwhile comes after that. */
export function tellLoop(loop: RelayLoop, event: RelayEvent): void {
  const { events } = loop;
  events.push(event);
  if (loop.isRunning) return;
  loop.isRunning = true;
  for (let next = events.shift(); next; next = events.shift()) {
    const step = relayStep(loop.state, next, loop.env);
    loop.state = step.state;
    for (const effect of step.effects) carryOut(loop, effect);
  }
  loop.isRunning = false;
}

/**
 * Ends the ticks, and resolves when the store has nothing left to do, its answers have been carried out and what is due
 * has been delivered.
 */
export async function settleLoop(loop: RelayLoop): Promise<void> {
  clearInterval(loop.ticking);
  tellLoop(loop, { t: "ending" });
  if (loop.inStore > 0) {
    await new Promise<void>((resolve) => {
      loop.onSettled.push(resolve);
    });
  }
  deliver(loop);
  while (loop.state.leaving.length > 0) await nextTurn();
}

function carryOut(loop: RelayLoop, effect: RelayEffect): void {
  const { outlet } = loop;
  switch (effect.t) {
    case "send":
      outlet.send(effect.to, effect.frame);
      count(loop.tally, "halqa_frames_sent_total", {
        label: sizeLabelOf(effect.frame.length),
        by: effect.to.length,
      });
      return;
    case "close":
      outlet.close(effect.conn, effect.code);
      return;
    case "drain":
      outlet.drain(effect.conn);
      return;
    case "again":
      setImmediate(() => tellLoop(loop, { t: "again" }));
      return;
    case "wake":
      outlet.wake?.(effect.endpoints);
      return;
    case "store":
      for (const one of askersOf(loop.state, effect.tag)) outlet.charge(one);
      runInStore(loop, effect);
      return;
  }
}

type StoreEffect = Extract<RelayEffect, { readonly t: "store" }>;

function runInStore(loop: RelayLoop, { tag, requests }: StoreEffect): void {
  loop.inStore += 1;
  loop.store.run(requests).then(
    (results) => takeAnswer(loop, { tag, results }),
    // Nothing of it was done, and the core tells whoever asked.
    () =>
      takeAnswer(loop, { tag, results: requests.map(() => ({ t: "failed" })) }),
  );
}

function takeAnswer(loop: RelayLoop, answer: StoreAnswer): void {
  loop.answers.push(answer);
  if (loop.isReporting) return;
  loop.isReporting = true;
  // What one transaction has answered comes together.
  queueMicrotask(() => reportAnswers(loop));
}

/** Tells the core what the store has answered, in its order, and no more at a time than others can wait for. */
function reportAnswers(loop: RelayLoop): void {
  const { answers } = loop;
  countBatch(
    loop.tally,
    answers.reduce((sum, { results }) => sum + results.length, 0),
  );
  const isOver = beginSlice();
  while (answers.length > 0) {
    if (isOver()) {
      setImmediate(() => reportAnswers(loop));
      return;
    }
    const some = takeSome(answers);
    loop.inStore -= some.length;
    tellLoop(loop, { t: "stored", answers: some });
  }
  loop.isReporting = false;
  if (loop.inStore > 0) return;
  for (const resolve of loop.onSettled) resolve();
  loop.onSettled = [];
}

/** Answers for one event: what they hold of a log is signed and sent once. */
function takeSome(answers: StoreAnswer[]): StoreAnswer[] {
  let results = 0;
  const after = answers.findIndex((answer) => {
    results += answer.results.length;
    return results >= RESULTS_AT_ONCE;
  });
  return answers.splice(0, after === -1 ? answers.length : after + 1);
}
