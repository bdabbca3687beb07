// Core, store and connections joined by the loop, with a store that answers when the test says so.

import {
  decodeRelayFrame,
  type ClientCommand,
  type RelayCommand,
} from "@halqa/protocol";
import { describe, expect, it, vi } from "vitest";
import {
  RELAY_QUOTAS,
  type LogStore,
  type RelayEnv,
  type StoreRequest,
  type StoreResult,
} from "../core/index.ts";
import { createBody, frameOf } from "../testing/relay-client.ts";
import { sha256 } from "./node-crypto.ts";
import {
  createRelayLoop,
  settleLoop,
  tellLoop,
  type Outlet,
} from "./relay-loop.ts";
import { createTally } from "./tally.ts";

const env: RelayEnv = {
  relayPub: new Uint8Array(32),
  sign: () => new Uint8Array(64),
  verify: () => true,
  sha256,
  random: (length) => new Uint8Array(length),
  quotas: RELAY_QUOTAS,
};

const ownerPub = new Uint8Array(32);

interface Held {
  readonly requests: readonly StoreRequest[];
  readonly resolve: (results: readonly StoreResult[]) => void;
  readonly reject: (error: Error) => void;
}

/** `sendMs` is how long it takes to send a frame. */
function setUp(tickMs?: number, sendMs = 0) {
  const held: Held[] = [];
  const sent: RelayCommand[] = [];
  const store: LogStore = {
    run: (requests) =>
      new Promise((resolve, reject) => {
        held.push({ requests, resolve, reject });
      }),
  };
  const sentTo: (readonly number[])[] = [];
  const outlet: Outlet = {
    send: (to, frame) => {
      sentTo.push(to);
      const end = performance.now() + sendMs;
      while (performance.now() < end);
      const commands = decodeRelayFrame(frame);
      if (commands.ok) sent.push(...commands.value);
    },
    close: () => undefined,
    drain: () => undefined,
    charge: () => undefined,
  };
  const loop = createRelayLoop(
    { env, store, outlet, tally: createTally(), tickMs },
    20_000,
  );
  const nonce = new Uint8Array(32);
  const sayOn = (conn: number, ...commands: readonly ClientCommand[]): void => {
    tellLoop(loop, { t: "frame", conn, bytes: frameOf(...commands) });
  };
  const connect = (conn: number): void => {
    tellLoop(loop, { t: "connected", conn });
    sayOn(conn, { type: "hello", request: 1, nonce });
  };
  const say = (command: ClientCommand): void => sayOn(1, command);
  connect(1);
  const send = (request: number): void => {
    say({ type: "inbox-send", request, sendId: nonce, body: createBody() });
  };
  const open = (request: number, conn = 1): void => {
    const signature = new Uint8Array(64);
    sayOn(conn, { type: "open-inbox", request, inboxId: nonce, signature });
  };
  return { loop, held, sent, sentTo, say, send, open, connect };
}

const stored: Extract<StoreResult, { t: "sent" }> = {
  t: "sent",
  inboxId: new Uint8Array(32),
  seq: 1,
  isNew: true,
};

describe("the loop", () => {
  it("[RN-11] says nothing before the store has answered", async () => {
    const { loop, held, sent, send } = setUp();
    send(2);
    await Promise.resolve();
    expect(sent.map(({ type }) => type)).toEqual(["welcome"]);
    held[0]?.resolve([stored]);
    await settleLoop(loop);
    expect(sent.at(-1)).toEqual({ type: "ok", request: 2 });
  });

  it("[RN-8] hands a frame over once, with all who get it", async () => {
    const { loop, held, sentTo, open, send, connect } = setUp();
    connect(2);
    for (const conn of [1, 2]) open(2, conn);
    await answerAll(held);
    send(3);
    await answerAll(held);
    expect(sentTo.at(-1)).toEqual([1, 2]);
    await settleLoop(loop);
  });

  it("[RN-65] deals with many answers in slices, in their order", async () => {
    const { loop, held, sent, send, say: ask } = setUp(0, 5);
    const numbers = Array.from({ length: 200 }, (_, i) => 2 + i);
    for (const number of numbers) send(number);
    await answerAll(held);
    const answered = (): number[] =>
      sent.flatMap((each) => (each.type === "ok" ? [each.request] : []));
    expect(answered().length).toBeGreaterThan(0);
    expect(answered().length).toBeLessThan(numbers.length);
    // What comes meanwhile is dealt with meanwhile.
    ask({ type: "ping", request: 1_000 });
    expect(sent.at(-1)).toEqual({ type: "pong", request: 1_000 });
    await settleLoop(loop);
    expect(answered()).toEqual(numbers);
  });

  it("[RN-17] tells the core that what was rejected is not done", async () => {
    const { loop, held, sent, send } = setUp();
    send(2);
    send(3);
    held[0]?.reject(new Error("disk full"));
    held[1]?.resolve([stored]);
    await settleLoop(loop);
    expect(sent.slice(1)).toEqual([
      { type: "error", request: 2, code: "storage" },
      { type: "ok", request: 3 },
    ]);
  });

  it("[RN-16] is settled when everything has been answered, also what was asked meanwhile", async () => {
    const { loop, held, sent, send } = setUp();
    await settleLoop(loop);
    send(2);
    const settled = settleLoop(loop);
    send(3);
    held[0]?.resolve([stored]);
    await Promise.resolve();
    held[1]?.resolve([stored]);
    await settled;
    expect(sent).toHaveLength(3);
  });

  it("[RN-16] waits for no sweep to come to its end", async () => {
    const { loop, held } = setUp();
    tellLoop(loop, { t: "tick", day: 20_001 });
    expect(held[0]?.requests).toMatchObject([{ t: "sweep" }]);
    const settled = settleLoop(loop);
    held[0]?.resolve([{ t: "swept", isDone: false }]);
    await settled;
    expect(held).toHaveLength(1);
  });

  it.each([0, undefined])(
    "[RL-51] delivers at once where the tick is %o",
    async (tickMs) => {
      const { loop, held, sent, open, send } = setUp(tickMs);
      open(2);
      await answerAll(held);
      send(3);
      await answerAll(held);
      expect(sent.map(({ type }) => type)).toContain("inbox-message");
      await settleLoop(loop);
    },
  );

  it("[RL-51] delivers with the tick, and before it ends", async () => {
    vi.useFakeTimers();
    try {
      const { loop, held, sent, open, send } = setUp(250);
      open(2);
      await answerAll(held);
      const messages = () =>
        sent.filter(({ type }) => type === "inbox-message").length;
      send(3);
      await answerAll(held);
      expect(messages()).toBe(0);
      vi.advanceTimersByTime(249);
      expect(messages()).toBe(0);
      vi.advanceTimersByTime(1);
      expect(messages()).toBe(1);
      send(4);
      await answerAll(held, 2);
      expect(messages()).toBe(1);
      await settleLoop(loop);
      expect(messages()).toBe(2);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

/** Lets the store answer what it is asked, and what it is asked because of that. */
async function answerAll(held: Held[], seq = 1): Promise<void> {
  for (let i = 0; i < 5; i++) {
    for (const { requests, resolve } of held.splice(0)) {
      resolve(requests.map((request) => answerFor(request, seq)));
    }
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
}

function answerFor(request: StoreRequest, seq: number): StoreResult {
  if (request.t === "find-inbox") return { t: "inbox", ownerPub };
  if (request.t === "read-inbox")
    return { t: "messages", messages: [], seq: 0 };
  return request.t === "send" ? { ...stored, seq } : { t: "done" };
}
