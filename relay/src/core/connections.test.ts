// What holds for a connection whatever is asked on it.

import { equalBytes } from "@halqa/bytes";
import {
  BODY_SIZES,
  encodeFrame,
  FRAME_SIZES,
  MAX_OPEN_INBOXES,
  MAX_OPEN_LOGS,
  MAX_PENDING_BYTES,
  MAX_PENDING_REQUESTS,
  packFrames,
  welcomeToSign,
  type ClientCommand,
} from "@halqa/protocol";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import {
  answerStore,
  answerTo,
  appending,
  ask,
  bodyOf,
  connect,
  connectSilently,
  createWorld,
  creating,
  creatingInbox,
  disconnect,
  drain,
  failStore,
  inboxKeys,
  logKeys,
  member,
  named,
  opening,
  openingInbox,
  outcomeOf,
  owner,
  prove,
  release,
  send,
  sendBytes,
  signatureOf,
  take,
  tell,
  tryOut,
  type Client,
  type World,
} from "../testing/relay-world.ts";
import { createRelayState, relayStep } from "./index.ts";
import {
  MAX_STORE_BYTES,
  MAX_TOTAL_BYTES,
  MAX_TOTAL_REQUESTS,
} from "./relay-limits.ts";

const log = logKeys("a");
const inbox = inboxKeys("i");

/** What the core remembers beside the connections that are open. */
function traces({ state }: World): readonly unknown[] {
  const { connections, feeds, waiting, load, inStore, due, turns } = state;
  const sizes = [connections, feeds, waiting, due, turns].map(
    ({ size }) => size,
  );
  return [...sizes, { ...load }, { ...inStore }, state.dueBytes];
}

const NOTHING = { requests: 0, bytes: 0 };
const NO_TRACE = [0, 0, 0, 0, 0, NOTHING, NOTHING, 0];

describe("hello", () => {
  it("[RL-10] is answered with the relay's word on its key and a new challenge", () => {
    const world = createWorld();
    const clients = [connectSilently(world), connectSilently(world)];
    const nonce = named("nonce");
    const challenges = clients.map((client) => {
      const welcome = ask(client, { type: "hello", nonce });
      if (welcome?.type !== "welcome") throw new Error("no welcome");
      const { relayPub, challenge, signature } = welcome;
      expect(relayPub).toEqual(world.env.relayPub);
      const message = welcomeToSign(relayPub, nonce, challenge);
      expect(signature).toEqual(signatureOf(relayPub, message));
      return challenge;
    });
    expect(challenges[0]).not.toEqual(challenges[1]);
  });

  it("[RL-13] comes first and once", () => {
    const world = createWorld();
    const silent = connectSilently(world);
    send(silent, { type: "ping" });
    expect(silent.closedWith).toBe("hello");
    const greeted = connect(world);
    send(greeted, { type: "ping" }, { type: "hello", nonce: named("again") });
    expect(greeted.closedWith).toBe("hello");
    expect(greeted.received.map(({ type }) => type)).toEqual(["pong"]);
    const both = connectSilently(world);
    send(both, { type: "hello", nonce: named("first") }, { type: "ping" });
    expect(both.received.map(({ type }) => type)).toEqual(["welcome", "pong"]);
  });

  it("[RL-13] has its time", () => {
    const world = createWorld();
    const silent = connectSilently(world);
    tell(world, { t: "hello-due", conn: silent.id });
    expect(silent.closedWith).toBe("late");
    const greeted = connect(world);
    tell(world, { t: "hello-due", conn: greeted.id });
    tell(world, { t: "hello-due", conn: silent.id });
    expect(tryOut(greeted, { type: "ping" })).toBe("pong");
  });
});

describe("a message", () => {
  it("[RL-14] that is no frame ends the connection, and nothing of it is done", () => {
    const world = createWorld();
    const client = member(world, log);
    const other = member(world, log);
    send(other, { type: "subscribe", logId: log.logId, fromSeq: 1 });
    take(other);
    const command: ClientCommand = {
      request: 9,
      ...appending(log, bodyOf(1)),
    };
    const good = encodeFrame([command, { type: "ping", request: 10 }]);
    if (!good.ok) throw new Error("no frame");
    const bad = good.value.slice();
    bad[4_095] = 1;
    sendBytes(client, bad);
    expect(client.closedWith).toBe("malformed");
    expect(take(client)).toEqual([]);
    expect(take(other)).toEqual([]);
    sendBytes(client, good.value);
    expect(take(other)).toEqual([]);
  });

  it("[RL-14] of any octets is answered with an end or in frames, and others go on", () => {
    const world = createWorld();
    const honest = member(world, log);
    send(honest, { type: "subscribe", logId: log.logId, fromSeq: 1 });
    const random = createSeededRandom("hostile");
    let closings = 0;
    for (let i = 0; i < 400; i++) {
      const client = member(world, log);
      const commands = hostileCommands(client);
      for (const frame of packFrames(commands)) {
        sendBytes(
          client,
          random.bool(0.5) ? frame : mutateBytes(frame, random),
        );
      }
      if (client.closedWith === undefined) disconnect(client);
      else closings += 1;
    }
    expect(closings).toBeGreaterThan(50);
    expect(tryOut(honest, { type: "ping" })).toBe("pong");
    expect(world.state.connections.size).toBe(1);
  });

  /** What is well formed and meant badly. */
  function hostileCommands(client: Client): ClientCommand[] {
    const zeros = new Uint8Array(32);
    const signature = new Uint8Array(64);
    const request = 0xffffffff;
    const far = Number.MAX_SAFE_INTEGER;
    const { logId } = log;
    return [
      { ...opening(client, log), request, logId: zeros },
      {
        type: "open-log",
        request,
        logId,
        readSignature: undefined,
        writeSignature: undefined,
      },
      {
        type: "open-log",
        request,
        logId,
        readSignature: signature,
        writeSignature: signature,
      },
      { type: "subscribe", request, logId, fromSeq: far },
      { type: "read", request, logId, fromSeq: far, limit: request },
      { type: "read", request, logId, fromSeq: 1, limit: 0 },
      {
        type: "append",
        request,
        logId,
        expectedHead: far - 1,
        body: bodyOf(1),
      },
      { type: "inbox-ack", request, inboxId: zeros, messageSeq: far },
      { type: "inbox-ack", request, inboxId: logId, messageSeq: 1 },
      { type: "open-inbox", request, inboxId: logId, signature },
      { type: "blob-create", request, partHashes: [zeros], access: undefined },
      { type: "blob-get", request, blobId: logId, index: 15 },
      { type: "unsubscribe", request, logId },
    ];
  }
});

describe("a request", () => {
  it("[RL-15] gets one answer with its number, whatever it is", () => {
    const world = createWorld();
    const client = member(world, log);
    const { logId } = log;
    const numbers = send(
      client,
      { type: "ping" },
      creating(client, log),
      opening(client, log),
      { type: "subscribe", logId, fromSeq: 1 },
      { type: "subscribe", logId, fromSeq: 1 },
      appending(log, bodyOf(1)),
      appending(log, bodyOf(1), 7),
      appending(log, bodyOf(2), 7),
      { type: "read", logId, fromSeq: 1, limit: 1 },
      { type: "unsubscribe", logId },
      creatingInbox(client, inbox),
      openingInbox(client, inbox),
      { type: "inbox-send", sendId: inbox.sendId, body: bodyOf(3) },
      { type: "inbox-ack", inboxId: inbox.inboxId, messageSeq: 1 },
      { type: "blob-create", partHashes: [named("part")], access: undefined },
      { type: "blob-get", blobId: named("none"), index: 0 },
      { type: "ping" },
    );
    expect(numbers.map((n) => outcomeOf(answerTo(client, n)))).toEqual([
      "pong",
      "ok",
      "ok",
      "caught-up",
      "subscribed",
      "appended",
      "appended",
      "head-moved",
      "caught-up",
      "ok",
      "ok",
      "inbox-caught-up",
      "ok",
      "ok",
      "ok",
      "unavailable",
      "pong",
    ]);
    disconnect(client);
    expect(traces(world)).toEqual(NO_TRACE);
  });

  it("[RL-16] may follow the proof that it needs in the same frame", () => {
    const world = createWorld();
    world.held.add("store");
    const client = connect(world);
    const { logId } = log;
    const numbers = send(
      client,
      creating(client, log),
      opening(client, log),
      { type: "subscribe", logId, fromSeq: 1 },
      appending(log, bodyOf(1), 0),
      appending(log, bodyOf(2), 1),
      creatingInbox(client, inbox),
      openingInbox(client, inbox),
      { type: "inbox-ack", inboxId: inbox.inboxId, messageSeq: 1 },
    );
    release(world);
    expect(numbers.map((n) => outcomeOf(answerTo(client, n)))).toEqual([
      "ok",
      "ok",
      "caught-up",
      "appended",
      "appended",
      "ok",
      "inbox-caught-up",
      "ok",
    ]);
  });

  it("[RL-16] that needs a proof is refused with it", () => {
    const world = createWorld();
    member(world, log);
    const client = connect(world);
    const badProof = {
      ...opening(client, log),
      readSignature: new Uint8Array(64),
    };
    const numbers = send(
      client,
      badProof,
      appending(log, bodyOf(1)),
      opening(client, log),
      appending(log, bodyOf(2)),
    );
    expect(numbers.map((n) => outcomeOf(answerTo(client, n)))).toEqual([
      "unavailable",
      "unavailable",
      "ok",
      "appended",
    ]);
  });

  it("[RL-17] for what is not there is refused like one for what is another's", () => {
    const world = createWorld();
    const [client] = [connect(world), member(world, log), owner(world, inbox)];
    const none = logKeys("none");
    const noInbox = inboxKeys("none");
    const wrong = new Uint8Array(64);
    const { logId } = log;
    const refused = [
      opening(client, none),
      { ...opening(client, log), writeSignature: wrong },
      { ...opening(client, log), readSignature: wrong },
      {
        ...opening(client, log),
        readSignature: undefined,
        writeSignature: wrong,
      },
      {
        type: "open-log",
        logId,
        readSignature: undefined,
        writeSignature: undefined,
      },
      { ...creating(client, none), readSignature: wrong },
      appending(log, bodyOf(1)),
      appending(none, bodyOf(1)),
      { type: "read", logId, fromSeq: 1, limit: 1 },
      { type: "subscribe", logId: none.logId, fromSeq: 1 },
      openingInbox(client, noInbox),
      { ...openingInbox(client, inbox), signature: wrong },
      { type: "inbox-send", sendId: noInbox.sendId, body: bodyOf(1) },
      { type: "inbox-ack", inboxId: inbox.inboxId, messageSeq: 1 },
      { type: "blob-get", blobId: logId, index: 0 },
    ] as const;
    const frames = refused.map((asking) => {
      client.lastRequest = 41;
      client.frames.length = 0;
      client.received.length = 0;
      ask(client, asking);
      expect(client.frames).toHaveLength(1);
      return client.frames[0]!;
    });
    expect(client.received.map((command) => outcomeOf(command))).toEqual([
      "unavailable",
    ]);
    expect(frames.every((frame) => equalBytes(frame, frames[0]!))).toBe(true);
  });

  it("[RL-17] to open costs as many checks of signatures where there is nothing to open", () => {
    let checks = 0;
    const world = createWorld({
      verify: (key, message, signature) => {
        checks += 1;
        return equalBytes(signatureOf(key, message), signature);
      },
    });
    member(world, log);
    owner(world, inbox);
    const client = connect(world);
    const wrong = new Uint8Array(64);
    const counts = [
      opening(client, logKeys("none")),
      opening(client, log),
      { ...opening(client, log), readSignature: wrong },
      { ...opening(client, log), writeSignature: wrong },
    ].map((asking) => {
      checks = 0;
      ask(client, asking);
      return checks;
    });
    expect(counts).toEqual([2, 2, 2, 2]);
    for (const keys of [inboxKeys("none"), inbox]) {
      checks = 0;
      ask(client, openingInbox(client, keys));
      expect(checks).toBe(1);
    }
  });

  it("[RL-17] cannot use the relay's key as the key of what is not there", () => {
    const world = createWorld();
    const client = connect(world);
    const key = world.env.relayPub;
    const { logId: id } = logKeys("none");
    const { inboxId } = inboxKeys("none");
    const byRelay = {
      readSignature: prove(client, "open-log/read", { key, id }),
      writeSignature: prove(client, "open-log/write", { key, id }),
    };
    expect(tryOut(client, { type: "open-log", logId: id, ...byRelay })).toBe(
      "unavailable",
    );
    const signature = prove(client, "open-inbox", { key, id: inboxId });
    expect(tryOut(client, { type: "open-inbox", inboxId, signature })).toBe(
      "unavailable",
    );
  });
});

describe("the bounds of a connection", () => {
  it("[RL-18] refuse more unanswered requests", () => {
    const world = createWorld();
    const client = member(world, log);
    world.held.add("store");
    const read = {
      type: "read",
      logId: log.logId,
      fromSeq: 1,
      limit: 1,
    } as const;
    const numbers = send(
      client,
      ...Array.from({ length: MAX_PENDING_REQUESTS + 2 }, () => read),
    );
    expect(take(client).map((command) => outcomeOf(command))).toEqual([
      "busy",
      "busy",
    ]);
    expect(world.state.connections.get(client.id)?.load.requests).toBe(
      MAX_PENDING_REQUESTS,
    );
    release(world);
    expect(
      numbers
        .slice(0, -2)
        .every((n) => outcomeOf(answerTo(client, n)) === "caught-up"),
    ).toBe(true);
    expect(tryOut(client, read)).toBe("caught-up");
  });

  it("[RL-18] refuse more unanswered bodies", () => {
    const world = createWorld();
    const client = member(world, log);
    world.held.add("store");
    const most = Math.floor(MAX_PENDING_BYTES / BODY_SIZES[2]);
    for (let i = 0; i <= most; i++)
      send(client, appending(log, bodyOf(i, BODY_SIZES[2])));
    expect(take(client).map((command) => outcomeOf(command))).toEqual(["busy"]);
    expect(tryOut(client, { type: "ping" })).toBe("pong");
    release(world);
    expect(take(client).filter(({ type }) => type === "appended")).toHaveLength(
      most,
    );
    expect(world.state.load).toEqual({ requests: 0, bytes: 0 });
  });

  it("[RL-18] count commands that wait for a proof", () => {
    const world = createWorld();
    member(world, log);
    const client = connect(world);
    world.held.add("store");
    send(client, opening(client, log));
    for (let i = 0; i < 20; i++)
      send(client, appending(log, bodyOf(i, BODY_SIZES[2])));
    expect(
      take(client).filter((command) => outcomeOf(command) === "busy"),
    ).toHaveLength(4);
  });

  it("[RL-18] refuse more logs and inboxes", () => {
    const world = createWorld();
    const client = connect(world);
    for (let i = 0; i < MAX_OPEN_LOGS; i++) {
      const keys = logKeys(`${i}`);
      send(client, creating(client, keys), opening(client, keys));
      expect(outcomeOf(client.received.pop())).toBe("ok");
    }
    const more = logKeys("more");
    expect(tryOut(client, creating(client, more))).toBe("ok");
    expect(tryOut(client, opening(client, more))).toBe("limit");
    expect(tryOut(client, opening(client, logKeys("0")))).toBe("ok");
    for (let i = 0; i < MAX_OPEN_INBOXES; i++) {
      const keys = inboxKeys(`${i}`);
      send(client, creatingInbox(client, keys), openingInbox(client, keys));
      expect(outcomeOf(client.received.pop())).toBe("inbox-caught-up");
    }
    const moreInbox = inboxKeys("more");
    expect(tryOut(client, creatingInbox(client, moreInbox))).toBe("ok");
    expect(tryOut(client, openingInbox(client, moreInbox))).toBe("limit");
  });
});

describe("the bounds of the relay", () => {
  it("[RL-19] hold over all connections, those that have ended too", () => {
    const world = createWorld();
    member(world, log);
    const clients = Array.from({ length: 70 }, () => member(world, log));
    world.held.add("store");
    for (const client of clients) {
      for (let i = 0; i < 16; i++)
        send(client, appending(log, bodyOf(i, BODY_SIZES[2])));
      const { bytes } = world.state.load;
      expect(bytes).toBeLessThanOrEqual(MAX_TOTAL_BYTES);
    }
    const { load, inStore } = world.state;
    expect(load.bytes).toBeGreaterThan(MAX_TOTAL_BYTES - BODY_SIZES[2]);
    expect(inStore.bytes).toBeLessThan(MAX_STORE_BYTES + BODY_SIZES[2]);
    for (const client of clients) disconnect(client);
    // What the store has goes on weighing; what it has not got to is forgotten.
    expect(load).toEqual(inStore);
    expect(inStore.bytes).toBeGreaterThanOrEqual(MAX_STORE_BYTES);
    release(world);
    expect(load).toEqual({ requests: 0, bytes: 0 });
    expect(inStore).toEqual({ requests: 0, bytes: 0 });
  });

  it("[RL-19] count what the store works on, and not what waits for its reader", () => {
    const world = createWorld();
    const [reader, writer] = [member(world, log), member(world, log)];
    for (let i = 0; i < 100; i++) send(writer, appending(log, bodyOf(i)));
    world.held.add("drains");
    const read = {
      type: "read",
      logId: log.logId,
      fromSeq: 1,
      limit: 100,
    } as const;
    send(reader, ...Array.from({ length: MAX_PENDING_REQUESTS }, () => read));
    expect(tryOut(reader, { type: "ping" })).toBe("busy");
    expect(world.state.load).toEqual({ requests: 0, bytes: 0 });
    world.held.add("store");
    send(writer, appending(log, bodyOf(1_000)), { type: "ping" });
    expect(world.state.load).toEqual({ requests: 1, bytes: BODY_SIZES[0] });
    world.state.load.requests = MAX_TOTAL_REQUESTS;
    expect(tryOut(writer, { type: "ping" })).toBe("busy");
  });

  it("[RL-20] are free again when everybody has left", () => {
    const world = createWorld();
    const { logId } = log;
    const clients = Array.from({ length: 5 }, () => member(world, log));
    const reading = owner(world, inbox);
    for (let i = 0; i < 200; i++)
      send(reading, {
        type: "inbox-send",
        sendId: inbox.sendId,
        body: bodyOf(i),
      });
    for (let i = 0; i < 200; i++) send(clients[0]!, appending(log, bodyOf(i)));
    world.held.add("store").add("drains");
    for (const client of clients) {
      send(
        client,
        { type: "subscribe", logId, fromSeq: 1 },
        { type: "read", logId, fromSeq: 1, limit: 500 },
        opening(client, logKeys("none")),
        appending(logKeys("none"), bodyOf(1)),
        { type: "blob-get", blobId: logId, index: 0 },
        appending(log, bodyOf(1_000)),
      );
      take(client);
    }
    answerStore(world);
    for (const client of [...clients, reading]) disconnect(client);
    expect(world.state.connections.size).toBe(0);
    expect(world.state.feeds.size).toBe(0);
    release(world);
    for (const client of clients) {
      drain(world, client.id);
      disconnect(client);
    }
    expect(traces(world)).toEqual(NO_TRACE);
  });

  it("[RL-20] are free of commands that waited for a proof", () => {
    const world = createWorld();
    const client = connect(world);
    world.held.add("store");
    send(client, opening(client, log), appending(log, bodyOf(1)));
    expect(world.state.load).toEqual({ requests: 1, bytes: BODY_SIZES[0] });
    disconnect(client);
    expect(world.state.load).toEqual({ requests: 1, bytes: 0 });
    release(world);
    expect(traces(world)).toEqual(NO_TRACE);
  });

  it("[RL-19] [RL-20] are free of an inbox that was left while it was delivered", () => {
    const world = createWorld();
    const maker = owner(world, inbox);
    for (let i = 0; i < 3; i++) {
      send(maker, {
        type: "inbox-send",
        sendId: inbox.sendId,
        body: bodyOf(i),
      });
    }
    disconnect(maker);
    const client = connect(world);
    world.held.add("store");
    send(client, openingInbox(client, inbox));
    answerStore(world);
    expect(world.state.load).toEqual({ requests: 0, bytes: 0 });
    disconnect(client);
    release(world);
    expect(traces(world)).toEqual(NO_TRACE);
  });

  it("[RL-20] let what a lost connection had sent reach the others", () => {
    const world = createWorld();
    const [writer, reader] = [member(world, log), member(world, log)];
    send(reader, { type: "subscribe", logId: log.logId, fromSeq: 1 });
    take(reader);
    world.held.add("store");
    send(writer, appending(log, bodyOf(1)));
    disconnect(writer);
    release(world);
    expect(take(reader)).toMatchObject([
      { type: "entry", seq: 1, body: bodyOf(1) },
      { type: "head", seq: 1 },
    ]);
    expect(take(writer)).toEqual([]);
  });
});

describe("a step", () => {
  it("[RL-44] repeats for equal events", () => {
    const run = (): World => {
      const world = createWorld();
      const [a, b] = [member(world, log), member(world, log)];
      send(a, { type: "subscribe", logId: log.logId, fromSeq: 1 });
      for (let i = 0; i < 20; i++) send(b, appending(log, bodyOf(i)));
      disconnect(a);
      return world;
    };
    expect(run().effects).toEqual(run().effects);
  });

  it("[RL-44] takes its challenges from the environment alone", () => {
    const { env } = createWorld({
      random: (length) => new Uint8Array(length).fill(3),
    });
    const state = createRelayState(1);
    relayStep(state, { t: "connected", conn: 1 }, env);
    const [bytes] = packFrames([
      { type: "hello", request: 1, nonce: named("n") },
    ]);
    const { effects } = relayStep(
      state,
      { t: "frame", conn: 1, bytes: bytes! },
      env,
    );
    expect(effects).toHaveLength(1);
    expect(state.connections.get(1)?.challenge).toBe("03".repeat(32));
  });

  it("[RL-45] answers before it delivers, and sends before it drains and ends", () => {
    const world = createWorld();
    const client = member(world, log);
    send(client, { type: "subscribe", logId: log.logId, fromSeq: 1 });
    take(client);
    send(client, appending(log, bodyOf(1)));
    expect(take(client).map(({ type }) => type)).toEqual([
      "appended",
      "entry",
      "head",
    ]);
    world.effects.length = 0;
    send(client, { type: "read", logId: log.logId, fromSeq: 1, limit: 1 });
    expect(world.effects.map(({ t }) => t)).toEqual(["store", "send", "drain"]);
    world.effects.length = 0;
    send(client, { type: "ping" }, { type: "hello", nonce: named("again") });
    expect(world.effects.map(({ t }) => t)).toEqual(["send", "close"]);
  });

  it("[RL-45] sends frames of the three sizes and no others, errors too", () => {
    const world = createWorld();
    const client = member(world, log);
    send(client, { type: "subscribe", logId: log.logId, fromSeq: 1 });
    for (const size of BODY_SIZES)
      send(client, appending(log, bodyOf(size, size)));
    send(
      client,
      { type: "ping" },
      { type: "blob-get", blobId: log.logId, index: 0 },
    );
    const sizes = new Set(client.frames.map(({ length }) => length));
    expect([...sizes].toSorted((a, b) => a - b)).toEqual([...FRAME_SIZES]);
  });

  it("[RL-20] [RL-45] is not confused by what comes after an end", () => {
    const world = createWorld();
    const client = member(world, log);
    disconnect(client);
    sendBytes(client, new Uint8Array(5));
    drain(world, client.id);
    disconnect(client);
    tell(world, { t: "hello-due", conn: client.id });
    expect(client.closedWith).toBeUndefined();
    failStore(world);
    expect(traces(world)).toEqual(NO_TRACE);
  });
});
