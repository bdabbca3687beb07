// The one place where events meet the core: in order, one at a time, and what the core asks for is done
// before the next one (docs/spec/relay.md, "The core"). Nothing is decided here.

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
import { count, countBatch, sizeLabelOf, type Tally } from "./tally.ts";

/** Where frames go. */
export interface Outlet {
  send(to: ConnectionId, frame: Uint8Array): void;
  close(connection: ConnectionId, code: CloseCode): void;
  drain(connection: ConnectionId): void;
  /** The store is about to do something for this connection. */
  charge(connection: ConnectionId): void;
  /** Absent where the relay wakes nobody. */
  wake?(endpoints: readonly string[]): void;
}

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
  answers: StoreAnswer[];
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
}

function carryOut(loop: RelayLoop, effect: RelayEffect): void {
  const { outlet } = loop;
  switch (effect.t) {
    case "send":
      for (const to of effect.to) outlet.send(to, effect.frame);
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
    case "wake":
      outlet.wake?.(effect.endpoints);
      return;
    case "store":
      for (const one of askersOf(loop.state, effect.tag)) outlet.charge(one);
      void runInStore(loop, effect);
      return;
  }
}

type StoreEffect = Extract<RelayEffect, { readonly t: "store" }>;

async function runInStore(loop: RelayLoop, effect: StoreEffect): Promise<void> {
  loop.inStore += 1;
  const answer = await answerOf(loop.store, effect);
  loop.answers.push(answer);
  // All that one transaction answered is one event: what it holds of a log is signed and sent once.
  if (loop.answers.length === 1) queueMicrotask(() => reportAnswers(loop));
}

async function answerOf(
  store: LogStore,
  { tag, requests }: StoreEffect,
): Promise<StoreAnswer> {
  try {
    return { tag, results: await store.run(requests) };
  } catch {
    // Nothing of it was done, and the core tells whoever asked.
    return { tag, results: requests.map(() => ({ t: "failed" })) };
  }
}

function reportAnswers(loop: RelayLoop): void {
  const { answers } = loop;
  loop.answers = [];
  loop.inStore -= answers.length;
  countBatch(
    loop.tally,
    answers.reduce((sum, { results }) => sum + results.length, 0),
  );
  tellLoop(loop, { t: "stored", answers });
  if (loop.inStore > 0) return;
  for (const resolve of loop.onSettled) resolve();
  loop.onSettled = [];
}
