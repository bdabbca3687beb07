// Everything on the wire has one of three sizes, also where something goes wrong (docs/spec/forensics.md).

import { randomBytes } from "node:crypto";
import { FRAME_SIZES, type ClientCommand } from "@halqa/protocol";
import { afterAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import {
  createBody,
  createLogKeys,
  frameOf,
} from "../src/testing/relay-client.ts";
import {
  openInbox,
  reconnect,
  say,
  simulate,
  type Population,
} from "./support/population.ts";
import { openTap, type Tap } from "./support/tap.ts";
import {
  startWatchedRelay,
  type WatchedRelay,
} from "./support/watched-relay.ts";
import {
  BINARY,
  CLOSE,
  PING,
  PONG,
  wireMessages,
  type WireMessage,
} from "./support/wire.ts";

const relays: WatchedRelay[] = [];

afterAll(async () => {
  await Promise.all(relays.map((relay) => relay.remove()));
});

async function start(leak?: string): Promise<WatchedRelay> {
  const relay = await startWatchedRelay({ leak });
  relays.push(relay);
  return relay;
}

/** What an observer of the wire could tell apart: messages that are none of the three sizes or come in parts. */
function oddMessages(line: Uint8Array): readonly string[] {
  return wireMessages(line)
    .filter((one) => !isPlain(one))
    .map(describeMessage);
}

function isPlain({ opcode, isFinal, payload }: WireMessage): boolean {
  const { length } = payload;
  if (opcode === BINARY) {
    return isFinal && FRAME_SIZES.some((size) => size === length);
  }
  if (opcode === PING || opcode === PONG) return length === 0;
  // A code or none, and no words.
  return opcode === CLOSE && (length === 2 || length === 0);
}

function describeMessage({ opcode, isFinal, payload }: WireMessage): string {
  const part = isFinal ? "" : " in parts";
  return `opcode ${opcode}, ${payload.length} bytes${part}`;
}

function messageCount(line: Uint8Array): number {
  return wireMessages(line).length;
}

/** Says hello and then `messages`, whatever they are, and goes when the relay has answered for a while. */
async function misbehave(
  tap: Tap,
  messages: readonly (Uint8Array | string)[],
): Promise<void> {
  const ws = new WebSocket(`ws://127.0.0.1:${tap.port}/`, {
    perMessageDeflate: false,
  });
  const gone = new Promise<void>((resolve) => {
    ws.once("close", () => resolve());
  });
  ws.on("error", () => undefined);
  let quiet = setTimeout(() => ws.close(), 1_000);
  ws.on("message", () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => ws.close(), 150);
  });
  ws.on("open", () => {
    const nonce = Uint8Array.from(randomBytes(32));
    ws.send(frameOf({ type: "hello", request: 1, nonce }));
    for (const message of messages) ws.send(message);
  });
  await gone;
  clearTimeout(quiet);
}

/** One request of each kind on things that do not exist. */
function requestsForNothing(): readonly ClientCommand[] {
  const id = Uint8Array.from(randomBytes(32));
  const signature = Uint8Array.from(randomBytes(64));
  const { write, read } = createLogKeys();
  const body = createBody(16_128);
  const [request, access] = [7, undefined];
  return [
    {
      type: "create-log",
      request,
      writePub: write.publicKey,
      readPub: read.publicKey,
      writeSignature: signature,
      readSignature: signature,
      access,
    },
    {
      type: "open-log",
      request,
      logId: id,
      readSignature: signature,
      writeSignature: undefined,
    },
    { type: "append", request, logId: id, expectedHead: undefined, body },
    {
      type: "append",
      request,
      logId: id,
      expectedHead: undefined,
      body: createBody(65_280),
    },
    { type: "read", request, logId: id, fromSeq: 1, limit: 1 },
    { type: "subscribe", request, logId: id, fromSeq: 1 },
    { type: "unsubscribe", request, logId: id },
    {
      type: "create-inbox",
      request,
      ownerPub: id,
      sendId: id,
      signature,
      access,
    },
    { type: "open-inbox", request, inboxId: id, signature },
    { type: "inbox-send", request, sendId: id, body },
    { type: "inbox-ack", request, inboxId: id, messageSeq: 1 },
    {
      type: "blob-part",
      request,
      blobId: id,
      index: 0,
      bytes: createBody(65_280),
    },
    { type: "blob-get", request, blobId: id, index: 0 },
    { type: "ping", request },
  ];
}

/** People who live, leave and come back. */
async function liveAndReturn(port: number): Promise<Population> {
  const world = await simulate(port, { users: 6, circles: 3, blobs: 2 });
  const [user] = world.users;
  const [log] = world.logs;
  const [inbox] = world.inboxes;
  if (user === undefined || log === undefined) throw new Error("nobody");
  await say(world, user, { log, size: 16_128 });
  await say(world, user, { log, size: 65_280 });
  await reconnect(user);
  if (inbox !== undefined) await openInbox(user.client, inbox);
  const blobId = world.blobIds[0] ?? new Uint8Array(32);
  await user.client.expect("blob-data", { type: "blob-get", blobId, index: 0 });
  return world;
}

describe("the wire of a relay", () => {
  it("[FO-9] carries frames of three sizes in both directions", async () => {
    const relay = await start();
    const world = await liveAndReturn(relay.port);
    await world.close();
    const lines = world.users.flatMap(({ tap }) => tap.connections());
    expect(lines.length).toBe(world.users.length + 1);
    for (const { fromClient, fromRelay } of lines) {
      expect(messageCount(fromRelay)).toBeGreaterThan(1);
      expect(oddMessages(fromClient)).toEqual([]);
      expect(oddMessages(fromRelay)).toEqual([]);
    }
  });

  it("[FO-9] carries nothing else from a relay that refuses, closes or stops", async () => {
    const relay = await start();
    const tap = await openTap(relay.port);
    const requests = requestsForNothing().map((command) => frameOf(command));
    const ping = frameOf({ type: "ping", request: 1 });
    const offences: readonly (readonly (Uint8Array | string)[])[] = [
      requests,
      ["words"],
      [ping.subarray(0, 100)],
      [randomBytes(4_096)],
      [randomBytes(70_000)],
      [frameOf({ type: "hello", request: 1, nonce: new Uint8Array(32) })],
      [],
    ];
    await Promise.all(offences.map((messages) => misbehave(tap, messages)));
    const goodbye = misbehave(tap, [ping]);
    await relay.stop();
    await goodbye;
    await tap.close();
    const lines = tap.connections();
    expect(lines.length).toBe(offences.length + 1);
    const answered = lines.map(({ fromRelay }) => messageCount(fromRelay));
    expect(Math.max(...answered)).toBeGreaterThan(requests.length / 2);
    for (const { fromRelay } of lines) {
      expect(oddMessages(fromRelay)).toEqual([]);
    }
  });
});

describe("a leak", () => {
  it.each(["short-refusals", "large-refusals"])(
    "[FO-9] by %s is found",
    async (leak) => {
      const relay = await start(leak);
      const tap = await openTap(relay.port);
      await misbehave(
        tap,
        requestsForNothing().map((one) => frameOf(one)),
      );
      await tap.close();
      const [line] = tap.connections();
      expect(oddMessages(line?.fromRelay ?? new Uint8Array(0))).not.toEqual([]);
    },
  );
});
