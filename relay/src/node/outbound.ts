// What is on its way to the connections (docs/spec/relay-node.md, RN-8, RN-9): frames given in one turn
// of the event loop leave in one write, and a connection that does not read is cut rather than buffered
// for.

import type { Duplex } from "node:stream";
import { beginSlice } from "./time-slice.ts";

export interface OutboundLimits {
  /** Bytes that one connection may leave unread before it is cut. */
  readonly unreadBytes: number;
  /** Bytes that all connections together may leave unread; beyond it the one with most is cut. */
  readonly unreadBytesInAll: number;
  /** At most so many bytes are left when a connection counts as drained. */
  readonly drainedBytes: number;
}

/** One connection's line of frames. */
export interface Outbound {
  readonly id: number;
  readonly socket: Duplex;
  /** Bytes given and not yet taken over by the operating system. */
  unread: number;
  /** Absent where nothing waits, as on most connections most of the time. */
  waiting: Uint8Array[] | undefined;
  /** Whether somebody waits for it to be drained. */
  isAwaited: boolean;
}

export interface OutboundListener {
  /** It left too much unread; the listener ends it. */
  cut(slow: Outbound): void;
  /** Little of what it was given is left. Said once for each time that it was asked. */
  drained(ready: Outbound): void;
}

export interface OutboundQueue {
  readonly limits: OutboundLimits;
  readonly listener: OutboundListener;
  readonly all: Set<Outbound>;
  readonly dirty: Set<Outbound>;
  unreadInAll: number;
  isScheduled: boolean;
}

// A write takes some microseconds: the clock is looked at after so many.
const WRITES_BETWEEN_LOOKS = 32;

export function createOutboundQueue(
  limits: OutboundLimits,
  listener: OutboundListener,
): OutboundQueue {
  return {
    limits,
    listener,
    all: new Set(),
    dirty: new Set(),
    unreadInAll: 0,
    isScheduled: false,
  };
}

export function addOutbound(
  queue: OutboundQueue,
  id: number,
  socket: Duplex,
): Outbound {
  const to: Outbound = {
    id,
    socket,
    unread: 0,
    waiting: undefined,
    isAwaited: false,
  };
  queue.all.add(to);
  return to;
}

/**
 * Puts the bytes of a frame in line (`wireBytesOf`); they leave in this turn of the event loop, together with what else is
 * given in it.
 */
export function pushWire(
  queue: OutboundQueue,
  to: Outbound,
  wire: Uint8Array,
): void {
  if (!queue.all.has(to)) return;
  (to.waiting ??= []).push(wire);
  to.unread += wire.length;
  queue.unreadInAll += wire.length;
  queue.dirty.add(to);
  const slow = slowestOverLimit(queue, to);
  if (slow !== undefined) queue.listener.cut(slow);
  scheduleWalk(queue);
}

/** Writes at once what waits for this connection, as before a goodbye. */
export function flushOutbound(queue: OutboundQueue, to: Outbound): void {
  queue.dirty.delete(to);
  const { socket, waiting = [] } = to;
  const last = waiting.pop();
  if (last === undefined) return;
  to.waiting = undefined;
  const bytes = waiting.reduce((sum, wire) => sum + wire.length, last.length);
  // Corked, so that all of it goes to the operating system in one call and without a copy.
  socket.cork();
  for (const wire of waiting) socket.write(wire);
  socket.write(last, () => release(queue, to, bytes));
  socket.uncork();
}

/** Asks to be told when little of what was given so far is left. */
export function awaitDrained(queue: OutboundQueue, to: Outbound): void {
  if (!queue.all.has(to)) return;
  to.isAwaited = true;
  reportDrained(queue, to);
}

/** Forgets a connection and all that waits for it. */
export function removeOutbound(queue: OutboundQueue, from: Outbound): void {
  if (!queue.all.delete(from)) return;
  queue.dirty.delete(from);
  queue.unreadInAll -= from.unread;
  from.waiting = undefined;
}

function scheduleWalk(queue: OutboundQueue): void {
  if (queue.isScheduled) return;
  queue.isScheduled = true;
  setImmediate(() => {
    queue.isScheduled = false;
    // Large rooms are walked in slices, so that reads and pings get their turn in between.
    const isOver = beginSlice();
    let count = 0;
    for (const to of queue.dirty) {
      count += 1;
      if (count % WRITES_BETWEEN_LOOKS === 0 && isOver()) {
        return scheduleWalk(queue);
      }
      flushOutbound(queue, to);
    }
  });
}

function release(queue: OutboundQueue, to: Outbound, bytes: number): void {
  if (!queue.all.has(to)) return;
  to.unread -= bytes;
  queue.unreadInAll -= bytes;
  reportDrained(queue, to);
}

function reportDrained(queue: OutboundQueue, to: Outbound): void {
  if (!to.isAwaited || to.unread > queue.limits.drainedBytes) return;
  to.isAwaited = false;
  queue.listener.drained(to);
}

function slowestOverLimit(
  queue: OutboundQueue,
  to: Outbound,
): Outbound | undefined {
  const { unreadBytes, unreadBytesInAll } = queue.limits;
  if (to.unread > unreadBytes) return to;
  if (queue.unreadInAll <= unreadBytesInAll) return undefined;
  return [...queue.all].reduce((most, one) =>
    one.unread > most.unread ? one : most,
  );
}
