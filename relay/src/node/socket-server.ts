// The connections of clients (docs/spec/relay-node.md, RN-3 to RN-9): whole binary messages in, frames
// out, and nothing of who they come from. It knows no protocol: what a frame says is for the core.

import { performance } from "node:perf_hooks";
import type { Duplex } from "node:stream";
import { assertInvariant } from "@halqa/bytes";
import { CLOSE_CODES, type CloseCode } from "@halqa/protocol";
import type { RawData, WebSocket, WebSocketServer } from "ws";
import type { SocketLimits } from "../core/index.ts";
import { createAddressLimit, type AddressLimit } from "./address-limit.ts";
import {
  createHelloDeadlines,
  type HelloDeadlines,
} from "./hello-deadlines.ts";
import {
  addOutbound,
  awaitDrained,
  createOutboundQueue,
  flushOutbound,
  pushWire,
  removeOutbound,
  type Outbound,
  type OutboundQueue,
} from "./outbound.ts";
import { count, sizeLabelOf, type Tally } from "./tally.ts";
import {
  charge,
  createRates,
  createThrottle,
  type Rates,
  type Share,
  type Throttle,
} from "./throttle.ts";
import { createAcceptor } from "./web-socket-acceptor.ts";
import { wireBytesOf } from "./wire-frame.ts";

/** Told about connections by number; a number is never used again. */
export interface SocketListener {
  opened(connection: number): void;
  /** One whole message. Its bytes are valid during the call only. */
  received(connection: number, bytes: Uint8Array): void;
  /** The time for hello is over. Said once, unless it has ended before. */
  helloDue(connection: number): void;
  /** Little of what was sent to it is left. Said once for each time that it was asked. */
  drained(connection: number): void;
  /** Once for each connection opened; nothing comes from it or reaches it any more. */
  ended(connection: number): void;
}

interface Connection {
  readonly id: number;
  readonly ws: WebSocket;
  readonly outbound: Outbound;
  readonly throttle: Throttle;
  /** Nothing whole has come yet. */
  isSilent: boolean;
  /** Until it is over, nothing is read. */
  rest: NodeJS.Timeout | undefined;
  /** Pings since anything came. */
  unanswered: number;
  /** Still open for the other side's goodbye, and for nothing else. */
  isEnding: boolean;
}

/** Why a connection has ended: the relay's code, or what happened to it. */
type EndReason = CloseCode | "memory" | "unanswered" | "broken" | "left";

export interface SocketServer {
  readonly limits: SocketLimits;
  readonly listener: SocketListener;
  readonly tally: Tally;
  readonly acceptor: WebSocketServer;
  readonly addresses: AddressLimit;
  readonly byId: Map<number, Connection>;
  readonly byWebSocket: WeakMap<WebSocket, Connection>;
  readonly listeners: WebSocketListeners;
  readonly helloDeadlines: HelloDeadlines;
  readonly rates: Rates;
  readonly outbound: OutboundQueue;
  readonly pings: NodeJS.Timeout;
  lastId: number;
  /** Connections on which nothing has come yet. */
  silent: number;
  /** Too little memory is left for anybody new. */
  isFull: boolean;
  isDeaf: boolean;
  onEmpty: (() => void) | undefined;
}

/** A server that connections are handed to one by one; it listens on nothing itself. */
export function createSocketServer(
  limits: SocketLimits,
  listener: SocketListener,
  tally: Tally,
): SocketServer {
  const outbound = createOutboundQueue(limits, {
    cut: (slow) => {
      const connection = server.byId.get(slow.id);
      if (connection !== undefined) cut(server, connection, "slow");
    },
    drained: (ready) => {
      // A relay that is about to stop reads no further pages for anybody.
      if (!server.isDeaf) listener.drained(ready.id);
    },
  });
  const server: SocketServer = {
    limits,
    listener,
    tally,
    acceptor: createAcceptor(limits),
    addresses: createAddressLimit(limits),
    byId: new Map(),
    byWebSocket: new WeakMap(),
    listeners: createListeners(() => server),
    helloDeadlines: createHelloDeadlines(limits.helloMs, (id) => {
      const connection = server.byId.get(id);
      if (connection?.isEnding === false && !server.isDeaf) {
        listener.helloDue(id);
      }
    }),
    rates: createRates(limits),
    outbound,
    pings: setInterval(() => pingAll(server), limits.pingMs),
    lastId: 0,
    silent: 0,
    isFull: false,
    isDeaf: false,
    onEmpty: undefined,
  };
  return server;
}

/** Sends one frame to each of these connections that has not ended. */
export function sendFrame(
  server: SocketServer,
  to: readonly number[],
  frame: Uint8Array,
): void {
  const wire = wireBytesOf(frame);
  for (const id of to) {
    const connection = server.byId.get(id);
    if (connection?.isEnding === false) {
      pushWire(server.outbound, connection.outbound, wire);
    }
  }
}

/** Ends a connection with a goodbye, after what was sent before. */
export function closeSocket(
  server: SocketServer,
  id: number,
  code: CloseCode,
): void {
  const connection = server.byId.get(id);
  if (connection !== undefined) sayGoodbye(server, connection, code);
}

/** Asks to be told when little of what was sent on this connection is left. */
export function drainSocket(server: SocketServer, id: number): void {
  const connection = server.byId.get(id);
  if (connection?.isEnding === false) {
    awaitDrained(server.outbound, connection.outbound);
  }
}

/** Counts requests to the store against a connection; who makes too many is read more slowly. */
export function chargeSocket(server: SocketServer, id: number): void {
  const connection = server.byId.get(id);
  if (connection !== undefined) spend(server, connection, { writes: 1 });
}

/** Says whether there is memory for anybody new. */
export function fillSockets(server: SocketServer, isFull: boolean): void {
  server.isFull = isFull;
}

/** Cuts those who leave most unread, until so many bytes are free or nobody is left whom it would make a difference to cut. */
export function shedSockets(server: SocketServer, bytes: number): void {
  // Those who were cut a moment ago are among them: what they hold is about to be free.
  const heaviest = [...server.byId.values()]
    .filter(({ outbound }) => outbound.unread > server.limits.heavyBytes)
    .toSorted((a, b) => b.outbound.unread - a.outbound.unread);
  let freed = 0;
  for (const connection of heaviest) {
    if (freed >= bytes) return;
    freed += connection.outbound.unread;
    cut(server, connection, "memory");
  }
}

/** Hears nothing more and takes no new connection; what is to be sent still is. */
export function stopHearing(server: SocketServer): void {
  server.isDeaf = true;
}

/** Says goodbye to all and resolves when they are gone, at the latest when the limit for goodbyes is over. */
export function stopSockets(server: SocketServer): Promise<void> {
  stopHearing(server);
  clearInterval(server.pings);
  server.helloDeadlines.stop();
  return new Promise((resolve) => {
    const deadline = setTimeout(() => {
      for (const one of server.byId.values()) one.ws.terminate();
    }, server.limits.goodbyeMs);
    server.onEmpty = () => {
      clearTimeout(deadline);
      resolve();
    };
    for (const one of server.byId.values()) {
      sayGoodbye(server, one, "restart");
    }
    if (server.byId.size === 0) server.onEmpty();
  });
}

/** A connection has changed over to WebSocket. */
export function openSocket(
  server: SocketServer,
  ws: WebSocket,
  socket: Duplex,
): void {
  const id = ++server.lastId;
  const connection: Connection = {
    id,
    ws,
    outbound: addOutbound(server.outbound, id, socket),
    throttle: createThrottle(server.rates),
    isSilent: true,
    rest: undefined,
    unanswered: 0,
    isEnding: false,
  };
  server.byId.set(id, connection);
  server.byWebSocket.set(ws, connection);
  server.silent += 1;
  // From the upgrade on, and no byte that comes extends it.
  server.helloDeadlines.begin(id);
  count(server.tally, "halqa_connections_total");
  const { listeners } = server;
  ws.on("message", listeners.message);
  ws.on("ping", listeners.ping);
  ws.on("pong", listeners.pong);
  ws.on("error", listeners.error);
  ws.on("close", listeners.close);
  server.listener.opened(id);
}

/** The same functions for all connections: five for each would be a tenth of what a connection takes. */
interface WebSocketListeners {
  readonly message: (this: WebSocket, data: RawData, isBinary: boolean) => void;
  readonly ping: (this: WebSocket) => void;
  readonly pong: (this: WebSocket) => void;
  readonly error: (this: WebSocket) => void;
  readonly close: (this: WebSocket) => void;
}

function createListeners(server: () => SocketServer): WebSocketListeners {
  const connectionOf = (ws: WebSocket): Connection => {
    const connection = server().byWebSocket.get(ws);
    assertInvariant(connection !== undefined, "it was opened here");
    return connection;
  };
  return {
    message(data, isBinary) {
      hear(server(), connectionOf(this), { data, isBinary });
    },
    // Answered by ws, and as much work as a small message.
    ping() {
      spend(server(), connectionOf(this), { frames: 1 });
    },
    pong() {
      connectionOf(this).unanswered = 0;
    },
    // A broken message; ws ends the connection by itself, with the code that fits.
    error() {
      end(server(), connectionOf(this), "broken");
    },
    close() {
      forget(server(), connectionOf(this));
    },
  };
}

function hear(
  server: SocketServer,
  connection: Connection,
  message: { readonly data: RawData; readonly isBinary: boolean },
): void {
  if (connection.isEnding || server.isDeaf) return;
  const { data, isBinary } = message;
  if (!isBinary || !(data instanceof Buffer)) {
    sayGoodbye(server, connection, "malformed");
    return;
  }
  connection.unanswered = 0;
  breakSilence(server, connection);
  // A plain view: `slice` of a Buffer would not copy.
  const { buffer, byteOffset, length } = data;
  count(server.tally, "halqa_frames_received_total", {
    label: sizeLabelOf(length),
  });
  const before = performance.now();
  server.listener.received(
    connection.id,
    new Uint8Array(buffer, byteOffset, length),
  );
  const work = performance.now() - before;
  spend(server, connection, { frames: 1, work });
}

function breakSilence(server: SocketServer, connection: Connection): void {
  if (!connection.isSilent) return;
  connection.isSilent = false;
  server.silent -= 1;
}

/** Takes from the connection's shares; while one of them is in debt, nothing is read from it. */
function spend(
  server: SocketServer,
  connection: Connection,
  amounts: Partial<Record<Share, number>>,
): void {
  const debt = charge(connection.throttle, server.rates, amounts);
  // What came in the same packet goes on coming while it rests, and makes the debt greater.
  const isResting = connection.rest !== undefined || connection.isEnding;
  if (debt === undefined || isResting) return;
  count(server.tally, "halqa_connections_slowed_total", { label: debt.share });
  connection.ws.pause();
  rest(server, connection, debt.ms);
}

function rest(
  server: SocketServer,
  connection: Connection,
  debtMs: number,
): void {
  connection.rest = setTimeout(() => {
    const left = charge(connection.throttle, server.rates, {});
    if (left !== undefined) return rest(server, connection, left.ms);
    connection.rest = undefined;
    connection.ws.resume();
  }, debtMs);
}

function pingAll(server: SocketServer): void {
  for (const connection of server.byId.values()) {
    // Who is not read from cannot be heard to answer.
    if (connection.isEnding || connection.rest !== undefined) continue;
    if (connection.unanswered >= server.limits.unansweredPings) {
      terminate(server, connection);
      continue;
    }
    connection.unanswered += 1;
    connection.ws.ping();
  }
}

function sayGoodbye(
  server: SocketServer,
  connection: Connection,
  code: CloseCode,
): void {
  if (connection.isEnding) return;
  flushOutbound(server.outbound, connection.outbound);
  end(server, connection, code);
  connection.ws.close(CLOSE_CODES[code]);
}

/** Ends a connection that leaves too much unread. */
function cut(
  server: SocketServer,
  connection: Connection,
  reason: "slow" | "memory",
): void {
  // Forgotten first: what it did not read is not written to it now.
  end(server, connection, reason);
  connection.ws.close(CLOSE_CODES.slow);
}

function terminate(server: SocketServer, connection: Connection): void {
  end(server, connection, "unanswered");
  connection.ws.terminate();
}

/** Nothing more comes from this connection and nothing more reaches it; its place is taken until it is closed. */
function end(
  server: SocketServer,
  connection: Connection,
  reason: EndReason,
): void {
  if (connection.isEnding) return;
  connection.isEnding = true;
  count(server.tally, "halqa_connections_ended_total", { label: reason });
  breakSilence(server, connection);
  clearTimeout(connection.rest);
  removeOutbound(server.outbound, connection.outbound);
  server.listener.ended(connection.id);
}

function forget(server: SocketServer, connection: Connection): void {
  end(server, connection, "left");
  server.byId.delete(connection.id);
  if (server.byId.size === 0) server.onEmpty?.();
}
