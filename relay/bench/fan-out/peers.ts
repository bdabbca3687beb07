// Connections that cost next to nothing: they count what comes, in one buffer for all. Those who read are in the process
// that measures, so that what it costs them is the same for every subject.

import { connect, type Socket } from "node:net";
import { upgradeRequest } from "../../src/testing/raw-socket.ts";

const BUFFER = Buffer.alloc(1 << 18);
const FINAL_BINARY = 0x82;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/**
 * Waits while only connections are open: those do not keep this process alive, so that it ends when it has its figures.
 */
export async function held<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, 60_000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** Counts the bytes of many connections together. */
export interface Meter {
  total: number;
  /** Resolves when so many bytes more have come. */
  readonly awaits: (bytes: number) => Promise<void>;
  readonly count: (bytes: number) => void;
}

export function createMeter(): Meter {
  let wanted = Number.POSITIVE_INFINITY;
  let onReached: (() => void) | undefined;
  const meter: Meter = {
    total: 0,
    awaits: (bytes) =>
      held(
        new Promise((resolve) => {
          wanted = meter.total + bytes;
          onReached = resolve;
        }),
      ),
    count: (bytes) => {
      meter.total += bytes;
      if (meter.total < wanted) return;
      wanted = Number.POSITIVE_INFINITY;
      onReached?.();
    },
  };
  return meter;
}

export interface Peer {
  readonly socket: Socket;
  /** Gets what comes, valid during the call, instead of the meter. */
  listener: ((bytes: Buffer) => void) | undefined;
}

// A server cuts those who answer no pings. Nobody here reads them, so all say from time to time that they are there; what a
// ping adds to the count is two bytes.
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const PONG_MS = 15_000;
const open = new Set<Socket>();

setInterval(() => {
  for (const socket of open) socket.write(PONG);
}, PONG_MS).unref();

interface Opening {
  readonly meter: Meter;
  /** `openPeer` unless told. */
  readonly open?: typeof openPlainPeer;
}

/** Opens a WebSocket; what comes on it is counted. */
export async function openPeer(port: number, meter: Meter): Promise<Peer> {
  const peer = await openPlainPeer(port, meter);
  const { socket } = peer;
  const upgraded = new Promise<void>((resolve, reject) => {
    let head = "";
    peer.listener = (bytes) => {
      head += bytes.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      peer.listener = undefined;
      resolve();
    };
    socket.once("error", reject);
    socket.write(upgradeRequest());
  });
  await held(upgraded);
  open.add(socket);
  socket.once("close", () => open.delete(socket));
  return peer;
}

/** Opens a plain connection; what comes on it is counted. */
export function openPlainPeer(port: number, meter: Meter): Promise<Peer> {
  return new Promise((resolve, reject) => {
    const peer: Peer = {
      socket: connectCounting(port, (bytes) => {
        if (peer.listener === undefined) meter.count(bytes.length);
        else peer.listener(bytes);
      }),
      listener: undefined,
    };
    peer.socket.once("error", reject);
    peer.socket.once("connect", () => {
      peer.socket.unref();
      resolve(peer);
    });
  });
}

function connectCounting(port: number, take: (bytes: Buffer) => void): Socket {
  return connect({
    port,
    host: "127.0.0.1",
    noDelay: true,
    onread: {
      buffer: BUFFER,
      callback: (length) => {
        take(BUFFER.subarray(0, length));
        return true;
      },
    },
  });
}

/** Opens many, some at a time. */
export async function openPeers(
  port: number,
  count: number,
  { meter, open: openOne = openPeer }: Opening,
): Promise<Peer[]> {
  const peers: Peer[] = [];
  while (peers.length < count) {
    const some = Math.min(100, count - peers.length);
    const opening = Array.from({ length: some }, () => openOne(port, meter));
    peers.push(...(await Promise.all(opening)));
  }
  return peers;
}

/** A payload as a client's message; its mask of zeros changes nothing and costs the server the same. */
export function clientMessage(payload: Uint8Array): Buffer {
  const head = Buffer.alloc(headLength(payload.length) + 4);
  head[0] = FINAL_BINARY;
  if (head.length === 8) {
    head[1] = MASKED | LENGTH_16;
    head.writeUInt16BE(payload.length, 2);
  } else {
    head[1] = MASKED | LENGTH_64;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([head, payload]);
}

/** Bytes before a payload in a server's message. */
export function headLength(payload: number): number {
  return payload < 65_536 ? 4 : 10;
}
