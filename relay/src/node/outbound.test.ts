import { Duplex } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  addOutbound,
  awaitDrained,
  createOutboundQueue,
  flushOutbound,
  pushWire,
  removeOutbound,
  type Outbound,
  type OutboundLimits,
} from "./outbound.ts";
import { wireBytesOf } from "./wire-frame.ts";

const roomy: OutboundLimits = {
  unreadBytes: 1_000_000,
  unreadBytesInAll: 1_000_000,
  drainedBytes: 0,
};

interface Peer {
  readonly socket: Duplex;
  /** The first payload octet of each frame, by write. */
  readonly writes: number[][];
  /** Lets the writes through that wait. */
  read(): void;
}

function createPeer(): Peer {
  const writes: number[][] = [];
  let waiting: (() => void)[] = [];
  const take = (chunks: readonly Uint8Array[], done: () => void): void => {
    writes.push(chunks.map((chunk) => chunk[4] ?? 0));
    waiting.push(done);
  };
  const socket = new Duplex({
    write: (chunk: Uint8Array, _, done) => take([chunk], done),
    writev: (all: readonly { chunk: Uint8Array }[], done) =>
      take(
        all.map(({ chunk }) => chunk),
        done,
      ),
  });
  socket.on("error", () => undefined);
  return {
    socket,
    writes,
    read: () => {
      const done = waiting;
      waiting = [];
      for (const resolve of done) resolve();
    },
  };
}

function setUp(limits: Partial<OutboundLimits> = {}) {
  const cut: number[] = [];
  const drained: number[] = [];
  const queue = createOutboundQueue(
    { ...roomy, ...limits },
    {
      cut: (slow) => {
        cut.push(slow.id);
        removeOutbound(queue, slow);
      },
      drained: (ready) => drained.push(ready.id),
    },
  );
  let id = 0;
  const add = (): { peer: Peer; to: Outbound } => {
    const peer = createPeer();
    return { peer, to: addOutbound(queue, ++id, peer.socket) };
  };
  return { queue, cut, drained, add };
}

// With their header of 4 octets, 1,000 bytes.
function frame(octet: number): Uint8Array {
  return wireBytesOf(new Uint8Array(996).fill(octet));
}

/** Works for so many milliseconds. */
function waste(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe("outbound frames", () => {
  it("[RN-8] leave together, in order, at the end of a turn", async () => {
    const { queue, add } = setUp();
    const [a, b] = [add(), add()];
    for (const octet of [1, 2, 3]) {
      pushWire(queue, a.to, frame(octet));
      pushWire(queue, b.to, frame(octet));
    }
    expect(a.peer.writes).toEqual([]);
    await turn();
    expect(a.peer.writes).toEqual([[1, 2, 3]]);
    expect(b.peer.writes).toEqual([[1, 2, 3]]);
    a.peer.read();
    pushWire(queue, a.to, frame(4));
    pushWire(queue, a.to, frame(5));
    await turn();
    expect(a.peer.writes).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it("[RN-8] leave before a goodbye", () => {
    const { queue, add } = setUp();
    const { peer, to } = add();
    pushWire(queue, to, frame(1));
    flushOutbound(queue, to);
    expect(peer.writes).toEqual([[1]]);
  });

  it("[RN-8] [RN-65] reach a large room in slices", async () => {
    const { queue, add } = setUp({ unreadBytesInAll: 1e9 });
    const room = Array.from({ length: 500 }, add);
    const shared = frame(1);
    for (const { peer, to } of room) {
      peer.socket.cork = () => waste(0.1);
      pushWire(queue, to, shared);
    }
    const reached = (): number =>
      room.filter(({ peer }) => peer.writes.length > 0).length;
    await turn();
    expect(reached()).toBeGreaterThan(0);
    expect(reached()).toBeLessThan(500);
    while (queue.dirty.size > 0) await turn();
    expect(room.every(({ peer }) => peer.writes.length === 1)).toBe(true);
  });

  it("[RN-9] may wait up to the limit, written or not", async () => {
    const { queue, add, cut } = setUp({ unreadBytes: 5_000 });
    const { peer, to } = add();
    for (const octet of [1, 2, 3]) pushWire(queue, to, frame(octet));
    await turn();
    for (const octet of [4, 5]) pushWire(queue, to, frame(octet));
    expect(cut).toEqual([]);
    peer.read();
    await turn();
    peer.read();
    for (let octet = 0; octet < 5; octet++) pushWire(queue, to, frame(octet));
    expect(cut).toEqual([]);
    pushWire(queue, to, frame(9));
    expect(cut).toEqual([1]);
    // Nothing more is kept for it.
    pushWire(queue, to, frame(9));
    expect(to.waiting).toBeUndefined();
  });

  it("[RN-9] cut the one that reads least when all together wait for too much", async () => {
    const { queue, add, cut } = setUp({ unreadBytesInAll: 10_000 });
    const [greedy, modest] = [add(), add()];
    for (let i = 0; i < 8; i++) pushWire(queue, greedy.to, frame(i));
    await turn();
    for (let i = 0; i < 2; i++) pushWire(queue, modest.to, frame(i));
    expect(cut).toEqual([]);
    pushWire(queue, modest.to, frame(9));
    expect(cut).toEqual([1]);
    // What it had counts no longer, also when the operating system gives it back later.
    expect(queue.unreadInAll).toBe(3_000);
    greedy.peer.read();
    expect(queue.unreadInAll).toBe(3_000);
    await turn();
    expect(modest.peer.writes).toEqual([[0, 1, 9]]);
  });

  it("[RN-9] say once that little is left, when asked", async () => {
    const { queue, add, drained } = setUp({ drainedBytes: 1_000 });
    const { peer, to } = add();
    pushWire(queue, to, frame(1));
    pushWire(queue, to, frame(2));
    await turn();
    awaitDrained(queue, to);
    expect(drained).toEqual([]);
    peer.read();
    expect(drained).toEqual([1]);
    pushWire(queue, to, frame(3));
    await turn();
    peer.read();
    expect(drained).toEqual([1]);
    awaitDrained(queue, to);
    expect(drained).toEqual([1, 1]);
  });
});
