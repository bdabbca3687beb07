import { Duplex } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  addOutbound,
  awaitDrained,
  createOutboundQueue,
  flushOutbound,
  pushFrame,
  removeOutbound,
  type Outbound,
  type OutboundLimits,
} from "./outbound.ts";

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
  return new Uint8Array(996).fill(octet);
}

describe("outbound frames", () => {
  it("[RN-8] leave together, in order, at the end of a turn", async () => {
    const { queue, add } = setUp();
    const [a, b] = [add(), add()];
    for (const octet of [1, 2, 3]) {
      pushFrame(queue, a.to, frame(octet));
      pushFrame(queue, b.to, frame(octet));
    }
    expect(a.peer.writes).toEqual([]);
    await turn();
    expect(a.peer.writes).toEqual([[1, 2, 3]]);
    expect(b.peer.writes).toEqual([[1, 2, 3]]);
    a.peer.read();
    pushFrame(queue, a.to, frame(4));
    pushFrame(queue, a.to, frame(5));
    await turn();
    expect(a.peer.writes).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it("[RN-8] leave before a goodbye", () => {
    const { queue, add } = setUp();
    const { peer, to } = add();
    pushFrame(queue, to, frame(1));
    flushOutbound(queue, to);
    expect(peer.writes).toEqual([[1]]);
  });

  it("[RN-8] reach rooms larger than one step", async () => {
    const { queue, add } = setUp({ unreadBytesInAll: 1e9 });
    const room = Array.from({ length: 2_500 }, add);
    const shared = frame(1);
    for (const { to } of room) pushFrame(queue, to, shared);
    await turn();
    expect(room.filter(({ peer }) => peer.writes.length > 0)).toHaveLength(
      1_000,
    );
    await turn();
    await turn();
    expect(room.every(({ peer }) => peer.writes.length === 1)).toBe(true);
  });

  it("[RN-9] may wait up to the limit, written or not", async () => {
    const { queue, add, cut } = setUp({ unreadBytes: 5_000 });
    const { peer, to } = add();
    for (const octet of [1, 2, 3]) pushFrame(queue, to, frame(octet));
    await turn();
    for (const octet of [4, 5]) pushFrame(queue, to, frame(octet));
    expect(cut).toEqual([]);
    peer.read();
    await turn();
    peer.read();
    for (let octet = 0; octet < 5; octet++) pushFrame(queue, to, frame(octet));
    expect(cut).toEqual([]);
    pushFrame(queue, to, frame(9));
    expect(cut).toEqual([1]);
    // Nothing more is kept for it.
    pushFrame(queue, to, frame(9));
    expect(to.waiting).toEqual([]);
  });

  it("[RN-9] cut the one that reads least when all together wait for too much", async () => {
    const { queue, add, cut } = setUp({ unreadBytesInAll: 10_000 });
    const [greedy, modest] = [add(), add()];
    for (let i = 0; i < 8; i++) pushFrame(queue, greedy.to, frame(i));
    await turn();
    for (let i = 0; i < 2; i++) pushFrame(queue, modest.to, frame(i));
    expect(cut).toEqual([]);
    pushFrame(queue, modest.to, frame(9));
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
    pushFrame(queue, to, frame(1));
    pushFrame(queue, to, frame(2));
    await turn();
    awaitDrained(queue, to);
    expect(drained).toEqual([]);
    peer.read();
    expect(drained).toEqual([1]);
    pushFrame(queue, to, frame(3));
    await turn();
    peer.read();
    expect(drained).toEqual([1]);
    awaitDrained(queue, to);
    expect(drained).toEqual([1, 1]);
  });
});
